"""The letter of a cell in a month."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from nennep.organizations.rules import shorten_cell
from nennep.reporting.rules.matrix import MonthMark, average, mark_month
from tests.factories.core import TODAY


def letter(**changes: Any) -> MonthMark:
    values: dict[str, Any] = {
        "held": True,
        "grade": "good",
        "on_time": True,
        "last_day": date(2026, 11, 7),
        "owed": True,
        "today": TODAY,
    }
    return mark_month(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({}, "T"),
        ({"grade": "fair"}, "K"),
        ({"grade": "average"}, "TB"),
        ({"grade": "poor"}, "Kém"),
        ({"grade": ""}, "C"),
        ({"on_time": False}, "T*"),
        ({"held": False}, "X"),
        ({"held": False, "last_day": TODAY}, "·"),
        ({"held": False, "last_day": date(2026, 11, 8)}, "X"),
        ({"held": False, "owed": False}, ""),
        ({"owed": False}, "T"),
    ],
)
def test_each_month_has_its_letter(changes: dict[str, Any], sign: str) -> None:
    assert letter(**changes).sign == sign


def test_mean_of_scored_months() -> None:
    assert average([Decimal(90), Decimal("91.25")]) == Decimal("90.6")
    assert average([Decimal(80), Decimal("82.5")]) == Decimal("81.3")  # 81.25, half up
    assert average([]) is None


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Chi bộ thôn Nặm Chá", "Nặm Chá"),
        ("Chi bộ Trạm Y tế xã", "Trạm Y tế xã"),
        ("Chi bộ bản Khiển", "Bản Khiển"),
        ("Chi bộ ", "Chi bộ "),
    ],
)
def test_names_are_short_on_lists(name: str, short: str) -> None:
    assert shorten_cell(name) == short
