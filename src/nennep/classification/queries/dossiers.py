"""Everything that the papers of ratings are made of, read at once for one rating or for a whole round."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q

from nennep.classification.choices import FormSection, RatingState, Side
from nennep.classification.models import Campaign, Rating, RatingBallot, RatingComment, RatingText, Verdict
from nennep.classification.queries.facts import YearFacts, list_due, read_facts
from nennep.core.access import Actor
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.members.queries import PostHolder, posts_of_units
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.room.models import Remark


@dataclass(frozen=True, slots=True)
class DutyOfYear:
    """A task that fell due in the year, or was settled in it without a date."""

    title: str
    due_on: date | None
    state: DutyState
    settled_on: date | None
    exceeded: bool
    result: str

    @property
    def is_late(self) -> bool:
        """Done after its day."""
        done = self.state == DutyState.DONE and self.due_on is not None and self.settled_on is not None
        return done and self.settled_on > self.due_on  # type: ignore[operator]  # both are days then


@dataclass(frozen=True, slots=True)
class RemarkOfYear:
    """Praise or a reminder: the month of the meeting that recorded it, and what for."""

    kind: str
    month: date
    text: str


@dataclass(frozen=True, slots=True)
class LedYear:
    """What a leadership group answered for at and below its unit: monthly meetings held, petitions raised, answered, answered late."""

    meetings: int = 0
    petitions: int = 0
    answered: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Dossier:
    """One rating with what was recorded, written and said of it.

    What the meeting said of a re-rating is what was said of the rating that it took the place of: its form, votes, comments and the
    sides before the decision are those of the first one. `former` are the decisions that re-ratings replaced, the oldest first.
    `lineage` are the keys of all these ratings, the own one last.
    """

    rating: Rating
    facts: YearFacts
    tasks: tuple[DutyOfYear, ...]
    remarks: tuple[RemarkOfYear, ...]
    texts: Mapping[FormSection, str]
    sides: Mapping[Side, Verdict]
    comments: tuple[RatingComment, ...]
    ballot: RatingBallot | None
    posts: tuple[PostHolder, ...]
    led: LedYear = LedYear()
    former: tuple[Verdict, ...] = ()
    lineage: tuple[int, ...] = ()


def read_dossiers(*, campaign: Campaign, ratings: Sequence[Rating], today: date) -> list[Dossier]:
    """In the order of the ratings, which passed a door before. A constant number of queries (`read_facts`, and nine).

    One query more for each re-rating in a row.
    """
    span = (campaign.first_day, campaign.last_day)
    facts = read_facts(campaign=campaign, ratings=ratings, today=today)
    tasks, remarks = _read_duties(campaign, ratings, today), _read_remarks(ratings, span)
    lines = read_lineages(ratings)
    said = [one for line in lines.values() for one in line]
    texts, sides = _read_texts(said), _read_sides(said)
    comments = _group_comments(said)
    ballots = {one.rating_id: one for one in RatingBallot.objects.filter(rating__in=said)}
    posts = posts_of_units({one.organization_id for one in ratings}, min(campaign.cutoff_on, today))
    led = _read_led([one for one in ratings if not one.member_id], span)
    return [
        Dossier(
            rating=one,
            facts=facts[one.pk],
            tasks=tuple(tasks.get(_key_of(one), ())),
            remarks=tuple(remarks.get(one.member_id or 0, ())),
            texts=texts.get(lines[one.pk][0].pk, {}),
            sides=_join_sides(lines[one.pk], sides),
            comments=tuple(comments.get(lines[one.pk][0].pk, ())),
            ballot=ballots.get(lines[one.pk][0].pk),
            posts=tuple(posts[one.organization_id]),
            led=led.get(one.pk, LedYear()),
            former=tuple(_list_former(lines[one.pk], sides)),
            lineage=tuple(each.pk for each in lines[one.pk]),
        )
        for one in ratings
    ]


def read_lineages(ratings: Sequence[Rating]) -> dict[int, tuple[Rating, ...]]:
    """Of each rating those whose place it took, the first one first, itself last. One query for each re-rating in a row."""
    lines: dict[int, tuple[Rating, ...]] = {one.pk: (one,) for one in ratings}
    while missing := {line[0].replaces_id for line in lines.values()} - {None}:
        named = Rating.objects.select_related("campaign__organization", "organization", "member", "temporary_unit")
        found = named.in_bulk(missing)
        lines = {pk: (found[line[0].replaces_id], *line) if line[0].replaces_id else line for pk, line in lines.items()}
    return lines


def list_written_ratings(ratings: Sequence[Rating]) -> list[Rating]:
    """In their order those that have the form: of a re-rating the one that was reviewed."""
    lines = read_lineages(ratings)
    return [lines[one.pk][0] for one in ratings]


def _join_sides(line: Sequence[Rating], sides: Mapping[int, Mapping[Side, Verdict]]) -> dict[Side, Verdict]:
    """What the first one's meeting said, and the last one's decision."""
    return {side: said for one in line for side, said in sides.get(one.pk, {}).items()}


def _list_former(line: Sequence[Rating], sides: Mapping[int, Mapping[Side, Verdict]]) -> Iterator[Verdict]:
    for one in line[:-1]:
        if decided := sides.get(one.pk, {}).get(Side.DECIDED):
            yield decided


def list_round_ratings(*, actor: Actor, campaign: Campaign, organization: Organization | None = None) -> list[Rating]:
    """Those of a round (or of one unit in it) that are rated, as far as the actor may see: by unit, collectives first, then by name."""
    rows = Rating.objects.visible_to(actor).current().filter(campaign=campaign).exclude(state=RatingState.NOT_RATED)
    if organization is not None:
        rows = rows.filter(organization=organization)
    named = rows.select_related("campaign__organization", "organization", "member", "temporary_unit")
    return list(named.order_by("organization__path", F("member__name_key").asc(nulls_first=True), "kind", "pk"))


def _key_of(rating: Rating) -> tuple[bool, int]:
    return rating.member_id is not None, rating.member_id or rating.organization_id


def _read_duties(
    campaign: Campaign, ratings: Sequence[Rating], today: date
) -> dict[tuple[bool, int], list[DutyOfYear]]:
    """By member, and by unit for what is no member: the very rows that `read_facts` counts."""
    members = {one.member_id for one in ratings if one.member_id}
    units = {one.organization_id for one in ratings if not one.member_id}
    mine = Q(assignee_id__in=members) | Q(organization_id__in=units)
    rows = list_due(campaign=campaign, today=today).filter(mine)
    found: dict[tuple[bool, int], list[DutyOfYear]] = defaultdict(list)
    for duty in rows.order_by(F("due_on").asc(nulls_last=True), "pk"):
        state = DutyState(duty.state)
        done = DutyOfYear(duty.words, duty.due_on, state, duty.settled_on, duty.exceeded, duty.result)
        found[True, duty.assignee_id].append(done)
        found[False, duty.organization_id].append(done)
    return found


def _read_remarks(ratings: Sequence[Rating], span: tuple[date, date]) -> dict[int, list[RemarkOfYear]]:
    members = {one.member_id for one in ratings if one.member_id}
    rows = Remark.objects.filter(member_id__in=members, meeting__state=MeetingState.HELD, meeting__month__range=span)
    found: dict[int, list[RemarkOfYear]] = defaultdict(list)
    for remark in rows.select_related("meeting").order_by("meeting__month", "pk"):
        found[remark.member_id].append(RemarkOfYear(remark.kind, remark.meeting.month, remark.text))
    return found


def _read_led(ratings: Sequence[Rating], span: tuple[date, date]) -> dict[int, LedYear]:
    """Of collectives, by rating. What was withdrawn, joined to another or only said is no petition to answer."""
    below = reduce(or_, (Q(organization__path__startswith=one.organization.path) for one in ratings), Q(pk__in=[]))
    held = Meeting.objects.filter(
        below, state=MeetingState.HELD, kind__in=MeetingKind.monthly(), month__range=span
    ).values_list("organization__path")
    asked = Petition.objects.filter(below, raised_on__range=span).exclude(state__in=PetitionState.unanswerable())
    answered = Q(answered_on__lte=span[1])
    meetings = list(held.order_by("organization__path").annotate(count=Count("pk")))
    petitions = list(
        asked.order_by("organization__path")
        .values_list("organization__path")
        .annotate(
            total=Count("pk"),
            answered=Count("pk", filter=answered),
            late=Count("pk", filter=answered & Q(answered_on__gt=F("due_on"))),
        )
    )
    return {one.pk: _sum_led(one.organization.path, meetings, petitions) for one in ratings}


def _sum_led(path: str, meetings: Sequence[tuple[str, int]], petitions: Sequence[tuple[str, int, int, int]]) -> LedYear:
    mine = [counts for below, *counts in petitions if below.startswith(path)]
    total, answered, late = (sum(counts) for counts in zip(*mine, strict=True)) if mine else (0, 0, 0)
    return LedYear(sum(count for below, count in meetings if below.startswith(path)), total, answered, late)


def _read_texts(ratings: Sequence[Rating]) -> dict[int, dict[FormSection, str]]:
    found: dict[int, dict[FormSection, str]] = defaultdict(dict)
    for text in RatingText.objects.filter(rating__in=ratings):
        found[text.rating_id][FormSection(text.section)] = text.text
    return found


def _read_sides(ratings: Sequence[Rating]) -> dict[int, dict[Side, Verdict]]:
    found: dict[int, dict[Side, Verdict]] = defaultdict(dict)
    for verdict in Verdict.objects.filter(rating__in=ratings).order_by("pk"):
        found[verdict.rating_id][Side(verdict.side)] = verdict
    return found


def _group_comments(ratings: Sequence[Rating]) -> dict[int, list[RatingComment]]:
    found: dict[int, list[RatingComment]] = defaultdict(list)
    for comment in RatingComment.objects.filter(rating__in=ratings).order_by("given_on", "pk"):
        found[comment.rating_id].append(comment)
    return found
