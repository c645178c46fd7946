"""Forms of visits, split by noun."""
