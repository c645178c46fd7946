"""Reading visits, split by noun. Callers import the module they need; the doors are in `doors`."""
