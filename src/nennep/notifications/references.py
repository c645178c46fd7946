"""What becomes of rows of notifications when a unit ends (core/references.py)."""

from nennep.core.references import HISTORY, declare

declare("notifications.Delivery.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
