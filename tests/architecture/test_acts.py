"""Whatever ends, goes or is settled by a service can be taken back, or is shown and confirmed by its name (acts.toml).

That the pages do so is tried in tests/site/test_shown_first.py.
"""

import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, expect_none
from tests.architecture.test_services import _services

ACTS: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "acts.toml").read_text(encoding="utf-8"))
PAGE = (PROJECT / "docs/how-to/take-back.md").read_text(encoding="utf-8")
# Verbs after which something is no longer there, or stands.
ENDINGS = (
    "agree",
    "apply_delivered",
    "apply_file",
    "apply_import",
    "apply_unit",
    "approve",
    "cancel",
    "close",
    "conclude",
    "confirm",
    "deactivate",
    "discard",
    "drop",
    "end",
    "file",
    "leave",
    "merge",
    "miss",
    "move",
    "pass_on",
    "publish_plan",
    "rebuild_agenda",
    "remove",
    "replace",
    "return_home",
    "revoke",
    "split",
    "transfer",
    "withdraw_petition",
)


def _ends(name: str) -> bool:
    verb = name.split(".")[1]
    return any(verb == ending or verb.startswith(f"{ending}_") for ending in ENDINGS)


def test_every_act_has_one_decision() -> None:
    decided = [name for acts in ACTS.values() for name in acts]
    assert sorted(decided) == sorted({name for name, _ in _services() if _ends(name)})


def test_ways_back_are_services() -> None:
    services = {name for name, _ in _services()}
    expect_none(f"{act}: {back}" for act, back in ACTS["back"].items() if back not in services)


@pytest.mark.parametrize("part", ["named", "back"])
def test_the_page_for_developers_lists_them(part: str) -> None:
    expect_none(act for act in ACTS[part] if f"`{act.split('.')[1]}`" not in PAGE)
