"""Units from outside: plain data out, no database."""
