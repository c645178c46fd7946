"""Every write to meetings, split by noun: schedule, agenda, themes, notice, pre-meeting, advice."""
