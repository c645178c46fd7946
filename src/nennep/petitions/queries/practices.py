"""The library of a unit: what is published for it, searched with and without marks, and what may help with a petition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from uuid import UUID

from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.organizations.models import Organization
from nennep.organizations.queries import paths_above
from nennep.petitions.choices import PetitionField, PracticeState, Shelf
from nennep.petitions.models import Petition, Practice, PracticeQuerySet
from nennep.petitions.queries.alike import ASKED_WORDS, COMPARED, say_shared
from nennep.petitions.queries.petitions import get_unit
from nennep.petitions.rules import Likeness, words_of

HELPING = 5  # shown beside a petition


@dataclass(frozen=True, slots=True)
class PracticeFilter:
    """A subject area and words, with or without marks."""

    field: str = ""
    words: str = ""

    def condition(self) -> Q:
        parts = [Q(key__contains=word) for word in fold(self.words).split()]
        parts += [Q(field=self.field)] if self.field in PetitionField.values else []
        return reduce(and_, parts, Q())


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """What a unit finds in the library (`found`, not read yet): published by it and by those above."""

    unit: Organization
    shelf: Shelf
    found: PracticeQuerySet
    waiting: int
    may_decide: bool
    may_propose: bool


@dataclass(frozen=True, slots=True)
class PracticePage:
    """One practice, and what this actor may do with it. `thankful`: cells of the actor that may say that it helped."""

    practice: Practice
    is_in_use: bool
    may_decide: bool
    may_read_meeting: bool
    thankful: Sequence[Organization]

    @property
    def may_publish(self) -> bool:
        return self.may_decide and self.practice.state != PracticeState.DECLINED

    @property
    def may_decline(self) -> bool:
        return self.may_decide and self.practice.state == PracticeState.PROPOSED

    @property
    def may_retire(self) -> bool:
        return self.may_decide and self.is_in_use


@dataclass(frozen=True, slots=True)
class Helping:
    """Somebody already settled this: what, and `why` it is shown."""

    practice: Practice
    why: str


def in_use(today: date) -> Q:
    return Q(state=PracticeState.PUBLISHED) & (Q(valid_to=None) | Q(valid_to__gt=today))


def get_library(*, actor: Actor, public_id: UUID, shelf: Shelf, chosen: PracticeFilter, today: date) -> LibraryPage:
    """Raises NotFound. Two queries, and those of the rows that are read."""
    unit = get_unit(actor=actor, public_id=public_id)
    theirs = Q(unit__path__in=paths_above(unit)) | Q(cell__path__startswith=unit.path)
    every = Practice.objects.visible_to(actor).filter(theirs)
    shelves = {
        Shelf.PUBLISHED: in_use(today),
        Shelf.PROPOSED: ~Q(state=PracticeState.PUBLISHED) & (Q(unit=unit) | Q(cell__path__startswith=unit.path)),
        Shelf.RETIRED: Q(state=PracticeState.PUBLISHED, valid_to__lte=today),
    }
    found = every.filter(shelves[shelf], chosen.condition()).select_related("unit", "cell")
    return LibraryPage(
        unit=unit,
        shelf=shelf,
        found=found.order_by("-thanks", "-source_on", "-pk"),
        waiting=every.filter(shelves[Shelf.PROPOSED], state=PracticeState.PROPOSED).count(),
        may_decide=actor.may(Permission.PETITIONS_SETTLE, unit.path),
        may_propose=unit.is_cell and unit.closed_on is None and actor.may(Permission.PETITIONS_WRITE, unit.path),
    )


def get_practice(*, actor: Actor, public_id: UUID) -> Practice:
    """Raises NotFound. One query."""
    rows = Practice.objects.visible_to(actor).select_related("unit", "cell")
    practice = rows.filter(public_id=public_id).first()
    if practice is None:
        raise NotFound
    return practice


def get_practice_page(*, actor: Actor, public_id: UUID, today: date) -> PracticePage:
    """Raises NotFound. Two queries."""
    practice = get_practice(actor=actor, public_id=public_id)
    is_in_use = practice.state == PracticeState.PUBLISHED and practice.covers(today)
    own = {grant.path for grant in actor.grants if grant.permission == Permission.PETITIONS_WRITE and not grant.subtree}
    below = [path for path in own if path.startswith(practice.unit.path)]
    cells = Organization.objects.filter(path__in=below, closed_on=None).exclude(pk=practice.cell_id)
    cells = cells.exclude(pk__in=practice.thanked.values("cell"))
    return PracticePage(
        practice=practice,
        is_in_use=is_in_use,
        may_decide=actor.may(Permission.PETITIONS_SETTLE, practice.unit.path),
        may_read_meeting=practice.meeting is not None and actor.may(Permission.MEETINGS_READ, practice.cell.path),
        thankful=[cell for cell in cells.order_by("path") if cell.is_cell] if is_in_use else [],
    )


def list_helping(*, actor: Actor, petition: Petition, today: date) -> tuple[Helping, ...]:
    """What is in use in the library and may help with this petition, the most alike first. One query of at most `COMPARED` rows."""
    words = sorted(words_of(petition.key), key=lambda word: (-len(word), word))[:ASKED_WORDS]
    if not words:
        return ()
    either = reduce(or_, (Q(key__contains=word) for word in words))
    found = Practice.objects.visible_to(actor).filter(in_use(today), either).exclude(petition=petition)
    rows = found.select_related("unit", "cell").order_by("-source_on", "-pk")[:COMPARED]
    ranked = [(_compare(petition, practice), practice) for practice in rows]
    alike = sorted((pair for pair in ranked if pair[0].is_enough), key=lambda pair: (-pair[0].score, pair[1].pk))
    return tuple(Helping(practice, say_shared(one, practice.title)) for one, practice in alike[:HELPING])


def _compare(petition: Petition, practice: Practice) -> Likeness:
    """Of what it shares, and the same subject area: half of the words of the shorter one are enough."""
    asked, told = words_of(petition.key), words_of(practice.key)
    shared = asked & told
    same = petition.field == practice.field
    score = 100 * len(shared) // (min(len(asked), len(told)) or 1) + 10 * same
    return Likeness(score, tuple(sorted(shared)), same, same_place=False, days=0)
