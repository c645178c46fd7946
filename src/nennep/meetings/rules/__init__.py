"""Pure rules of meetings, split by noun: schedule, agenda, themes, coverage, pre-meeting."""
