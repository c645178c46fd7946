"""Pure rules of telling people: which channels, what an SMS can say, where a push may go, when to try again."""
