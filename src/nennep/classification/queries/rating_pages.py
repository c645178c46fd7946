"""What the page of one rating shows, and what its forms open with."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.classification.choices import (
    FormSection,
    RatedForm,
    RatingLevel,
    RatingState,
    Side,
)
from nennep.classification.models import (
    LevelKept,
    ListedCase,
    Rating,
    RatingBallot,
    RatingComment,
    RatingComplaint,
    StepUndone,
    Verdict,
)
from nennep.classification.queries.answers import AddedFigure, list_added, say_year
from nennep.classification.queries.doors import (
    get_rating,
    is_own,
    is_untold,
    list_complaints,
    may_decide,
    may_propose,
    may_read_of_office,
    may_read_texts,
)
from nennep.classification.queries.facts import YearFacts, make_evidence, read_facts
from nennep.classification.queries.order import list_decided_by_former, list_resting
from nennep.classification.queries.overtaken import Overtaken, find_overtaken
from nennep.classification.queries.told import find_heir, find_state, list_readable, say_state, veil_cases
from nennep.classification.queries.voters import find_voted
from nennep.classification.rules import (
    Judgement,
    judge,
)
from nennep.core.access import Actor
from nennep.policies.rules import RatingSheet


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What one side said; `reason` is empty for those who may not read words about the person."""

    side: str
    common: str
    results: str
    total: str
    level: str
    by_name: str
    unit_name: str
    at: date
    document: str
    document_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class UndoneRow:
    """A step that was taken back: what it had said, and by whom, when and why it was withdrawn; `why` and reasons as `VerdictRow`."""

    step: str
    level: str
    points: str
    votes: str
    said_by: str
    said_on: date | None
    document: str
    document_on: date | None
    reason: str
    back_by: str
    back_on: date
    why: str


@dataclass(frozen=True, slots=True)
class RatingPage:
    """One rating with the facts beside it. Words about a person only for those who may read them (`may_read`).

    `is_untold`: the reader is whoever is rated and was not told yet; then nothing of an appraisal or a decision is in it.
    `voted`: the level that passed by ballot. `undone`: steps taken back, the last one first. `overtaken`: what came
    after the decision and waits for a second look; `decided_by_former`: what was decided by the result before this re-rating: for
    whoever decides. `resting`: who went on by the last step and keeps it from being taken back. `kept`: second looks that changed
    nothing, for those who read the unit's ratings by office.
    """

    rating: Rating
    state: RatingState
    facts: YearFacts
    judgement: Judgement
    verdicts: tuple[VerdictRow, ...]
    texts: tuple[tuple[str, str], ...]
    comments: tuple[RatingComment, ...]
    complaints: tuple[RatingComplaint, ...]
    cases: tuple[ListedCase, ...]
    ballot: RatingBallot | None
    replaced_by: UUID | None
    is_own: bool
    is_untold: bool
    voted: RatingLevel | None
    undone: tuple[UndoneRow, ...]
    may_read: bool
    may_write: bool
    may_decide: bool
    overtaken: Overtaken | None = None
    kept: tuple[LevelKept, ...] = ()
    resting: tuple[str, ...] = ()
    decided_by_former: tuple[str, ...] = ()

    @property
    def state_words(self) -> str:
        return say_state(self.state, is_untold=self.is_untold)[0]

    @property
    def chip(self) -> str:
        return say_state(self.state, is_untold=self.is_untold)[1]

    @property
    def goes_on(self) -> bool:
        """Whether any step of it may be done: in an open round, and of a re-rating in a closed one."""
        campaign = self.rating.campaign
        return campaign.is_open or (self.rating.replaces_id is not None and not campaign.is_cancelled)

    @property
    def waits_for_reopening(self) -> bool:
        """A first result that nobody was told of before the round was closed."""
        is_closed = not (self.rating.campaign.is_open or self.rating.campaign.is_cancelled)
        return is_closed and not self.goes_on and self.may_announce

    @property
    def is_rated(self) -> bool:
        return not self.rating.not_rated

    @property
    def may_propose(self) -> bool:
        return self.may_write and self.state in RatingState.reviewed()

    @property
    def may_settle(self) -> bool:
        return self.may_decide and self.state in RatingState.waiting()

    @property
    def may_announce(self) -> bool:
        return self.may_decide and self.state == RatingState.DECIDED

    @property
    def may_file(self) -> bool:
        return (
            self.may_decide and self.state == RatingState.ANNOUNCED and self.open_complaint is None and not self._waits
        )

    @property
    def may_tell(self) -> bool:
        """Announced now: nothing since the decision waits for a second look."""
        return self.may_announce and not self._waits

    @property
    def _waits(self) -> bool:
        return self.overtaken is not None and self.overtaken.is_waited_for

    @property
    def may_record_case(self) -> bool:
        """At any time from the proposal on, in a closed round too: what was concluded late is written down late."""
        said = self.state.is_decided or self.state in RatingState.waiting()
        return said and self.may_decide and not self.rating.campaign.is_cancelled

    @property
    def may_take_back(self) -> bool:
        """By whoever may do that step, while nobody was told of it (a filed one goes back to that) and nothing rests on it."""
        return not self.resting and is_step_open(
            self.rating, self.state, may_write=self.may_write, may_decide=self.may_decide
        )

    @property
    def may_vote(self) -> bool:
        return self.may_write and self.state == RatingState.REVIEWED

    @property
    def may_add(self) -> bool:
        """Figures and comments, until the proposal."""
        return self.may_write and self.state in RatingState.before_proposal()

    @property
    def may_write_paper(self) -> bool:
        return self.state in RatingState.before_review() and (self.is_own or self.may_write)

    @property
    def may_complain(self) -> bool:
        said = self.state.is_decided or self.state in RatingState.waiting()
        is_kept = not self.rating.campaign.is_cancelled
        return said and is_kept and self.may_read and self.open_complaint is None

    @property
    def may_rate_anew(self) -> bool:
        is_kept = not self.rating.campaign.is_cancelled
        return is_kept and self.may_decide and self.state.is_decided and self.open_complaint is None

    @property
    def open_complaint(self) -> RatingComplaint | None:
        return next((one for one in self.complaints if one.settled_on is None), None)

    @property
    def added(self) -> tuple[AddedFigure, ...]:
        """What people gave beside the records."""
        return list_added(self.rating, self.facts)

    @property
    def conditions(self) -> tuple[tuple[str, str, str], ...]:
        """Each condition, the state of its chip, and how it stands in words; those of the round's own sheet last."""
        found = self.judgement
        rows = (
            (found.holds, "done", _("Đạt")),
            (found.fails, "late", _("Chưa đạt")),
            (found.asked, "due", _("Cần bổ sung")),
        )
        said = tuple((str(one.label), chip, said) for conditions, chip, said in rows for one in conditions)
        words = {True: ("done", _("Đạt")), False: ("late", _("Chưa đạt")), None: ("due", _("Chưa có số liệu"))}
        return (*said, *((f"{one.title} ({one.level.label})", *words[one.holds]) for one in found.local))


