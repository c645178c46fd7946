"""Which level points and conditions come to (366-QĐ/TW, Article 11; rules.md §4.4, addendum a.2). Exact, in whole numbers.

The text leaves gaps: points of one level without its conditions, a few tasks undone, too many late. There the lower of the two
is proposed and marked, never the lowest level: that comes from points, from more than half undone, from a led unit that did too
little, or from a listed case that somebody recorded with its document. A person decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nennep.classification.choices import Condition, Gap, LowestCause, RatingLevel
from nennep.classification.rules.kept import KeptRules
from nennep.policies.rules import LevelCondition, RatingBands


@dataclass(frozen=True, slots=True)
class Evidence:
    """The year as far as it is known; None: nobody said yet.

    `total` tasks were to be done, `done` are, `late` of them past their date, `exceeded` above what was asked. `faults` of the
    last review, `mended` of them. `disciplined`: a member of the group or a subordinate unit (collectives only). `unit_total`,
    `unit_done`: the tasks of the unit that the leader or the group leads. `listed`: a listed case stands recorded.
    `meetings_score`: the mean score of the year's meetings, of a hundred; `visits_owed` None: owes none.
    """

    total: int | None = None
    done: int = 0
    late: int = 0
    exceeded: int | None = None
    faults: int | None = None
    mended: int = 0
    is_collective: bool = False
    disciplined: bool | None = None
    unit_total: int | None = None
    unit_done: int = 0
    listed: bool = False
    meetings_score: Decimal | None = None
    visits_owed: int | None = None
    visits_done: int = 0


@dataclass(frozen=True, slots=True)
class LocalStand:
    """A condition of the round's own sheet, and whether it holds (None: nobody knows)."""

    title: str
    level: RatingLevel
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`band` from points, `met` from tasks and conditions (None: no level's conditions hold, or nothing is known of tasks).

    `proposal` is the lower of the two, None where it cannot be said; `gap` marks what no level covers. `holds`, `fails` and
    `asked` are the conditions by what is known of them; `causes` why the text itself gives the lowest level; `local` are the
    conditions that the round's own sheet has besides.
    """

    band: RatingLevel | None
    met: RatingLevel | None
    proposal: RatingLevel | None
    gap: Gap | None
    holds: tuple[Condition, ...]
    fails: tuple[Condition, ...]
    asked: tuple[Condition, ...]
    causes: tuple[LowestCause, ...]
    local: tuple[LocalStand, ...] = ()

    @property
    def gap_words(self) -> str:
        """What the gap is; empty without one."""
        if self.gap is None:
            return ""
        return str(self.gap.label) % {"band": self.band.label if self.band else ""}


def find_band(points: Decimal, bands: RatingBands) -> RatingLevel:
    """The level by points alone: each band is closed below."""
    if points >= bands.excellent:
        return RatingLevel.EXCELLENT
    if points >= bands.good:
        return RatingLevel.GOOD
    return RatingLevel.SATISFACTORY if points >= bands.satisfactory else RatingLevel.UNSATISFACTORY


def judge(points: Decimal | None, evidence: Evidence, rules: KeptRules, *, form: str = "") -> Judgement:
    """Band, conditions, and what follows from both; with the conditions that the round's sheet has for the `form`."""
    band = None if points is None else find_band(points, rules.bands)
    stands = _look(evidence, rules)
    causes = _list_causes(band, evidence, rules)
    local = tuple(_look_at(one, evidence) for one in rules.conditions_for(form))
    met = _find_met(stands, local)
    proposal, gap = _propose(band, met, stands, causes)
    holds, fails, asked = (
        tuple(one for one, value in stands.items() if value is wanted) for wanted in (True, False, None)
    )
    return Judgement(band, met, proposal, gap, holds, fails, asked, causes, local)


def _look_at(condition: LevelCondition, evidence: Evidence) -> LocalStand:
    """Who owes no visit has kept what is asked of visits; nobody knows of meetings that nobody scored."""
    score, owed = evidence.meetings_score, evidence.visits_owed
    if condition.fact == "visits_share":
        holds: bool | None = not owed or evidence.visits_done * 100 >= condition.at_least * owed
    else:
        holds = None if score is None else score >= condition.at_least
    return LocalStand(condition.title, RatingLevel(condition.level), holds)


def _look(evidence: Evidence, rules: KeptRules) -> dict[Condition, bool | None]:
    total = evidence.total
    known = total is not None and total > 0
    stands: dict[Condition, bool | None] = {
        Condition.ALL_DONE: evidence.done == total if known else None,
        Condition.ON_TIME: evidence.late == 0 if known else None,
        Condition.LATE_FEW: evidence.late * 100 <= rules.late_pct_max * (total or 0) if known else None,
        Condition.EXCEEDED: _exceeds(evidence, rules) if known else None,
        Condition.FAULTS_MENDED: None if evidence.faults is None else evidence.mended >= evidence.faults,
    }
    if evidence.is_collective:
        stands[Condition.NO_DISCIPLINE] = None if evidence.disciplined is None else not evidence.disciplined
    return stands


def _exceeds(evidence: Evidence, rules: KeptRules) -> bool | None:
    if evidence.exceeded is None or evidence.total is None:
        return None
    return evidence.exceeded * 100 >= rules.exceed_pct * evidence.total


def _list_causes(band: RatingLevel | None, evidence: Evidence, rules: KeptRules) -> tuple[LowestCause, ...]:
    """What the text itself says is the lowest level: nothing else leads there."""
    undone = 0 if evidence.total is None else evidence.total - evidence.done
    found = {
        LowestCause.POINTS: band == RatingLevel.UNSATISFACTORY,
        LowestCause.UNDONE: not evidence.is_collective and undone * 100 > rules.undone_pct_max * (evidence.total or 0),
        LowestCause.UNIT: evidence.unit_done * 100 < rules.unit_done_pct_min * (evidence.unit_total or 0),
        LowestCause.LISTED: evidence.listed,
    }
    return tuple(cause for cause, is_so in found.items() if is_so)


_ASKED_BY = {
    RatingLevel.EXCELLENT: (Condition.EXCEEDED, Condition.FAULTS_MENDED, Condition.NO_DISCIPLINE),
    RatingLevel.GOOD: (Condition.ALL_DONE, Condition.ON_TIME),
    RatingLevel.SATISFACTORY: (Condition.ALL_DONE, Condition.LATE_FEW),
}


def _find_met(stands: dict[Condition, bool | None], local: Sequence[LocalStand]) -> RatingLevel | None:
    """The highest level all of whose conditions are known to hold: the highest asks what the good one asks, and more."""
    if all(stands[one] for one in _ASKED_BY[RatingLevel.GOOD]) and _keeps(local, RatingLevel.GOOD):
        more = all(stands[one] for one in _ASKED_BY[RatingLevel.EXCELLENT] if one in stands)
        return RatingLevel.EXCELLENT if more and _keeps(local, RatingLevel.EXCELLENT) else RatingLevel.GOOD
    return RatingLevel.SATISFACTORY if all(stands[one] for one in _ASKED_BY[RatingLevel.SATISFACTORY]) else None


def _keeps(local: Sequence[LocalStand], level: RatingLevel) -> bool:
    return all(one.holds for one in local if one.level == level)


def _propose(
    band: RatingLevel | None,
    met: RatingLevel | None,
    stands: dict[Condition, bool | None],
    causes: tuple[LowestCause, ...],
) -> tuple[RatingLevel | None, Gap | None]:
    if causes:
        return RatingLevel.UNSATISFACTORY, None
    if stands[Condition.ALL_DONE] is None:
        return None, Gap.UNKNOWN
    if met is None:
        gap = Gap.LATE if stands[Condition.ALL_DONE] else Gap.UNDONE
        return (None if band is None else RatingLevel.SATISFACTORY), gap
    if band is None:
        return None, None
    return min(band, met, key=lambda level: level.rank), Gap.NOT_MET if met.rank < band.rank else None
