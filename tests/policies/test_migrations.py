"""What a migration makes of the packs of an installation."""

import json
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from nennep.policies.importers.pack_files import read_packs

facts = import_module("nennep.policies.migrations.0002_facts_of_score_sheets")
SHEETS = json.loads((Path(__file__).parent / "former_sheets.json").read_text(encoding="utf-8"))


def without_facts(sheet: dict[str, Any]) -> dict[str, Any]:
    """The sheet as it was stored before lines named their facts."""
    stored = deepcopy(sheet)
    for group in stored["groups"]:
        for item in group["items"]:
            for name in ("fact", "bands", "short_by"):
                item.pop(name, None)
    return stored


@pytest.mark.parametrize("code", ["hd-42-2025", "an-phu-2025"])
def test_a_stored_sheet_becomes_the_one_that_is_delivered(code: str) -> None:
    assert facts.name_facts(without_facts(SHEETS[code])) == SHEETS[code] != without_facts(SHEETS[code])


def test_a_sheet_of_somebody_else_stays_as_it_is() -> None:
    sheet = without_facts(SHEETS["hd-42-2025"]) | {"code": "tinh"}
    assert facts.name_facts(deepcopy(sheet)) == sheet


committee = import_module("nennep.policies.migrations.0003_committee_of_hd_42")
notice = import_module("nennep.policies.migrations.0004_notice_of_hd_42")


def test_the_line_on_preparation_asks_for_the_meeting_of_the_committee_and_a_notice_in_time_and_nothing_else_changes() -> (
    None
):
    delivered = next(
        rule.value
        for pack in read_packs()
        for rule in pack.rules
        if (pack.code, rule.key) == ("hd-42-2025", "score.sheet")
    )
    first = json.dumps(delivered).replace('"committee_met_with_minutes"', '"programme_agreed"')
    stored = json.loads(first.replace('"notice_in_time"', '"members_told"'))
    assert committee.name_committee(stored)
    assert notice.name_notice(stored)
    assert stored == delivered
    assert not committee.name_committee(stored)
    assert not notice.name_notice(stored)
