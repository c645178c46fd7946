"""Reading plans, split by noun."""
