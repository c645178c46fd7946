"""Every border of the pure rules of a rating hit exactly, every refusal in its own words, every step and its way back."""

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from nennep.classification.choices import Condition, RatedForm, RatingLevel, RatingState
from nennep.classification.rules import (
    Evidence,
    KeptRules,
    Tally,
    check_cap,
    judge,
    keep_rules,
    require_tally,
    weigh_duties,
)
from nennep.classification.rules.figures import (
    AnswersImpossible,
    WholeMissing,
    list_overridden,
    require_possible,
)
from nennep.classification.rules.forms import find_form, has_committee, is_head
from nennep.classification.rules.points import keep_items, require_sheet_items
from nennep.classification.rules.steps import (
    DifferingNeedsReason,
    StepStands,
    find_former_state,
    require_rated,
    require_reason,
)
from nennep.core.errors import DomainError
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType
from nennep.policies.choices import CapRounding, PolicyKey
from tests.classification.test_rules import FULL, RULES, rules_of
from tests.factories.policies import make_rule_book

EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel
STATE = RatingState


# ── ballots ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tally", [Tally(0, 0, 0, 0, 1, 1), Tally(1, 1, 1, 1, 4, 4), Tally(0, 3, 0, 0, 4, 4)])
def test_as_many_votes_as_voters_and_as_many_voters_as_members_are_taken(tally: Tally) -> None:
    require_tally(tally)


@pytest.mark.parametrize("column", range(4))
def test_a_column_below_nothing_is_refused_whatever_the_others_say(column: int) -> None:
    first, second, third, fourth = (-1 if at == column else 1 for at in range(4))
    with pytest.raises(DomainError):
        require_tally(Tally(first, second, third, fourth, 4, 4))


def test_each_column_is_counted_for_its_own_level() -> None:
    tally = Tally(1, 2, 3, 4, 10, 12)
    assert ([tally.of(level) for level in RatingLevel], tally.votes) == ([1, 2, 3, 4], 10)


# ── the cap ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("excellent", "over"), [(6, 0), (7, 0), (8, 1)])
def test_as_many_as_the_cap_allows_are_not_over_it(excellent: int, over: int) -> None:
    found = check_cap(good=35, excellent=excellent, rules=RULES)
    assert (found.good, found.excellent, found.allowed, found.over) == (35, excellent, 7, over)


@pytest.mark.parametrize(
    ("good", "excellent", "doubtful"),
    [(5, 1, False), (5, 2, False), (5, 0, False), (4, 1, True), (3, 1, True), (2, 1, True), (1, 1, False)],
)
def test_the_ways_to_reckon_disagree_only_where_one_calls_it_over_and_one_does_not(
    good: int, excellent: int, *, doubtful: bool
) -> None:
    assert check_cap(good=good, excellent=excellent, rules=RULES).is_doubtful is doubtful


@pytest.mark.parametrize(
    ("good", "floor", "rounded"), [(0, 0, 0), (2, 0, 0), (3, 0, 1), (5, 1, 1), (7, 1, 1), (8, 1, 2)]
)
def test_a_fraction_of_a_person_is_cut_or_rounded_at_the_half(good: int, floor: int, rounded: int) -> None:
    lines = check_cap(good=good, excellent=0, rules=RULES).lines
    assert {(line.rounding, line.counted, line.allowed) for line in lines} == {
        (CapRounding.FLOOR, good, floor),
        (CapRounding.ROUND, good, rounded),
    }
    assert [line.is_chosen for line in lines].count(True) == 1


# ── conditions and causes at their borders ────────────────────────────────────


