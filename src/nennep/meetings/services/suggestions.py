"""One tap puts a suggestion onto the programme; where it came from is kept."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.queries import was_done
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState, Verb
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.queries.suggestions import AT_MOST, PETITION, THEME, Suggestion, find_answer, suggest_items
from nennep.meetings.queries.themes import get_theme
from nennep.meetings.rules.state import require_unfinished
from nennep.meetings.services.agenda import ItemDetails, add_item
from nennep.meetings.services.meeting import meeting_target
from nennep.meetings.services.themes import take_up_at


class SuggestionGone(DomainError):
    code = "suggestion_gone"
    message = _("Gợi ý này không còn: đã có người thêm, hoặc việc đã xong. Hãy xem lại chương trình.")


def add_suggestion(*, actor: Actor, meeting: Meeting, origin: Origin, now: datetime) -> Meeting:
    """Put what `origin` suggests onto the programme, with its origin; tapping twice puts it there once.

    Words, topic and minutes are those of the suggestion, not of whoever asks. A theme makes the regular meeting a combined
    one. Raises SuggestionGone, and what `require_unfinished` and `take_up_at` raise.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        if _is_there(locked, origin):
            return locked
        found = _find(actor, locked, origin, now)
        if origin.kind == THEME:
            theme = get_theme(actor=actor, public_id=UUID(origin.id))
            return take_up_at(actor=actor, theme=theme, meeting=locked, now=now)
        _put(actor, locked, found, now)
    return locked


def take_up_answer(*, actor: Actor, petition_id: int, now: datetime) -> AgendaItem | None:
    """An answer puts itself onto the programme of the cell's next meeting, while that is not agreed; the item, None where it waits.

    It waits for a tap where the programme is agreed, holds `AT_MOST` answers, or is just being changed by somebody: whoever
    answers waits for nobody. What somebody took off this programme does not come back by itself.
    Program only, inside the transaction of the answer.
    """
    actor.require_program()
    found = find_answer(petition_id=petition_id, today=localdate(now))
    meeting = _lock_next(found.organization_id, now) if found else None
    if found is None or meeting is None or meeting.prepared_at is not None:
        return None
    origin = found.suggestion.origin
    if _is_there(meeting, origin) or _was_taken_off(meeting, origin) or _count_petitions(meeting) >= AT_MOST:
        return None
    return _put(actor, meeting, found.suggestion, now)


def _lock_next(organization_id: int, now: datetime) -> Meeting | None:
    """The cell's next meeting that is planned for today or later; None while somebody holds it."""
    coming = Meeting.objects.filter(
        organization_id=organization_id, state=MeetingState.PLANNED, planned_for__date__gte=localdate(now)
    )
    nearest = coming.order_by("planned_for", "pk").first()
    if nearest is None:
        return None
    locked = Meeting.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return locked.select_related("organization").filter(pk=nearest.pk, state=MeetingState.PLANNED).first()


def _count_petitions(meeting: Meeting) -> int:
    return meeting.agenda.filter(origin_kind=PETITION).count()


def _put(actor: Actor, meeting: Meeting, found: Suggestion, now: datetime) -> AgendaItem:
    item = add_item(actor=actor, meeting=meeting, details=ItemDetails(found.title, found.minutes, found.topic), now=now)
    item.origin_kind, item.origin_id = found.origin.kind, found.origin.id
    item.save(update_fields=["origin_kind", "origin_id"])
    return item


def _is_there(meeting: Meeting, origin: Origin) -> bool:
    return AgendaItem.objects.filter(meeting=meeting, origin_kind=origin.kind, origin_id=origin.id).exists()


def _was_taken_off(meeting: Meeting, origin: Origin) -> bool:
    target = meeting_target(meeting)
    details = {"change": "removed", "origin": origin.id}
    return was_done(kind=target.kind, target_id=target.id, verb=Verb.AGENDA_CHANGED, details=details)


def _find(actor: Actor, meeting: Meeting, origin: Origin, now: datetime) -> Suggestion:
    suggestions = suggest_items(actor=actor, meeting=meeting, today=now.date())
    found = next((one for one in suggestions if one.origin == origin), None)
    if found is None:
        raise SuggestionGone
    return found
