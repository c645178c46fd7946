"""What becomes of rows of notifications when two records of members are merged, or a unit ends (core/references.py).

This context lies below members, and tells people who are in no list of members as well: it names a member by the public id.
"""

from django.utils.translation import gettext_lazy as _

from nennep.core.references import HISTORY, Follows, Shown, declare

declare(
    "notifications.Delivery.person_id",
    names="members.Member",
    shown=Shown(_("Thông báo đã gửi")),
    merged=Follows(),
)

declare("notifications.Delivery.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
