"""What the pages after a meeting ask of their reader."""

from django import template

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting

register = template.Library()


@register.filter
def may_read_score(actor: Actor, meeting: Meeting) -> bool:
    """Whether the page of its score opens: members read minutes, not scores."""
    return actor.may(Permission.SCORES_READ, meeting.organization.path)
