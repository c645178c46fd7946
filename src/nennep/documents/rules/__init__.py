"""Pure rules of papers: numbers, what a file really is, markings of secrets."""