def is_step_open(rating: Rating, state: RatingState, *, may_write: bool, may_decide: bool) -> bool:
    """Whether whoever writes or decides may take the last step back, as far as it alone says (`services.take_back`). No query."""
    stands = state in {RatingState.OPENED, RatingState.ANNOUNCED} or state.step < 0
    is_anew = rating.replaces_id is not None and state == RatingState.DECIDED
    owns = may_decide if state.step > RatingState.PROPOSED.step else may_write
    return owns and not (stands or is_anew)


def _list_resting(rating: Rating, state: RatingState, *, may_write: bool, may_decide: bool) -> tuple[str, ...]:
    """Names of those who went on by the last step. One query, none where nobody may take it back or nobody waits for it."""
    if not is_step_open(rating, state, may_write=may_write, may_decide=may_decide):
        return ()
    return tuple(list_resting(rating, state if state in RatingState.waited_for() else None))


def get_rating_page(*, actor: Actor, public_id: UUID, today: date) -> RatingPage:
    """One rating. Raises NotFound. Whoever shows words about somebody else writes that down first (`log_opening`)."""
    rating = get_rating(actor=actor, public_id=public_id)
    facts = read_facts(campaign=rating.campaign, ratings=[rating], today=today)[rating.pk]
    verdicts = list_readable(actor, rating, Verdict.objects.filter(rating=rating).order_by("pk"))
    may_read = may_read_texts(actor, rating)
    last = verdicts[-1] if verdicts else None
    points = None if last is None or last.common is None or last.results is None else last.common + last.results
    heir = find_heir(actor, rating)
    ballot = RatingBallot.objects.filter(rating=rating).first()
    facts, cases = veil_cases(actor, rating, heir, facts)
    decides, writes = may_decide(actor, rating.organization), may_propose(actor, rating.organization)
    state = find_state(rating, heir)
    return RatingPage(
        rating=rating,
        state=state,
        facts=facts,
        judgement=judge(points, make_evidence(rating, facts), rating.campaign.rules, form=rating.form),
        verdicts=tuple(_verdict_row(one, rating, may_read=may_read) for one in verdicts),
        texts=list_texts(rating) if may_read else (),
        comments=tuple(rating.comments.all()) if may_read else (),
        complaints=tuple(list_complaints(rating)) if may_read else (),
        cases=cases if may_read else (),
        ballot=ballot,
        replaced_by=heir.public_id if heir else None,
        is_own=is_own(actor, rating),
        is_untold=is_untold(actor, rating),
        voted=find_voted(ballot, rating.campaign.rules),
        undone=_list_undone(actor, rating, may_read=may_read),
        may_read=may_read,
        may_write=writes,
        may_decide=decides,
        overtaken=find_overtaken(rating) if decides else None,
        resting=_list_resting(rating, state, may_write=writes, may_decide=decides),
        kept=tuple(rating.kept.all()) if may_read and may_read_of_office(actor, rating) else (),
        decided_by_former=tuple(list_decided_by_former(rating)) if decides else (),
    )


