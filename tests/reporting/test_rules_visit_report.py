"""The words of a visit's report, and what the records of a meeting speak for (seed 003)."""

from itertools import combinations

import pytest

from nennep.reporting.rules.visit_report import (
    CONCLUDED,
    CONDUCT,
    CRITICISM,
    IN_ORDER,
    MANY_SPOKE,
    ConductNorms,
    RoomFacts,
    Section,
    join_conduct,
    join_section,
    propose_conduct,
    say_score,
    split_conduct,
    split_section,
    sum_score,
)


def test_ticked_and_typed_lines_stand_in_one_text() -> None:
    text = join_section(Section(("Đủ các bước.", "Có kết luận."), "Bàn kỹ việc mương.\nCòn dài."))
    assert text == "Đủ các bước.\nCó kết luận.\nBàn kỹ việc mương.\nCòn dài."
    assert split_section(text, ["Có kết luận.", "Đủ các bước.", "Khác."]) == Section(
        ("Đủ các bước.", "Có kết luận."), "Bàn kỹ việc mương.\nCòn dài."
    )


@pytest.mark.parametrize("grade", ["", "good", "fair", "average", "poor"])
def test_how_it_was_run_comes_back_as_it_was_ticked(grade: str) -> None:
    for count in range(len(CONDUCT) + 1):
        for chosen in combinations(CONDUCT, count):
            section = Section(chosen, "Không khí cởi mở.")
            assert split_conduct(join_conduct(grade, section)) == (grade, section)


def test_records_speak_for_lines() -> None:
    facts = RoomFacts(items=4, taken=4, attending=20, speakers=10, criticism_minutes=15, concluded=True)
    norms = ConductNorms(speakers_share=50, criticism_least=15)
    assert propose_conduct(facts, norms) == CONDUCT
    assert propose_conduct(RoomFacts(), norms) == ()
    assert propose_conduct(RoomFacts(items=4, taken=3, attending=20, speakers=9, criticism_minutes=14), norms) == ()


@pytest.mark.parametrize(
    ("norms", "lines"),
    [
        (ConductNorms(60, 15), (IN_ORDER, CRITICISM, CONCLUDED)),
        (ConductNorms(50, 16), (IN_ORDER, MANY_SPOKE, CONCLUDED)),
        (ConductNorms(50, None), (IN_ORDER, MANY_SPOKE, CONCLUDED)),
    ],
    ids=["more speakers", "more minutes", "no rule"],
)
def test_what_the_records_speak_for_is_measured_by_the_rules_of_the_unit(
    norms: ConductNorms, lines: tuple[str, ...]
) -> None:
    facts = RoomFacts(items=4, taken=4, attending=20, speakers=10, criticism_minutes=15, concluded=True)
    assert propose_conduct(facts, norms) == lines


def test_score_is_summed_and_said() -> None:
    assert sum_score({"c1": 4.5, "c2": 5}) == 10
    assert sum_score({}) is None
    assert say_score("", "93", "", []) == "Chi bộ tự chấm: 93 điểm."
    assert say_score("92,5", "93", "Ít ý kiến.", [("Tổ chức", "39", "39,5")]) == (
        "Điểm của người dự: 92,5/100; chi bộ tự chấm: 93. Khác ở: Tổ chức (39, chi bộ 39,5). Lý do: Ít ý kiến."
    )
