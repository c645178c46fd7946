"""Pure rules of what stays: minutes, corrections, resolution, and the steps of a month."""