def list_texts(rating: Rating) -> tuple[tuple[str, str], ...]:
    """The written parts in the order of the form, those that were written."""
    said = {text.section: text.text for text in rating.texts.all()}
    return tuple((str(one.label), said[one]) for one in sections_of(rating) if said.get(one))


def sections_of(rating: Rating) -> tuple[FormSection, ...]:
    """The parts that the form of this rating has."""
    return tuple(one for one in FormSection if one.belongs_to(RatedForm(rating.form)))


def _list_undone(actor: Actor, rating: Rating, *, may_read: bool) -> tuple[UndoneRow, ...]:
    """The last one first. What was never told to them, whoever is rated does not read here either."""
    rows = StepUndone.objects.filter(rating=rating).order_by("-pk")
    by_office = may_read_of_office(actor, rating)
    return tuple(
        _undone_row(one, may_read=may_read)
        for one in rows
        if by_office or RatingState(one.state).step <= RatingState.PROPOSED.step
    )


def _undone_row(undone: StepUndone, *, may_read: bool) -> UndoneRow:
    common, results = undone.common, undone.results
    total = None if common is None or results is None else common + results
    said_at = localdate(undone.said_at) if undone.said_at else undone.done_on
    return UndoneRow(
        step=str(RatingState(undone.state).label),
        level=str(RatingLevel(undone.level).label) if undone.level else "",
        points="" if total is None else f"{_say(common)} + {_say(results)} = {_say(total)}",
        votes=_say_votes(undone.votes),
        said_by=", ".join(filter(None, (undone.said_by_name, undone.unit_name))),
        said_on=said_at,
        document=undone.document_number,
        document_on=undone.document_on,
        reason=undone.said_reason if may_read else "",
        back_by=undone.by_name,
        back_on=localdate(undone.at),
        why=undone.reason if may_read else "",
    )


def _say_votes(votes: dict[str, int]) -> str:
    """`Hoàn thành tốt nhiệm vụ: 12; bỏ phiếu 14/15`; empty without a vote."""
    if not votes:
        return ""
    levels = [f"{level.label}: {votes[level.value]}" for level in RatingLevel if votes.get(level.value)]
    return "; ".join([*levels, _("bỏ phiếu %(voters)s/%(base)s") % votes])


def _say_author(verdict: Verdict, rating: Rating) -> str:
    """Whose words these are: of a member's own side the member, whoever wrote them down is named as that."""
    if verdict.side != Side.SELF or rating.member is None or verdict.by_name == rating.member.full_name:
        return verdict.by_name
    return _("%(name)s (%(writer)s ghi hộ)") % {"name": rating.member.full_name, "writer": verdict.by_name}


def _verdict_row(verdict: Verdict, rating: Rating, *, may_read: bool) -> VerdictRow:
    common, results = verdict.common, verdict.results
    return VerdictRow(
        side=str(Side(verdict.side).label),
        common=_say(verdict.common),
        results=_say(verdict.results),
        total=_say(None if common is None or results is None else common + results),
        level=str(RatingLevel(verdict.level).label) if verdict.level else "",
        by_name=_say_author(verdict, rating),
        unit_name=verdict.unit_name,
        at=localdate(verdict.at),
        document=verdict.document_number,
        document_on=verdict.document_on,
        reason=verdict.reason if may_read else "",
    )


def _say(points: Decimal | None) -> str:
    """`25,5`: as many digits as it has."""
    return "" if points is None else f"{points.normalize():f}".replace(".", ",")


def read_paper(rating: Rating, facts: YearFacts) -> dict[str, Any]:
    """What the form opens with: what was written before; else the year's facts in words."""
    said = {text.section: text.text for text in rating.texts.all()}
    own = Verdict.objects.filter(rating=rating, side=Side.SELF).first()
    filled = said or {FormSection.DUTIES.value: say_year(rating, facts)}
    points = {**_read_points(own), "level": own.level} if own else {}
    return {"form": rating.form, **filled, **points}


def read_said(page: RatingPage) -> dict[str, Any]:
    """Points of the side before, and its level; before any side the one that was voted, else the one that the program proposes."""
    last = Verdict.objects.filter(rating=page.rating).order_by("-pk").first()
    proposed = page.judgement.proposal.value if page.judgement.proposal else ""
    first = page.voted.value if page.voted else proposed
    if last is None:
        return {"level": first}
    level = first if last.side == Side.SELF else last.level
    return {**_read_points(last), "level": level}


def _read_points(verdict: Verdict) -> dict[str, Any]:
    """Sums, and lines by the names that the form gives them."""
    items = {f"item_{code}": Decimal(points) for code, points in verdict.items.items()}
    return {"common": verdict.common, "results": verdict.results, **items}


def sheet_of(rating: Rating) -> RatingSheet | None:
    """The lines that the round asks points for, of this form; None where it takes the two sums alone."""
    sheets = rating.campaign.rules.sheets
    return sheets.for_form(rating.form) if sheets else None
