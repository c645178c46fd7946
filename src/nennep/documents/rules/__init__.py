"""Pure rules of papers: numbers, what a file really is, stamps of secrecy."""
