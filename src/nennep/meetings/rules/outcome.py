"""What a vote, a set of minutes and a resolution need."""
