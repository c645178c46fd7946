"""What the pages after a meeting ask of their reader."""

from django import template

from nennep.core.access import Actor
from nennep.core.permissions import Permission

register = template.Library()


@register.filter
def may_read_scores(actor: Actor, path: str) -> bool:
    """Whether the pages of scores of the unit with that path open: members read minutes, not scores."""
    return actor.may(Permission.SCORES_READ, path)
