"""Pure rules of meetings, split by noun: schedule, agenda, room, cycle; outcome."""
