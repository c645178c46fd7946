"""Pages of units: the tree and one unit (`pages`), a form for each change (`changes`)."""
