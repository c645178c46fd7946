"""Every write in the room, split by noun: roll call, guests, votes, ballots, codes, notes, outcome."""
