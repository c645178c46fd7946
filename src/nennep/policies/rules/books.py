"""The rules in force for one unit on one day, typed, each with its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nennep.core.periods import DaysOff
from nennep.policies.choices import CapBase, CapRounding, Confidence, OfficialSide, PolicyKey
from nennep.policies.rules.ratings import CutoffDay, Milestones, RatingBands, RatingDue, RatingSheets
from nennep.policies.rules.shapes import READERS
from nennep.policies.rules.sheets import ScoreSheetTemplate
from nennep.policies.rules.values import (
    ClarificationPause,
    CountedStandings,
    MinutesRange,
    Obligation,
    ResponseDays,
    ScoreLevels,
    VoteThreshold,
)

_OPTIONAL = {
    "committee_days_before",
    "self_criticism_minutes",
    "score_report_working_days",
    "score_official_side",
    "score_confirm_working_days",
    "visit_obligations",
    "rating_sheets",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from. `pack_id` is None for the values that come with the program."""

    document_number: str
    title: str
    article: str
    confidence: Confidence
    pack_id: int | None
    valid_from: date
    organization_id: int | None = None
    organization_name: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """What applies to one unit on one day. None = no rule. Days and minutes are counts, targets are percent."""

    fixed_day: int
    window_last_day: int
    minutes_regular: int
    minutes_combined: int
    thematic_per_quarter: int
    papers_days_before: int
    filing_days_after: int
    committee_days_before: int | None
    score_levels: ScoreLevels
    score_sheet: ScoreSheetTemplate
    score_report_working_days: int | None
    score_official_side: OfficialSide | None
    score_confirm_working_days: int | None
    attendance_target: int
    excused_streak_max: int
    removal_months: int
    group_meetings_per_year: int
    group_meeting_members: int
    attendance_base: CountedStandings
    vote_base: CountedStandings
    official_members_min: int
    vote_ordinary: VoteThreshold
    vote_membership: VoteThreshold
    committee_from: int
    self_criticism_minutes: MinutesRange | None
    speakers_share: int
    agenda_template: dict[str, Any]
    paper_template: str
    visit_obligations: tuple[Obligation, ...] | None
    visit_report_working_days: int
    visit_own_cell_counts: bool
    days_off: DaysOff
    petition_response: ResponseDays
    petition_pause: ClarificationPause
    petition_extension: int
    petition_bounces: int
    petition_silent: int
    rating_bands: RatingBands
    rating_exceed: int
    rating_late: int
    rating_undone: int
    rating_unit_done: int
    rating_cap: int
    rating_cap_outstanding: int
    rating_cap_base: CapBase
    rating_cap_rounding: CapRounding
    rating_min_months: int
    rating_cutoff: CutoffDay
    rating_milestones: Milestones
    rating_draft_days: int
    rating_meeting_days: int
    rating_commended_years: int
    rating_due: RatingDue
    rating_sheets: RatingSheets | None
    sources: Mapping[str, Source]

    def source(self, key: str) -> Source | None:
        """Who says so, for a key such as `meeting.fixed_day`; None where no rule is set."""
        return self.sources.get(key)

    def binding_value(self, key: PolicyKey) -> Any:
        """The typed value of a key, None where it is only what others do: a local document that nobody above the unit applied.

        Such numbers come with the program for want of a central one (confidence L); they advise, and ask nobody for a reason.
        """
        source = self.source(key)
        is_of_others = source is None or (source.organization_id is None and source.confidence == Confidence.LOCAL)
        return None if is_of_others else self.value(key)

    def value(self, key: PolicyKey) -> Any:
        """The typed value of a key."""
        return getattr(self, READERS[key][0])


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as stored. `depth` of the unit whose pack it is: 0 for central packs, 1 for a root unit."""

    key: str
    value: Any
    depth: int
    source: Source


def build_rule_book(rules: Iterable[Rule], defaults: Iterable[Rule]) -> RuleBook:
    """The book from all rules in force for a unit on a day: the nearest unit wins, then the newest pack.

    `defaults` (what comes with the program) fill keys that no pack in force sets. Keys nobody knows are left out.
    """
    chosen = _choose(rules)
    chosen = {**_choose(defaults), **chosen}
    typed: dict[str, Any] = dict.fromkeys(_OPTIONAL)
    for key, rule in chosen.items():
        name, read = READERS[key]
        typed[name] = read(rule.value)
    return RuleBook(**typed, sources={str(key): rule.source for key, rule in chosen.items()})


def _choose(rules: Iterable[Rule]) -> dict[PolicyKey, Rule]:
    known = set(PolicyKey.values)
    ordered = sorted(rules, key=lambda rule: (rule.depth, rule.source.valid_from, rule.source.pack_id or 0))
    return {PolicyKey(rule.key): rule for rule in ordered if rule.key in known}
