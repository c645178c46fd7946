"""Writing plans, split by noun."""
