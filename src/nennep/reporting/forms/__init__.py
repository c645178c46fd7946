"""Forms of reporting, split by noun."""
