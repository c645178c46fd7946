"""Every write to meetings, split by noun: schedule, agenda, notice, room; outcome, minutes, resolution, filing."""
