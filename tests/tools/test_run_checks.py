from collections import Counter

import pytest
from tools.run_checks import Outcome, choose_seed, journeys, postgres_tests, sqlite_tests, summarize


def _outcome(output: str, *, passed: bool = True) -> Outcome:
    return Outcome("tests", passed, 1.5, output)


@pytest.mark.parametrize(
    ("output", "counts"),
    [
        ("....\n12 passed in 3.21s", {"passed": 12}),
        ("1 failed, 11 passed, 2 skipped in 65.00s (0:01:05)", {"failed": 1, "passed": 11, "skipped": 2}),
        ("3 passed, 1 error in 0.50s\n", {"passed": 3, "error": 1}),
        ("Contracts: 6 kept, 0 broken.", {}),
        ("Found 33 errors in 3 files (checked 344 source files)", {}),
        ("", {}),
    ],
)
def test_counts_are_read_from_the_closing_line(output: str, counts: dict[str, int]) -> None:
    assert _outcome(output).counts == Counter(counts)


def test_summary_adds_the_suites(capsys: pytest.CaptureFixture[str]) -> None:
    assert summarize([_outcome("5 passed in 1.00s"), _outcome("7 passed in 1.00s")], [], forbidden=True)
    assert "12 passed, 0 failed" in capsys.readouterr().out.splitlines()


def test_a_check_without_tests_counts_as_one_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert not summarize([_outcome("nonsense", passed=False), _outcome("7 passed in 1.00s")], [], forbidden=False)
    assert "7 passed, 1 failed" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(("forbidden", "well"), [(False, True), (True, False)])
def test_what_was_skipped_is_said_loudly_and_fails_where_forbidden(
    capsys: pytest.CaptureFixture[str], *, forbidden: bool, well: bool
) -> None:
    skipped = ["the journeys in a browser: Chromium is missing."]
    assert summarize([_outcome("7 passed in 1.00s")], skipped, forbidden=forbidden) is well
    assert "!!! SKIPPED: the journeys in a browser: Chromium is missing." in capsys.readouterr().out


def test_a_seed_is_kept_when_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NENNEP_TEST_SEED", "41")
    assert choose_seed() == 41


def test_without_a_seed_each_run_has_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NENNEP_TEST_SEED", raising=False)
    assert choose_seed() != choose_seed()


def test_the_seed_decides_the_order_and_the_examples_of_every_suite() -> None:
    for check in (sqlite_tests(41), postgres_tests(41, "postgresql://somewhere"), journeys(41)):
        assert {"--randomly-seed=41", "--hypothesis-seed=41"} <= set(check.arguments)
