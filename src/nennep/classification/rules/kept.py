"""The rules of a round as they held on the day it was opened: plain values, kept with a checksum."""

from dataclasses import dataclass

from nennep.policies.choices import PolicyKey
from nennep.policies.rules import (
    CutoffDay,
    LevelCondition,
    Milestones,
    RatingBands,
    RatingDue,
    RatingSheets,
    RuleBook,
    say_source,
)

_KEYS = tuple(key for key in PolicyKey if key.value.startswith("rating."))


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Who says so, for a key: its document in words, and how sure the source is (P, S, L, Q, U)."""

    key: str
    document: str
    confidence: str


@dataclass(frozen=True, slots=True)
class KeptRules:
    """What a round is judged by. Shares are percent, `cap_base` and `cap_rounding` as policies call them."""

    bands: RatingBands
    exceed_pct: int
    late_pct_max: int
    undone_pct_max: int
    unit_done_pct_min: int
    cap_pct: int
    cap_pct_outstanding: int
    cap_base: str
    cap_rounding: str
    min_months: int
    cutoff: CutoffDay
    milestones: Milestones
    draft_working_days: int
    meeting_days: int
    due: RatingDue
    vote_part: str
    vote_strict: bool
    sheets: RatingSheets | None = None
    commended_years: int = 5  # of rounds opened before a pack said how many
    sources: tuple[RuleSource, ...] = ()

    def differs_from(self, other: "KeptRules") -> bool:
        """Whether other numbers hold; who says so may change without that."""
        return any(
            getattr(self, name) != getattr(other, name) for name in self.__dataclass_fields__ if name != "sources"
        )

    def conditions_for(self, form: str) -> tuple[LevelCondition, ...]:
        """What the round's own sheet asks for besides 366, of whoever writes that form."""
        sheet = self.sheets.for_form(form) if self.sheets else None
        return sheet.conditions if sheet else ()


def keep_rules(rules: RuleBook) -> KeptRules:
    """What holds in the book, as the campaign keeps it."""
    sources = [(key, rules.source(key)) for key in _KEYS]
    return KeptRules(
        bands=rules.rating_bands,
        exceed_pct=rules.rating_exceed,
        late_pct_max=rules.rating_late,
        undone_pct_max=rules.rating_undone,
        unit_done_pct_min=rules.rating_unit_done,
        cap_pct=rules.rating_cap,
        cap_pct_outstanding=rules.rating_cap_outstanding,
        cap_base=rules.rating_cap_base.value,
        cap_rounding=rules.rating_cap_rounding.value,
        min_months=rules.rating_min_months,
        cutoff=rules.rating_cutoff,
        milestones=rules.rating_milestones,
        draft_working_days=rules.rating_draft_days,
        meeting_days=rules.rating_meeting_days,
        due=rules.rating_due,
        vote_part=str(rules.vote_ordinary.part),
        vote_strict=rules.vote_ordinary.strict,
        sheets=rules.rating_sheets,
        commended_years=rules.rating_commended_years,
        sources=tuple(
            RuleSource(key.value, say_source(source), source.confidence.value) for key, source in sources if source
        ),
    )