@pytest.mark.parametrize(
    ("evidence", "condition", "holds"),
    [
        (replace(FULL, done=10), Condition.ALL_DONE, True),
        (replace(FULL, done=9), Condition.ALL_DONE, False),
        (replace(FULL, late=0), Condition.ON_TIME, True),
        (replace(FULL, late=1), Condition.ON_TIME, False),
        (replace(FULL, late=2), Condition.LATE_FEW, True),  # 20 % exactly
        (replace(FULL, late=3), Condition.LATE_FEW, False),
        (Evidence(1, 1, 0), Condition.LATE_FEW, True),
        (replace(FULL, exceeded=3), Condition.EXCEEDED, True),  # 30 % exactly
        (replace(FULL, exceeded=2), Condition.EXCEEDED, False),
        (replace(FULL, exceeded=4), Condition.EXCEEDED, True),
        (replace(FULL, faults=2, mended=2), Condition.FAULTS_MENDED, True),
        (replace(FULL, faults=2, mended=1), Condition.FAULTS_MENDED, False),
        (replace(FULL, faults=0, mended=0), Condition.FAULTS_MENDED, True),
        (replace(FULL, is_collective=True, disciplined=False), Condition.NO_DISCIPLINE, True),
        (replace(FULL, is_collective=True, disciplined=True), Condition.NO_DISCIPLINE, False),
        (Evidence(), Condition.ALL_DONE, None),
        (Evidence(), Condition.ON_TIME, None),
        (Evidence(), Condition.LATE_FEW, None),
        (Evidence(exceeded=3), Condition.EXCEEDED, None),
        (Evidence(total=0), Condition.ALL_DONE, None),
        (Evidence(total=1, done=1), Condition.ALL_DONE, True),
        (Evidence(total=1), Condition.EXCEEDED, None),
        (Evidence(), Condition.FAULTS_MENDED, None),
        (replace(FULL, is_collective=True), Condition.NO_DISCIPLINE, None),
    ],
)
def test_a_condition_holds_fails_or_is_asked_for(
    evidence: Evidence, condition: Condition, *, holds: bool | None
) -> None:
    found = judge(Decimal(92), evidence, RULES)
    where = {True: found.holds, False: found.fails, None: found.asked}
    assert [known for known, conditions in where.items() if condition in conditions] == [holds]


@pytest.mark.parametrize(
    ("evidence", "causes"),
    [
        (Evidence(10, 5), []),  # half undone exactly
        (Evidence(11, 5), ["undone"]),
        (Evidence(11, 5, is_collective=True), []),
        (Evidence(unit_total=10, unit_done=7), []),
        (Evidence(unit_total=10, unit_done=6), ["unit"]),
        (Evidence(unit_total=1, unit_done=0), ["unit"]),
        (Evidence(unit_total=0, unit_done=0), []),
        (Evidence(listed=True), ["listed"]),
        (Evidence(11, 5, unit_total=10, unit_done=6, listed=True), ["undone", "unit", "listed"]),
    ],
)
def test_the_lowest_level_has_its_causes_by_the_text(evidence: Evidence, causes: list[str]) -> None:
    assert list(judge(Decimal(92), evidence, RULES).causes) == causes
    assert list(judge(Decimal("49.99"), evidence, RULES).causes) == ["points", *causes]
    assert list(judge(None, evidence, RULES).causes) == causes


@pytest.mark.parametrize(
    ("evidence", "met"),
    [
        (FULL, EXCELLENT),
        (replace(FULL, exceeded=None), GOOD),
        (replace(FULL, late=2), SATISFACTORY),
        (replace(FULL, late=3), None),
        (replace(FULL, done=9), None),
        (replace(FULL, is_collective=True, disciplined=True), GOOD),
        (replace(FULL, is_collective=True, disciplined=False), EXCELLENT),
    ],
)
def test_without_points_the_conditions_alone_say_what_is_met(evidence: Evidence, met: RatingLevel | None) -> None:
    found = judge(None, evidence, RULES)
    assert (found.band, found.met, found.proposal) == (None, met, None)


