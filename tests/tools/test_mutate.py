import json
import os
import subprocess
import sys
from pathlib import Path

from tools.mutate import report
from tools.mutate.__main__ import EQUIVALENT, PROJECT, list_contexts, list_files, read_equivalent, sample_mutations
from tools.mutate.mutations import Mutation, Source, list_mutations
from tools.mutate.running import Outcome

TOY = '''
LIMIT = 3
WORDS = frozenset({"a", "b"})


def is_long(text: str) -> bool:
    """Longer than the limit."""
    return len(text) > LIMIT


def is_word(text: str) -> bool:
    return text in WORDS


class Counter:
    count = 0

    def add(self, step: int) -> None:
        if step < 0:
            raise ValueError(step)
        self.count += step


def forget(text: str) -> None:
    print(text)


ONLY_A_CLASS_NAMES_IT = 5


class Other:
    width = ONLY_A_CLASS_NAMES_IT
'''
TOY_TESTS = """
import pytest
from toy.rules import WORDS, Counter, is_long, is_word


@pytest.mark.parametrize("length, expected", [(3, False), (4, True)])
def test_length(length, expected):
    assert is_long("x" * length) == expected


def test_words():
    assert (is_word("a"), is_word("c")) == (True, False)


def test_the_list_itself():
    assert WORDS == {"a", "b"}


def test_counting():
    counter = Counter()
    counter.add(2)
    assert counter.count == 2
"""


def _write_toy(folder: Path) -> Source:
    (folder / "src" / "toy").mkdir(parents=True)
    (folder / "src" / "toy" / "__init__.py").touch()
    (folder / "src" / "toy" / "rules.py").write_text(TOY)
    (folder / "test_rules.py").write_text(TOY_TESTS)
    return Source(folder, "src/toy/rules.py")


def _changes(mutations: list[Mutation]) -> list[str]:
    return [f"{one.line} {one.kind} {one.change}" for one in mutations]


def test_each_kind_of_change_is_proposed_where_it_applies(tmp_path: Path) -> None:
    assert _changes(list_mutations(_write_toy(tmp_path))) == [
        "2 constant `3` → `2`",
        "2 constant `3` → `4`",
        "3 element `… 'a' …` → `removed`",
        "3 element `… 'b' …` → `removed`",
        "8 comparison `len(text) > LIMIT` → `len(text) >= LIMIT`",
        "12 comparison `text in WORDS` → `text not in WORDS`",
        "19 guard `if step < 0: raise ValueError(step)` → `removed`",
        "19 comparison `step < 0` → `step <= 0`",
        "19 constant `0` → `-1`",
        "19 constant `0` → `1`",
        "21 statement `self.count += step` → `removed`",
        "25 statement `print(text)` → `removed`",
    ]


def test_a_constant_is_tried_where_functions_read_it_here_or_import_it_from_here(tmp_path: Path) -> None:
    _write_toy(tmp_path)
    folder = tmp_path / "src" / "toy"
    (folder / "other.py").write_text("PAIR = 1\nREAD = 2\nTYPE = 3\nWORDS = 4\n")
    (folder / "third.py").write_text("from toy.other import READ, TYPE\n\ndef f(a: TYPE):\n    return READ, PAIR\n")
    changes = _changes(list_mutations(Source(tmp_path, "src/toy/other.py")))
    assert changes == ["2 constant `2` → `1`", "2 constant `2` → `3`"]


