"""Which three questions the facts of a cell ask, one fact at a time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from nennep.core.periods import Month
from nennep.reporting.rules.brief import (
    AdviceFact,
    BriefFacts,
    DutyFact,
    GroupFact,
    MonthFact,
    PetitionFact,
    ResolutionFact,
    ask_questions,
    clip,
)

NOVEMBER = Month(2026, 11)
LATE = PetitionFact("Đèn đường", age=80, days_left=-1, holder="Xã")
WAITING = PetitionFact("Nước sạch", age=20, days_left=0, holder="Xã")
ANSWERED = PetitionFact("Chợ", age=80, days_left=-38, holder="Xã", answer="xong")


def resolve(*unfinished: DutyFact) -> ResolutionFact:
    return ResolutionFact(NOVEMBER, "05-NQ/CB", UUID(int=1), done=0, total=len(unfinished), unfinished=unfinished)


def attend(*percents: float | None, target: int = 90) -> tuple[MonthFact, ...]:
    first = NOVEMBER.plus(1 - len(percents))
    return tuple(MonthFact(first.plus(index), percent, None, target) for index, percent in enumerate(percents))


EVERYTHING = BriefFacts(
    resolutions=(resolve(DutyFact("Mương", "Đang làm", 9), DutyFact("Đường", "Đang làm")),),
    petitions=(LATE, WAITING, ANSWERED),
    months=attend(80.0),
    groups=(GroupFact("c3", "Chuẩn bị", Decimal(8), Decimal(10)),),
    idle=("Bàn Thị Ghến",),
    advice=(AdviceFact("Ghi số đo", date(2026, 10, 3), "", is_open=True),),
)
# What is asked about each kind, the most pressing first, and how that kind is mended.
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("“Đèn đường”: vướng ở đâu, ai trả lời, ngày nào?", {"petitions": (WAITING, ANSWERED)}),
    (
        "“Mương”: còn cần gì, ai làm, ngày nào xong?",
        {"resolutions": (resolve(DutyFact("Đường", "Đang làm")),)},
    ),
    ("Vì sao đảng viên vắng; đồng chí nào chi bộ cần đến gặp?", {"months": attend(90.0)}),
    ("Góp ý “Ghi số đo”: đã làm được đến đâu, vướng gì?", {"advice": ()}),
    ("“Chuẩn bị” mất nhiều điểm nhất: tháng này sửa điều gì trước?", {"groups": ()}),
    ("1 đồng chí chưa có nhiệm vụ: hợp với việc gì?", {"idle": ()}),
    ("“Chợ”: trả lời như vậy chi bộ thấy đã xong chưa?", {"petitions": (WAITING,)}),
    ("“Nước sạch”: trong lúc chờ trả lời, chi bộ tự làm được gì?", {"petitions": ()}),
    ("“Đường”: còn cần gì, ai làm, ngày nào xong?", {"resolutions": ()}),
    ("Người dân trong thôn đang quan tâm nhất việc gì?", {}),
    ("Việc nào của chi bộ cần cấp trên giúp nhất?", {}),
    ("Cách làm nào của chi bộ nơi khác nên học?", {}),
]


@pytest.mark.parametrize("mended", range(10))
def test_as_one_thing_after_the_other_is_mended_the_next_is_asked(mended: int) -> None:
    facts = EVERYTHING
    for _text, change in KINDS[:mended]:
        facts = replace(facts, **change)
    assert [question.text for question in ask_questions(facts)] == [
        text for text, _change in KINDS[mended : mended + 3]
    ]


def first(**facts: Any) -> tuple[str, str]:
    question = ask_questions(BriefFacts(**facts))[0]
    return question.text, question.fact


def test_of_late_petitions_and_tasks_the_worst_is_asked_about() -> None:
    worse = replace(LATE, text="Cầu", days_left=-2)
    assert first(petitions=(LATE, worse)) == (
        "“Cầu”: vướng ở đâu, ai trả lời, ngày nào?",
        "Chưa trả lời, quá hạn 2 ngày; đang ở Xã.",
    )
    older = resolve(DutyFact("Cũ", "Chưa làm", 9))
    assert first(resolutions=(resolve(DutyFact("Mới", "", 1)), older)) == (
        "“Cũ”: còn cần gì, ai làm, ngày nào xong?",
        "Chưa làm; quá hạn 9 ngày",
    )
    assert first(resolutions=(resolve(DutyFact("Mới", "", 1)),))[1] == "quá hạn 1 ngày"
    assert first(resolutions=(resolve(DutyFact("Sắp đến", "Đang làm"), DutyFact("Sau", "")),)) == (
        "“Sắp đến”: còn cần gì, ai làm, ngày nào xong?",
        "Đang làm",
    )


def test_only_a_petition_that_waits_is_asked_about_while_it_waits() -> None:
    asked = ask_questions(BriefFacts(petitions=(ANSWERED, WAITING)))
    assert [question.text[:10] for question in asked[:2]] == ["“Chợ”: trả", "“Nước sạch"]


def test_of_two_answered_or_waiting_petitions_the_first_is_asked_about() -> None:
    petitions = (ANSWERED, replace(ANSWERED, text="Cống"), WAITING, replace(WAITING, text="Đường điện"))
    asked = ask_questions(BriefFacts(petitions=petitions))
    assert [question.text[:10] for question in asked[:2]] == ["“Chợ”: trả", "“Nước sạch"]


@pytest.mark.parametrize(
    ("petition", "late", "words"),
    [
        (LATE, True, "Chưa trả lời, quá hạn 1 ngày; đang ở Xã."),
        (WAITING, False, "Chưa trả lời, còn 0 ngày; đang ở Xã."),
        (ANSWERED, False, "Đã trả lời: xong; chờ chi bộ cho ý kiến."),
    ],
    ids=["late", "last day", "answered"],
)
def test_a_petition_is_late_after_its_last_day(petition: PetitionFact, words: str, *, late: bool) -> None:
    assert (petition.is_late, petition.words) == (late, words)


@pytest.mark.parametrize(
    ("shares", "asked"),
    [
        ([90.0], False),
        ([89.9], True),
        ([97.0, 95.0], False),  # two are no series
        ([97.0, 95.0, 93.0], True),
        ([97.0, 95.0, 95.0], False),
        ([95.0, 95.0, 93.0], False),
        ([91.0, 97.0, 95.0, 93.0], True),
        ([97.0, None, 95.0, None, 93.0], True),
        ([80.0, 97.0, None], False),
    ],
)
def test_attendance_is_asked_about_under_the_target_or_after_three_falls(
    shares: list[float | None], *, asked: bool
) -> None:
    assert (first(months=attend(*shares))[0] == KINDS[2][0]) is asked


def test_the_last_three_known_meetings_stand_beside_the_question() -> None:
    assert first(months=attend(70.0, 81.0, None, 82.5, 80.0, target=85))[1] == (
        "8/2026: 81,0%; 10/2026: 82,5%; 11/2026: 80,0%; cần 85%"
    )


def test_the_oldest_advice_without_an_answer_is_asked_about() -> None:
    new = AdviceFact("Mới", date(2026, 11, 2), "", is_open=True)
    old, answered = replace(new, text="Cũ", given_on=date(2026, 11, 1)), replace(new, text="Xong", is_open=False)
    assert first(advice=(new, old, replace(answered, given_on=date(2026, 1, 1)))) == (
        "Góp ý “Cũ”: đã làm được đến đâu, vướng gì?",
        "Góp ý ngày 01/11/2026, chi bộ chưa trả lời",
    )
    assert first(advice=(answered,))[0] == KINDS[-3][0]


def test_the_group_that_loses_most_is_asked_about_with_its_numbers() -> None:
    worst = GroupFact("c4", "Nội dung", Decimal("26.1"), Decimal(30), Decimal("27.4"))
    others = [GroupFact(f"c{number}", "", Decimal(1), Decimal(2)) for number in (5, 6)]
    assert first(groups=(worst, *others)) == (
        "“Nội dung” mất nhiều điểm nhất: tháng này sửa điều gì trước?",
        "26,1/30, quanh đây 27,4",
    )
    assert (worst.lost, replace(worst, around=None).words) == (Decimal("3.9"), "26,1/30")
    assert BriefFacts(groups=(worst, *others)).groups_shown == (worst, others[0])


@pytest.mark.parametrize(
    ("points", "around", "is_weak"),
    [
        ("26.1", "26.2", True),
        ("26.1", "26.1", False),
        ("26.2", "26.1", False),
        ("30", "31", False),
        ("29.9", None, True),
        ("30", None, False),
    ],
)
def test_a_group_is_weak_where_it_has_fewer_points_than_around(points: str, around: str | None, is_weak: bool) -> None:
    group = GroupFact("c4", "Nội dung", Decimal(points), Decimal(30), Decimal(around) if around else None)
    assert group.is_weak == is_weak


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 đồng chí: A1"),
        (6, "6 đồng chí: A1, A2, A3, A4, A5, A6"),
        (7, "7 đồng chí: A1, A2, A3, A4, A5, A6 và 1 đồng chí nữa"),
    ],
)
def test_six_without_a_task_are_named(count: int, words: str) -> None:
    idle = tuple(f"A{number}" for number in range(1, count + 1))
    assert BriefFacts(idle=idle).idle_words == words
    assert first(idle=idle) == (f"{count} đồng chí chưa có nhiệm vụ: hợp với việc gì?", words)


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("Sửa đường.", 9, "Sửa đường"),
        ("Sửa đường . ", 9, "Sửa đường"),
        ("Sửa đường", 8, "Sửa…"),
        ("Sửa, đường", 9, "Sửa…"),
        ("Sửađường", 5, "Sửađư…"),
    ],
)
def test_a_text_is_clipped_after_a_whole_word(text: str, limit: int, clipped: str) -> None:
    assert clip(text, limit) == clipped


def test_a_text_of_a_hundred_letters_is_whole() -> None:
    assert clip("a" * 100) == "a" * 100
    assert clip("a" * 101) == f"{'a' * 100}…"
