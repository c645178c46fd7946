"""Who prepares a meeting, and how long before it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.rules.premeeting import (
    Body,
    KnownFacts,
    NoCommittee,
    SectionMerge,
    Sections,
    choose_body,
    draft_sections,
    find_missing_committee,
    fingerprint,
    join_lines,
    measure_lead_time,
    merge_text,
)


@pytest.mark.parametrize(
    ("officials", "committee_members", "expected"),
    [
        (8, 0, NoCommittee.FEW_MEMBERS),
        (8, 1, NoCommittee.FEW_MEMBERS),
        (9, 0, NoCommittee.NO_POSTS),
        (9, 1, NoCommittee.NONE),
        (40, 5, NoCommittee.NONE),
    ],
)
def test_a_committee_is_there_from_nine_official_members_on(
    officials: int, committee_members: int, expected: NoCommittee
) -> None:
    assert (
        find_missing_committee(officials=officials, committee_members=committee_members, committee_from=9) == expected
    )


def test_without_a_committee_secretary_and_deputy_prepare() -> None:
    assert [choose_body(missing) for missing in NoCommittee] == [Body.COMMITTEE, Body.LEADERS, Body.LEADERS]


@pytest.mark.parametrize(
    ("day", "least", "expected"),
    [(30, 3, False), (29, 3, False), (1, 3, True), (3, 3, True), (3, None, False), (3, 0, False)],
)
def test_three_days_before_only_where_a_policy_asks(day: int, least: int | None, expected: bool) -> None:
    held_on = date(2026, 11, day) if day > 3 else date(2026, 12, day)
    assert measure_lead_time(held_on, date(2026, 12, 3), least=least).is_short == expected


def test_lines_stand_under_each_other() -> None:
    assert join_lines(["Mương 180/300 m", "", "Bảo hiểm y tế 88%"]) == "- Mương 180/300 m\n- Bảo hiểm y tế 88%"


def test_the_programme_is_filled_from_what_is_known() -> None:
    facts = KnownFacts(
        done=("Hiến đất: 12/12 hộ",),
        unfinished=("Mương: 180 m",),
        carried=("Mương, hạn 20/11",),
        items=("Bản tin", "Nhiệm vụ"),
    )
    drafted = draft_sections(facts, when_and_where="19:30, nhà văn hóa")
    assert drafted.last_month == "Đã làm xong:\n- Hiến đất: 12/12 hộ\nChưa xong:\n- Mương: 180 m"
    assert drafted.next_month == "Việc chuyển sang tháng tới:\n- Mương, hạn 20/11"
    assert drafted.cell_meeting == "19:30, nhà văn hóa\nChương trình:\n- Bản tin\n- Nhiệm vụ"
    assert draft_sections(KnownFacts(), when_and_where="") == Sections("", "", "", "")


@given(before=st.text(), mine=st.text(), theirs=st.text())
def test_no_text_is_lost_between_two_writers(before: str, mine: str, theirs: str) -> None:
    """Whatever two people typed: what one of them changed is either stored, or asked about."""
    first = merge_text(before, theirs, known=fingerprint(before))
    stored = theirs if first == SectionMerge.WRITE else before
    second = merge_text(stored, mine, known=fingerprint(before))
    kept = {SectionMerge.WRITE: mine, SectionMerge.KEEP: stored, SectionMerge.CONFLICT: stored}[second]
    assert first != SectionMerge.CONFLICT
    assert kept in ({theirs} if mine == before else {mine} if theirs == before else {stored})
    assert (second == SectionMerge.CONFLICT) == (mine not in {before, stored} and stored != before)


@pytest.mark.parametrize(("days", "least", "short"), [(2, 3, True), (3, 3, False), (0, 0, False), (0, None, False)])
def test_the_lead_is_short_under_the_least(days: int, least: int | None, *, short: bool) -> None:
    lead = measure_lead_time(date(2026, 11, 3), date(2026, 11, 3 + days), least=least)
    assert (lead.days, lead.is_short) == (days, short)


def test_each_heading_stands_over_its_own_list_and_empty_ones_are_left_out() -> None:
    facts = KnownFacts(
        done=("A",),
        unfinished=("B", ""),
        carried=("H", ""),
        shortcomings=("C",),
        waiting=("D",),
        received=("E",),
        advice=("F",),
        items=("G", "H"),
        supervision=("I",),
    )
    sections = draft_sections(facts, when_and_where="19 giờ 30, nhà văn hóa")
    assert sections.last_month == "Đã làm xong:\n- A\nChưa xong:\n- B\nHạn chế kỳ trước nêu:\n- C"
    assert sections.next_month == (
        "Việc chuyển sang tháng tới:\n- H\nKiến nghị còn chờ:\n- D\nVăn bản chưa bàn:\n- E\nGóp ý cần trả lời:\n- F"
    )
    assert sections.cell_meeting == "19 giờ 30, nhà văn hóa\nChương trình:\n- G\n- H"
    assert sections.inspection == "- I"
    empty = draft_sections(KnownFacts(), when_and_where="")
    assert (empty.last_month, empty.next_month, empty.cell_meeting, empty.inspection) == ("", "", "", "")


@pytest.mark.parametrize(
    ("stored", "typed", "merge"),
    [
        ("gốc", "gốc", SectionMerge.KEEP),
        ("khác", "gốc", SectionMerge.KEEP),  # the writer left it alone
        ("mới", "mới", SectionMerge.KEEP),  # both wrote the same
        ("gốc", "mới", SectionMerge.WRITE),
        ("khác", "mới", SectionMerge.CONFLICT),
    ],
)
def test_a_text_is_written_unless_somebody_else_changed_it(stored: str, typed: str, merge: SectionMerge) -> None:
    assert merge_text(stored, typed, known=fingerprint("gốc")) == merge
