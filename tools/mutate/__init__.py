"""Change one thing in rules and services and see whether a test notices: `make mutate` (docs/how-to/mutate.md)."""
