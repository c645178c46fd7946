"""The yearly rating computed by hand: addendum a.8 no. 1-5, the gaps, and every border hit exactly."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.classification.choices import Condition, Gap, LowestCause, NotRatedReason, RatingLevel
from nennep.classification.rules import (
    Evidence,
    KeptRules,
    RatingPointsOutOfRange,
    Tally,
    WeightsNotFull,
    check_cap,
    find_band,
    find_calendar,
    find_drafts_day,
    find_not_rated,
    find_passed,
    judge,
    keep_rules,
    require_points,
    require_tally,
    weigh_duties,
)
from nennep.classification.rules.ballots import TallyImpossible
from nennep.classification.rules.points import require_items
from nennep.core.frozen import read_content, write_content
from nennep.members.choices import Standing
from nennep.policies.choices import CapBase, CapRounding
from nennep.policies.importers.pack_files import read_central_packs, read_packs
from nennep.policies.rules import CutoffDay, PointItem, Rule, Source, build_rule_book

EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel
FULL = Evidence(total=10, done=10, late=0, exceeded=3, faults=2, mended=2)


def rules_of(code: str = "") -> KeptRules:
    """The delivered central rules, with those of one local document on top."""
    packs = [*read_central_packs(), *(pack for pack in read_packs() if pack.code == code)]
    found = [
        Rule(
            item.key,
            item.value,
            int(bool(pack.place)),
            Source(pack.document_number, "", item.article, item.confidence, None, pack.valid_from),
        )
        for pack in packs
        for item in pack.rules
    ]
    return keep_rules(build_rule_book(found, []))


RULES = rules_of()


def read(
    points: str, evidence: Evidence
) -> tuple[RatingLevel | None, RatingLevel | None, RatingLevel | None, Gap | None]:
    found = judge(Decimal(points), evidence, RULES)
    return found.band, found.met, found.proposal, found.gap


# ── a.8 no. 1: the cap ────────────────────────────────────────────────────────


@pytest.mark.parametrize(("outstanding", "good_only", "with_excellent"), [(False, 7, 9), (True, 9, 11)])
def test_the_cap_is_shown_by_both_bases(*, outstanding: bool, good_only: int, with_excellent: int) -> None:
    found = check_cap(good=37, excellent=9, rules=RULES, outstanding=outstanding)
    floors = {line.base: line.allowed for line in found.lines if line.rounding == CapRounding.FLOOR}
    assert floors == {CapBase.GOOD_ONLY: good_only, CapBase.GOOD_PLUS_EXCELLENT: with_excellent}
    assert found.over == max(0, 9 - good_only)


def test_nine_of_46_are_over_by_two_or_exactly_full() -> None:
    assert check_cap(good=37, excellent=9, rules=RULES).over == 2
    assert check_cap(good=37, excellent=9, rules=rules_of("mau-cham-diem-2026")).over == 0
    assert check_cap(good=37, excellent=9, rules=RULES).is_doubtful


def test_half_a_person_is_rounded_up_where_one_rounds() -> None:
    lines = check_cap(good=38, excellent=0, rules=RULES).lines
    assert {(line.base, line.rounding): line.allowed for line in lines} == {
        (CapBase.GOOD_ONLY, CapRounding.FLOOR): 7,
        (CapBase.GOOD_ONLY, CapRounding.ROUND): 8,
        (CapBase.GOOD_PLUS_EXCELLENT, CapRounding.FLOOR): 7,
        (CapBase.GOOD_PLUS_EXCELLENT, CapRounding.ROUND): 8,
    }


def test_of_a_group_of_one_nobody_is_within_the_cap() -> None:
    found = check_cap(good=0, excellent=1, rules=RULES)
    assert (found.allowed, found.over) == (0, 1)


# ── a.8 no. 2 and 3: levels and gaps ──────────────────────────────────────────


@pytest.mark.parametrize(
    ("points", "evidence", "expected"),
    [
        ("92", FULL, (EXCELLENT, EXCELLENT, EXCELLENT, None)),
        ("92", replace(FULL, exceeded=2), (EXCELLENT, GOOD, GOOD, Gap.NOT_MET)),
        ("92", replace(FULL, mended=1), (EXCELLENT, GOOD, GOOD, Gap.NOT_MET)),
        ("85", replace(FULL, late=1), (GOOD, SATISFACTORY, SATISFACTORY, Gap.NOT_MET)),
        ("80", replace(FULL, done=9), (GOOD, None, SATISFACTORY, Gap.UNDONE)),
        ("60", Evidence(20, 20, 5, 0), (SATISFACTORY, None, SATISFACTORY, Gap.LATE)),
        ("68", Evidence(20, 20, 4), (SATISFACTORY, SATISFACTORY, SATISFACTORY, None)),
        ("68", Evidence(20, 20, 5), (SATISFACTORY, None, SATISFACTORY, Gap.LATE)),
        ("68", Evidence(10, 4), (SATISFACTORY, None, UNSATISFACTORY, None)),
        ("68", Evidence(10, 5), (SATISFACTORY, None, SATISFACTORY, Gap.UNDONE)),
        ("68", FULL, (SATISFACTORY, EXCELLENT, SATISFACTORY, None)),
        ("49.99", FULL, (UNSATISFACTORY, EXCELLENT, UNSATISFACTORY, None)),
        ("95", Evidence(), (EXCELLENT, None, None, Gap.UNKNOWN)),
        ("95", Evidence(total=0), (EXCELLENT, None, None, Gap.UNKNOWN)),
        ("49", Evidence(), (UNSATISFACTORY, None, UNSATISFACTORY, None)),
    ],
)
def test_the_lower_of_band_and_conditions_is_proposed_and_gaps_are_marked(
    points: str,
    evidence: Evidence,
    expected: tuple[RatingLevel | None, RatingLevel | None, RatingLevel | None, Gap | None],
) -> None:
    assert read(points, evidence) == expected


@pytest.mark.parametrize(
    ("points", "level"),
    [
        ("100", EXCELLENT),
        ("90", EXCELLENT),
        ("89.99", GOOD),
        ("70", GOOD),
        ("69.99", SATISFACTORY),
        ("50", SATISFACTORY),
        ("49.99", UNSATISFACTORY),
        ("0", UNSATISFACTORY),
    ],
)
def test_bands_are_closed_below(points: str, level: RatingLevel) -> None:
    assert find_band(Decimal(points), RULES.bands) == level


@pytest.mark.parametrize(("done", "lowest"), [(70, False), (69, True)])
def test_a_led_unit_below_seventy_percent_is_a_case_of_the_text(*, done: int, lowest: bool) -> None:
    evidence = replace(FULL, is_collective=True, disciplined=False, unit_total=100, unit_done=done)
    found = judge(Decimal(92), evidence, RULES)
    assert (found.proposal == UNSATISFACTORY, found.causes) == (lowest, (LowestCause.UNIT,) if lowest else ())


def test_a_listed_case_is_the_lowest_level_whatever_the_points() -> None:
    found = judge(Decimal(92), replace(FULL, listed=True), RULES)
    assert (found.proposal, found.causes) == (UNSATISFACTORY, (LowestCause.LISTED,))


def test_half_of_a_groups_tasks_undone_is_no_lowest_level_by_the_members_rule() -> None:
    found = judge(Decimal(68), Evidence(10, 4, is_collective=True), RULES)
    assert (found.proposal, found.gap) == (SATISFACTORY, Gap.UNDONE)


def test_a_group_with_somebody_disciplined_is_not_excellent_and_an_unknown_answer_is_asked_for() -> None:
    group = replace(FULL, is_collective=True)
    found = [judge(Decimal(92), replace(group, disciplined=one), RULES) for one in (False, True, None)]
    assert [one.proposal for one in found] == [EXCELLENT, GOOD, GOOD]
    assert [one.asked for one in found] == [(), (), (Condition.NO_DISCIPLINE,)]
    assert Condition.NO_DISCIPLINE in found[1].fails


def test_what_nobody_said_is_asked_for_not_guessed() -> None:
    found = judge(Decimal(92), Evidence(10, 10), RULES)
    assert (found.asked, found.met, found.proposal) == ((Condition.EXCEEDED, Condition.FAULTS_MENDED), GOOD, GOOD)


@given(
    st.decimals(0, 100, places=2),
    st.builds(
        Evidence,
        total=st.none() | st.integers(0, 30),
        done=st.integers(0, 30),
        late=st.integers(0, 30),
        exceeded=st.none() | st.integers(0, 30),
        faults=st.none() | st.integers(0, 3),
        mended=st.integers(0, 3),
    ),
)
def test_the_lowest_level_is_proposed_for_a_cause_alone_and_nothing_above_the_band(
    points: Decimal, evidence: Evidence
) -> None:
    found = judge(points, evidence, RULES)
    assert (found.proposal == UNSATISFACTORY) == bool(found.causes)
    assert found.proposal is None or found.band is None or found.proposal.rank <= max(found.band.rank, 1)


def test_every_gap_says_what_it_is() -> None:
    found = judge(Decimal(92), replace(FULL, exceeded=2), RULES)
    assert found.gap_words == "Điểm ở mức Hoàn thành xuất sắc nhiệm vụ nhưng chưa đủ điều kiện của mức ấy"
    assert judge(Decimal(92), FULL, RULES).gap_words == ""


# ── a.8 no. 4: ballots ────────────────────────────────────────────────────────


@pytest.mark.parametrize(("votes", "passed"), [(11, GOOD), (10, None)])
def test_more_than_half_of_all_official_members_called_pass_a_level(*, votes: int, passed: RatingLevel | None) -> None:
    assert find_passed(Tally(0, votes, 17 - votes - 3, 0, 17, 20), RULES) == passed


@pytest.mark.parametrize(
    "tally", [Tally(9, 9, 0, 0, 17, 20), Tally(9, 0, 0, 0, 21, 20), Tally(-1, 2, 0, 0, 2, 3), Tally(0, 0, 0, 0, 0, 3)]
)
def test_ballots_that_do_not_add_up_are_refused(tally: Tally) -> None:
    with pytest.raises(TallyImpossible):
        require_tally(tally)


def test_blank_ballots_are_nobodys_vote() -> None:
    require_tally(Tally(1, 1, 0, 0, 3, 3))


# ── a.8 no. 5: days ───────────────────────────────────────────────────────────


def test_the_round_of_2026_by_its_days() -> None:
    found = find_calendar(RULES, 2026)
    assert (found.closing, found.special_closing) == (date(2026, 12, 30), date(2027, 1, 14))
    assert (found.dossier, found.report) == (date(2027, 1, 31), date(2027, 2, 28))
    assert (found.cell_due, found.base_due, found.province_due) == (
        date(2026, 12, 10),
        date(2026, 12, 20),
        date(2026, 12, 28),
    )
    assert found.cutoff == date(2026, 12, 31)
    assert find_calendar(replace(RULES, cutoff=CutoffDay(None)), 2026).cutoff is None


def test_where_the_named_day_itself_counts_the_last_day_is_that_day() -> None:
    inclusive = replace(RULES, milestones=replace(RULES.milestones, before=False))
    assert find_calendar(inclusive, 2026).closing == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("meeting", "drafts"),
    [
        (date(2026, 12, 11), date(2026, 12, 8)),
        (date(2026, 12, 14), date(2026, 12, 9)),
        (date(2026, 11, 26), date(2026, 11, 20)),  # 24/11 is a day off
    ],
)
def test_drafts_go_out_three_working_days_before(meeting: date, drafts: date) -> None:
    assert find_drafts_day(meeting, RULES.draft_working_days) == drafts


# ── who is rated ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("standing", "admitted", "cutoff", "reason"),
    [
        (Standing.PROBATIONARY, date(2026, 6, 20), date(2026, 12, 31), None),
        (Standing.PROBATIONARY, date(2026, 6, 20), date(2026, 12, 11), NotRatedReason.NEW),
        (Standing.PROBATIONARY, date(2026, 6, 20), date(2026, 12, 20), None),
        (Standing.PROBATIONARY, date(2026, 8, 31), date(2027, 2, 28), None),
        (Standing.PROBATIONARY, date(2026, 8, 31), date(2027, 2, 27), NotRatedReason.NEW),
        (Standing.OFFICIAL, None, date(2026, 12, 31), None),
        (Standing.ELSEWHERE, date(2000, 1, 1), date(2026, 12, 31), None),
        (Standing.EXEMPT, date(2000, 1, 1), date(2026, 12, 31), NotRatedReason.EXEMPT),
        (Standing.SUSPENDED, date(2000, 1, 1), date(2026, 12, 31), NotRatedReason.SUSPENDED),
    ],
)
def test_who_is_not_rated_and_why(
    standing: Standing, admitted: date | None, cutoff: date, reason: NotRatedReason | None
) -> None:
    found = find_not_rated(standing=standing, admitted_on=admitted, cutoff=cutoff, min_months=RULES.min_months)
    assert found == reason


# ── points and kept rules ─────────────────────────────────────────────────────


@pytest.mark.parametrize(("common", "results", "field"), [("30.01", "70", "common"), ("30", "70.5", "results")])
def test_points_over_the_maximum_are_refused_beside_their_field(common: str, results: str, field: str) -> None:
    with pytest.raises(RatingPointsOutOfRange) as refused:
        require_points(Decimal(common), Decimal(results))
    assert refused.value.field == field


def test_the_full_hundred_and_no_points_yet_are_taken() -> None:
    require_points(Decimal(30), Decimal(70))
    require_points(None, Decimal(0))


def test_a_line_of_the_sheet_has_its_own_maximum() -> None:
    line = PointItem("c1", "Chính trị, tư tưởng", 5)
    require_items({"c1": Decimal(5)}, [line])
    with pytest.raises(RatingPointsOutOfRange):
        require_items({"c1": Decimal("5.5")}, [line])


def test_tasks_are_weighed_exactly_and_their_weights_fill_the_seventy() -> None:
    thirds = [(Fraction(70, 3), Fraction(1)), (Fraction(70, 3), Fraction(1, 2)), (Fraction(70, 3), Fraction(1))]
    assert weigh_duties(thirds) == Fraction(175, 3)
    with pytest.raises(WeightsNotFull):
        weigh_duties(thirds[:2])


def test_kept_rules_are_read_as_they_were_written_with_their_sources() -> None:
    kept = rules_of("mau-cham-diem-2026")
    assert read_content(KeptRules, write_content(kept)) == kept
    assert not kept.differs_from(kept)
    assert kept.differs_from(RULES)
    assert {one.confidence for one in RULES.sources} == {"P", "L", "U"}
    assert kept.sheets is not None
    sheet = kept.sheets.for_form("2B")
    assert sheet is not None
    assert [item.maximum for item in sheet.common] == [5] * 6
    assert RULES.sheets is None
