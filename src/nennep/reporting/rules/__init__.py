"""Pure rules of reporting, split by noun: figures (what is counted), triage (who needs attention), matrix (letters)."""