# ── steps ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "bare", "with_everything"),
    [
        (STATE.DRAFTING, STATE.OPENED, STATE.OPENED),
        (STATE.COMMENTED, STATE.DRAFTING, STATE.DRAFTING),
        (STATE.REVIEWED, STATE.DRAFTING, STATE.COMMENTED),
        (STATE.VOTED, STATE.REVIEWED, STATE.REVIEWED),
        (STATE.PROPOSED, STATE.REVIEWED, STATE.VOTED),
        (STATE.APPRAISED, STATE.PROPOSED, STATE.PROPOSED),
        (STATE.DECIDED, STATE.PROPOSED, STATE.APPRAISED),
        (STATE.FILED, STATE.ANNOUNCED, STATE.ANNOUNCED),
    ],
)
def test_each_step_goes_back_to_the_one_before_it(
    state: RatingState, bare: RatingState, with_everything: RatingState
) -> None:
    found = [
        find_former_state(state, has_comments=known, has_ballot=known, is_appraised=known) for known in (False, True)
    ]
    assert found == [bare, with_everything]


@pytest.mark.parametrize("state", [STATE.OPENED, STATE.NOT_RATED, STATE.REPLACED])
def test_what_has_no_step_yet_has_none_to_take_back(state: RatingState) -> None:
    with pytest.raises(StepStands) as refused:
        find_former_state(state, has_comments=True, has_ballot=True, is_appraised=True)
    assert str(refused.value) == "Không lùi được bước này: chưa có bước nào."


@pytest.mark.parametrize("state", list(RatingState))
def test_a_rating_is_rated_unless_it_says_why_not(state: RatingState) -> None:
    refused = ""
    try:
        require_rated(state, "lý do")
    except DomainError as error:
        refused = error.code
    assert refused == {STATE.NOT_RATED: "rating_not_rated", STATE.REPLACED: "rating_step_taken"}.get(state, "")


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("total", "done"),
        ("done", "late"),
        ("done", "exceeded"),
        ("faults", "mended"),
        ("unit_total", "unit_done"),
    ],
)
def test_a_part_is_at_most_its_whole_and_nothing_is_said_of_what_is_not_known(whole: str, part: str) -> None:
    taken: list[dict[str, Any]] = [{whole: 4, part: 4}, {whole: 4}]
    for answers in taken:
        require_possible(Evidence(**answers), typed={part: 4})
    for typed, field in ((part, part), (whole, whole)):
        with pytest.raises(AnswersImpossible) as refused:
            require_possible(make_evidence({"total": 9, whole: 4, part: 5}), typed={typed: 1})
        assert refused.value.field == field


def make_evidence(answers: dict[str, Any]) -> Evidence:
    return Evidence(**answers)


def test_a_part_without_its_whole_asks_for_it_where_it_was_typed() -> None:
    for part, whole in (("done", "total"), ("mended", "faults"), ("unit_done", "unit_total")):
        require_possible(make_evidence({part: 4}))
        with pytest.raises(WholeMissing) as refused:
            require_possible(make_evidence({part: 4}), typed={part: 4})
        assert refused.value.field == whole


def test_only_what_differs_from_the_records_overrides_them() -> None:
    recorded = {"total": 9, "done": 7, "late": 0, "exceeded": 1}
    assert list_overridden({"total": 9, "done": 7}, recorded) == ()
    assert list_overridden({"total": 9, "done": 8, "late": 0, "exceeded": 0, "faults": 3}, recorded) == (
        "done",
        "exceeded",
    )
    assert list_overridden({"total": 5, "done": 5}, {}) == ()


def test_a_reason_is_asked_for_another_level_and_for_any_level_in_a_gap() -> None:
    clear, gap = judge(Decimal(92), FULL, RULES), judge(Decimal(92), replace(FULL, exceeded=2), RULES)
    require_reason(EXCELLENT, clear, "")
    require_reason(GOOD, clear, "Vì sao")
    require_reason(GOOD, gap, "Vì sao")
    for level, judgement in ((GOOD, clear), (GOOD, gap), (EXCELLENT, gap)):
        with pytest.raises(DifferingNeedsReason):
            require_reason(level, judgement, "")


# ── forms, points, rules ──────────────────────────────────────────────────────


