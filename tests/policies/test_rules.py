from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.policies.choices import Confidence, PolicyKey
from nennep.policies.importers.pack_files import read_central_packs, read_packs
from nennep.policies.rules import InvalidValue, Rule, Source, build_rule_book, read_value


def rule(key: str, value: Any, *, depth: int = 0, since: date = date(2026, 1, 1), pack: int | None = None) -> Rule:
    return Rule(key, value, depth, Source("1-QĐ", "Văn bản", "", Confidence.LOCAL, pack, since))


DEFAULTS = [rule(item.key, item.value, since=pack.valid_from) for pack in read_central_packs() for item in pack.rules]


def test_every_delivered_rule_has_a_known_key_and_the_shape_of_its_key() -> None:
    for pack in read_packs():
        for item in pack.rules:
            read_value(PolicyKey(item.key), item.value)


def test_the_samples_of_local_packs_are_delivered_but_central_ones_are_apart() -> None:
    assert {pack.place for pack in read_packs()} == {
        "",
        "Lào Cai",
        "An Phú",
        "Sơn La",
        "Kon Tum",
        "Mẫu của một đảng bộ doanh nghiệp",
        "Mẫu hai cột",
    }
    assert all(not pack.place for pack in read_central_packs())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (PolicyKey.FIXED_DAY, 0),
        (PolicyKey.FIXED_DAY, 29),
        (PolicyKey.FIXED_DAY, True),
        (PolicyKey.FIXED_DAY, "3"),
        (PolicyKey.ATTENDANCE_TARGET, 101),
        (PolicyKey.SCORE_LEVELS, {"good": 70, "fair": 90, "average": 50}),
        (PolicyKey.SCORE_LEVELS, {"good": 90}),
        (PolicyKey.SCORE_LEVELS, ["good", "fair", "average"]),
        (PolicyKey.PETITION_RESPONSE, ["base", "upper", "central"]),
        (PolicyKey.SCORE_SHEET, {"code": "x", "title": "x", "groups": []}),
        (PolicyKey.SCORE_SHEET, 3),
        (PolicyKey.VOTE_ORDINARY, {"part": "3/2", "strict": True}),
        (PolicyKey.VOTE_ORDINARY, {"part": "1/0", "strict": True}),
        (PolicyKey.VOTE_ORDINARY, "1/2"),
        (PolicyKey.PAPER_TEMPLATE, ""),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(key: PolicyKey, value: Any) -> None:
    with pytest.raises(InvalidValue):
        read_value(key, value)


@given(st.integers(0, 500), st.integers(0, 500))
def test_more_than_half_is_more_than_half(in_favour: int, base: int) -> None:
    threshold = read_value(PolicyKey.VOTE_ORDINARY, {"part": "1/2", "strict": True})
    assert threshold.passes(in_favour=in_favour, base=base) == (base > 0 and 2 * in_favour > base)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.dates(date(2018, 1, 1), date(2026, 1, 1)), st.integers(1, 28)),
        min_size=1,
        unique_by=lambda item: (item[0], item[1]),
    )
)
def test_the_nearest_unit_and_then_the_newest_pack_wins_in_any_order(packs: list[tuple[int, date, int]]) -> None:
    rules = [rule("meeting.fixed_day", day, depth=depth, since=since) for depth, since, day in packs]
    best = max(packs, key=lambda item: (item[0], item[1]))
    assert build_rule_book(rules, DEFAULTS).fixed_day == best[2]
    assert build_rule_book(reversed(rules), DEFAULTS) == build_rule_book(rules, DEFAULTS)


def test_of_two_packs_of_one_day_the_stored_one_wins_then_the_later_one() -> None:
    delivered, first, second = (rule("meeting.fixed_day", day, pack=pack) for day, pack in ((4, None), (5, 1), (6, 2)))
    assert build_rule_book([first, delivered], DEFAULTS).fixed_day == 5
    assert build_rule_book([second, first], DEFAULTS).fixed_day == 6


def test_keys_of_other_versions_are_left_out() -> None:
    book = build_rule_book([rule("some.future_key", 1)], DEFAULTS)
    assert book.source("some.future_key") is None
