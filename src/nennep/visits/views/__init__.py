"""Pages of visits, split by noun."""
