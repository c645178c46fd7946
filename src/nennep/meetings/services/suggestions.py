"""One tap puts a suggestion onto the programme; where it came from is kept."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.queries.suggestions import THEME, Suggestion, suggest_items
from nennep.meetings.queries.themes import get_theme
from nennep.meetings.rules.state import require_unfinished
from nennep.meetings.services.agenda import ItemDetails, add_item
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
        details = ItemDetails(found.title, found.minutes, found.topic)
        item = add_item(actor=actor, meeting=locked, details=details, now=now)
        item.origin_kind, item.origin_id = origin.kind, origin.id
        item.save(update_fields=["origin_kind", "origin_id"])
    return locked


def _is_there(meeting: Meeting, origin: Origin) -> bool:
    return AgendaItem.objects.filter(meeting=meeting, origin_kind=origin.kind, origin_id=origin.id).exists()


def _find(actor: Actor, meeting: Meeting, origin: Origin, now: datetime) -> Suggestion:
    suggestions = suggest_items(actor=actor, meeting=meeting, today=now.date())
    found = next((one for one in suggestions if one.origin == origin), None)
    if found is None:
        raise SuggestionGone
    return found
