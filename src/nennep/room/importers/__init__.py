"""Reading a book of past meetings: plain data in, plain data out."""
