"""How the installation stands, and its backups."""
