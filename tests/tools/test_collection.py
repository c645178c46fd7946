"""Two processes that share the tests out, and two runs on two days, must agree on what the tests are called."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def _start_collecting(hash_seed: str, *options: str) -> subprocess.Popen[str]:
    words = ["--collect-only", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:randomly", *options, "tests"]
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "pytest", *words],
        cwd=PROJECT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "src"},
        stdout=subprocess.PIPE,
        text=True,
    )


def _list_names(collecting: subprocess.Popen[str]) -> list[str]:
    told, _ = collecting.communicate()
    assert collecting.returncode == 0, told
    return [line for line in told.splitlines() if "::" in line]


def test_tests_have_the_same_names_under_another_clock_and_another_hash_seed() -> None:
    today, later = _start_collecting("1"), _start_collecting("2", "-p", "tests.other_clock")
    names, others = _list_names(today), _list_names(later)
    assert (len(names) > 1000, sorted(set(names) ^ set(others)), names == others) == (True, [], True)
