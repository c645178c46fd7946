"""What becomes of figures when a unit ends (core/references.py)."""

from nennep.core.references import HISTORY, Stays, declare

COUNTED = Stays("counted from the records; what happened outdates the months since then (handlers.py)")

for name in ("CellMonth", "UnitMonth", "ChangedMonth", "Attention"):
    declare(f"reporting.{name}.organization", merged=COUNTED, split=COUNTED, closed=COUNTED, moved=COUNTED)
declare("reporting.IssuedPetitionReport.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
