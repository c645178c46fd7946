"""Writing offices, assignments, visits and their reports, split by noun."""