@pytest.mark.parametrize("cell_type", list(CellType))
def test_who_leads_nothing_is_on_the_form_of_the_place(cell_type: CellType) -> None:
    inside = {CellType.OFFICE, CellType.STATE_ENTERPRISE, CellType.ARMED_FORCES}
    expected = RatedForm.STAFF if cell_type in inside else RatedForm.OUTSIDE
    assert find_form(posts=[PostKind.COMMITTEE_MEMBER], cell_type=cell_type) == expected
    assert find_form(posts=[], cell_type=cell_type) == expected
    assert (
        find_form(posts=[PostKind.COMMITTEE_MEMBER, PostKind.DEPUTY_SECRETARY], cell_type=cell_type) == RatedForm.LEADER
    )


@pytest.mark.parametrize("post", list(PostKind))
def test_the_secretary_is_the_head_and_a_committee_has_members(post: PostKind) -> None:
    assert (is_head([post]), has_committee([post])) == (post == PostKind.SECRETARY, post == PostKind.COMMITTEE_MEMBER)
    assert not is_head([])
    assert not has_committee([])


def test_lines_have_the_maximum_of_the_sheet_of_their_form() -> None:
    sheets = rules_of("mau-cham-diem-2026").sheets
    assert sheets is not None
    sheet = sheets.for_form("2B")
    assert sheet is not None
    for line in (sheet.common[0], sheet.results[-1]):
        require_sheet_items({line.code: Decimal(line.maximum)}, sheets, "2B")
        with pytest.raises(DomainError):
            require_sheet_items({line.code: line.maximum + Decimal("0.01")}, sheets, "2B")
        require_sheet_items({line.code: Decimal(1000)}, None, "2B")


def test_lines_that_were_said_stand_over_those_of_before() -> None:
    assert keep_items({"2": Decimal("3.5")}, {"1": "4", "2": "5"}) == {"1": "4", "2": "3.5"}
    assert keep_items({}, {}) == {}


def test_weights_that_fill_what_they_must_are_weighed_and_nothing_is_added() -> None:
    assert weigh_duties([(Fraction(30), Fraction(1, 3)), (Fraction(40), Fraction(0))]) == 10
    assert weigh_duties([(Fraction(9), Fraction(1))], maximum=9) == 9


def test_a_round_keeps_what_the_book_says_under_the_same_name() -> None:
    book = make_rule_book()
    kept = keep_rules(book)
    assert (kept.bands, kept.exceed_pct, kept.late_pct_max, kept.undone_pct_max, kept.unit_done_pct_min) == (
        book.rating_bands,
        book.rating_exceed,
        book.rating_late,
        book.rating_undone,
        book.rating_unit_done,
    )
    assert (kept.cap_pct, kept.cap_pct_outstanding) == (book.rating_cap, book.rating_cap_outstanding)
    assert (kept.cap_base, kept.cap_rounding) == (book.rating_cap_base, book.rating_cap_rounding)
    assert (kept.min_months, kept.cutoff, kept.milestones) == (
        book.rating_min_months,
        book.rating_cutoff,
        book.rating_milestones,
    )
    assert (kept.draft_working_days, kept.meeting_days, kept.due) == (
        book.rating_draft_days,
        book.rating_meeting_days,
        book.rating_due,
    )
    assert (kept.vote_part, kept.vote_strict) == (str(book.vote_ordinary.part), book.vote_ordinary.strict)


def test_a_round_keeps_the_sources_of_rating_and_of_nothing_else() -> None:
    known = {key.value for key in PolicyKey if key.value.startswith("rating.")}
    assert {one.key for one in RULES.sources} == known - {"rating.sheet"}
    assert {one.key for one in rules_of("mau-cham-diem-2026").sources} == known
    assert all(one.document for one in RULES.sources)


@pytest.mark.parametrize("name", [field.name for field in fields(KeptRules) if field.name != "sources"])
def test_any_other_number_is_another_rule_and_another_source_is_none(name: str) -> None:
    other: dict[str, Any] = {name: object()}
    assert RULES.differs_from(replace(RULES, **other))
    assert not RULES.differs_from(replace(RULES, sources=()))
