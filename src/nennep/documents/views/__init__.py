"""Pages of papers: one paper and a unit's list (`papers`), what goes down the tree (`distribution`)."""
