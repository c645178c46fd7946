"""Pure rules of the room: roll call, codes, modes, who is silent, what a vote and closing ask."""
