"""Petitions that may be about the same matter, and why."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.access import Actor
from nennep.core.text import fold
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.petitions.queries.rows import PetitionRow, read_row
from nennep.petitions.rules import Likeness, compare, words_of

JOINABLE = 40  # petitions offered to be joined with one
COMPARED, ASKED_WORDS = 200, 3  # open ones looked at, by so many of the longest words


@dataclass(frozen=True, slots=True)
class AlikePetition:
    """One that may be joined: `why` it is proposed, empty for what the cell merely asked as well."""

    row: PetitionRow
    why: str


def list_alike(*, actor: Actor, petition: Petition, today: date) -> tuple[AlikePetition, ...]:
    """Open ones with the same unit that may be about the same matter, the most alike first; then what the cell asked as well.

    Only what the actor may read. One query of at most `COMPARED` rows.
    """
    same_cell = Q(organization_id=petition.organization_id)
    words = sorted(words_of(petition.key), key=lambda word: (-len(word), word))[:ASKED_WORDS]
    either = reduce(or_, (Q(key__contains=word) for word in words), same_cell)
    found = Petition.objects.visible_to(actor).filter(either, holder_id=petition.holder_id, state=PetitionState.OPEN)
    found = found.exclude(pk=petition.pk).select_related("organization", "holder", "raised_by", "body")
    ranked = [(_compare(petition, other), other) for other in found.order_by("-raised_on", "-pk")[:COMPARED]]
    shown = [
        (one, other) for one, other in ranked if one.is_enough or other.organization_id == petition.organization_id
    ]
    shown.sort(key=lambda pair: (not pair[0].is_enough, -pair[0].score, pair[1].raised_on, pair[1].pk))
    return tuple(AlikePetition(read_row(other, today), _say_why(one, other)) for one, other in shown[:JOINABLE])


def _compare(petition: Petition, other: Petition) -> Likeness:
    return compare(
        petition.key,
        other.key,
        same_field=petition.field == other.field,
        same_place=bool(petition.place) and fold(petition.place) == fold(other.place),
        days=abs((petition.raised_on - other.raised_on).days),
    )


def _say_why(likeness: Likeness, other: Petition) -> str:
    """`giống: cầu, khà; cùng lĩnh vực; cách 12 ngày`, with the words as they stand in the text."""
    if not likeness.is_enough:
        return ""
    return "; ".join(
        [
            say_shared(likeness, other.text),
            ngettext("nêu cách nhau %(days)s ngày", "nêu cách nhau %(days)s ngày", likeness.days)
            % {"days": likeness.days},
        ]
    )


def say_shared(likeness: Likeness, text: str) -> str:
    """`giống: cầu, khà; cùng lĩnh vực`, with the words as they stand in the text where they do."""
    written = {fold(word): word.lower() for word in text.replace(",", " ").split()}
    words = [said for word, said in written.items() if word in likeness.shared] or likeness.shared
    parts = [_("giống: %(words)s") % {"words": ", ".join(words)}]
    parts += [_("cùng nơi")] if likeness.same_place else []
    parts += [_("cùng lĩnh vực")] if likeness.same_field else []
    return "; ".join(parts)
