"""Reading policy packs from files: plain data out, no database."""
