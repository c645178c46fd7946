"""Databases of an old commit, for tests of upgrading: `python -m tools.upgrade_data` makes those of tests/data/upgrade."""

# Of invented persons and for tests only, so that the encrypted columns of the kept databases can be read.
ENCRYPTION_KEY = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
