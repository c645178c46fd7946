"""What comes with the program for officials in cells."""
