"""Every write to what stays, split by noun: minutes, corrections, resolution, filing."""
