"""Pages of petitions, split by noun."""
