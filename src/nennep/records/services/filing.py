"""Step six: the papers were sent to the upper committee, posted and archived."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.records.choices import FilingTakenBack, MeetingFiled, Verb
from nennep.records.queries.filing import may_take_back_filing
from nennep.records.queries.minutes import newest_version
from nennep.records.services.minutes import MinutesNotApproved


class FilingStands(DomainError):
    code = "filing_stands"
    message = _("Chỉ bỏ ghi gửi, lưu được trong 24 giờ sau khi ghi.")


class AlreadyFiled(Conflict):
    code = "already_filed"
    message = _("Hồ sơ buổi này đã ghi là gửi, lưu rồi.")


def file_meeting(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Note that the approved papers went out and into the archive (HD 42: within two days, late is shown, not refused).

    Raises MinutesNotApproved, AlreadyFiled, NotAllowed. Publishes MeetingFiled.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MEETINGS_HOLD, locked.organization.path)
        if locked.filed_at:
            raise AlreadyFiled
        if newest_version(locked) is None:
            raise MinutesNotApproved
        locked.filed_at = now
        keep_meeting(actor=actor, meeting=locked, fields=("filed_at",))
        record(Verb.FILED, actor=actor, target=meeting_target(locked), now=now)
        publish(MeetingFiled(locked.organization_id, locked.pk, locked.month, at=now))
    return locked


def take_back_filing(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """The papers were not sent after all; possible for `FILING_UNDO` after it was noted.

    Raises FilingStands, NotAllowed. Publishes FilingTakenBack.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MEETINGS_HOLD, locked.organization.path)
        if not may_take_back_filing(locked, now):
            raise FilingStands
        locked.filed_at = None
        keep_meeting(actor=actor, meeting=locked, fields=("filed_at",))
        record(Verb.FILING_TAKEN_BACK, actor=actor, target=meeting_target(locked), now=now)
        publish(FilingTakenBack(locked.organization_id, locked.pk, locked.month, at=now))
    return locked