def test_permissions_conditions_keywords_results_and_limits_are_changed(tmp_path: Path) -> None:
    (tmp_path / "services.py").write_text(
        "def f(actor, a, b):\n"
        "    actor.require('x')\n"
        "    if not a:\n"
        "        a = g(b, key=1)\n"
        "    return min(a, b) or [one for one in a if one]\n"
    )
    assert _changes(list_mutations(Source(tmp_path, "services.py"))) == [
        "2 permission `actor.require('x')` → `removed`",
        "3 negation `not a` → `a`",
        "4 keyword `g(… key=1)` → `removed`",
        "4 constant `1` → `0`",
        "4 constant `1` → `2`",
        "5 returned `return min(a, b) or [one for one in a if one]` → `return not (min(a, b) or [one for one in a if one])`",
        "5 one side `min(a, b) or [one for one in a if one]` → `[one for one in a if one]`",
        "5 one side `min(a, b) or [one for one in a if one]` → `min(a, b)`",
        "5 limit `min(a, b)` → `a`",
        "5 limit `min(a, b)` → `b`",
        "5 filter `for one in a if one` → `for one in a`",
    ]


def test_survivors_of_a_toy_are_the_ones_that_its_tests_do_not_see(tmp_path: Path) -> None:
    _write_toy(tmp_path)
    freezing = "import gc\n\ndef pytest_collection_finish():\n    gc.freeze()\n"  # as our own suite does
    (tmp_path / "conftest.py").write_text(freezing)
    script = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from tools.mutate.mutations import Source, list_mutations\n"
        "from tools.mutate.running import run_mutations\n"
        "folder = Path(sys.argv[1])\n"
        "found = list_mutations(Source(folder, 'src/toy/rules.py'))\n"
        "outcome = run_mutations(folder, [str(folder / 'test_rules.py')], found, 2)\n"
        "names = lambda ones: [f'{one.line} {one.change}' for one in ones]\n"
        "told = [outcome.tried, names(outcome.survived), names(outcome.unreached)]\n"
        "(folder / 'told.json').write_text(json.dumps(told))\n"
    )
    path = os.pathsep.join([str(tmp_path / "src"), str(PROJECT), str(PROJECT / "src")])
    environment = os.environ | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, cwd=tmp_path, env=environment)  # noqa: S603
    tried, survived, unreached = json.loads((tmp_path / "told.json").read_text())
    assert (tried, sorted(survived), unreached) == (
        12,
        [
            "19 `0` → `-1`",
            "19 `0` → `1`",
            "19 `if step < 0: raise ValueError(step)` → `removed`",
            "19 `step < 0` → `step <= 0`",
        ],
        ["25 `print(text)` → `removed`"],
    )


def test_the_same_seed_draws_the_same_sample_and_another_draws_others() -> None:
    files = list_files("organizations")
    first, again, other = (_changes(sample_mutations(files, 20, seed)) for seed in (1, 1, 2))
    assert (len(first), first == again, first == other) == (20, True, False)


def test_contexts_are_those_with_rules_or_services_and_core() -> None:
    assert {"core", "audit", "duties"} <= set(list_contexts())
    assert list_files("audit") == ["src/nennep/audit/services.py"]


def test_each_change_without_a_difference_is_still_one_that_would_be_tried() -> None:
    tried = {
        (file, one.name, one.change)
        for file in {row[0] for row in read_equivalent()}
        for one in list_mutations(Source(PROJECT, file))
    }
    assert read_equivalent() - tried == set(), f"take these out of {EQUIVALENT.name}"


def test_the_table_keeps_the_other_contexts(tmp_path: Path) -> None:
    one, other = list_mutations(_write_toy(tmp_path))[:2]
    table = tmp_path / "mutations.md"
    report.record("duties", Outcome(killed=[one]), sample=60, seed=1, table=table)
    report.record("audit", Outcome(killed=[one] * 2, survived=[other]), sample=0, seed=2, table=table)
    report.record("duties", Outcome(killed=[one], unreached=[other]), sample=60, seed=1, table=table)
    assert table.read_text().removeprefix(report.HEAD) == (
        "| audit | 3 | 2 | 66 % | all, 2 |\n"
        "| duties | 2 | 1 | 50 % | 60, 1 |\n"
        "\n## audit\n\n- src/toy/rules.py:2 `LIMIT`: `3` → `4`\n"
        "\n## duties\n\n- src/toy/rules.py:2 `LIMIT`: `3` → `4` (no test runs it)\n"
    )
