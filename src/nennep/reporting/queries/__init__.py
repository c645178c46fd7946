"""Every read of reporting, split by noun: figures, papers, triage, matrix, pages."""
