"""Run the checks, one line each, and print how long they took.

`run_checks.py static` is what needs no test run; `run_checks.py all` is everything, as CI has it. What cannot run
because a program is missing is named at the end; with NENNEP_TEST_SKIPPING=forbidden that is a failure.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tools import system_packages
from tools.temporary_postgres import temporary_postgres

PROJECT = Path(__file__).resolve().parents[1]
LOGS = PROJECT / "build" / "checks"
LIMIT = 45 * 60  # seconds for one check: longer than any takes on a busy machine
COUNTED = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)")


@dataclass(frozen=True, slots=True)
class Check:
    """A command of the environment's Python (`arguments` follow `python`); it has passed when it exits with 0."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    passed: bool
    seconds: float
    output: str

    @property
    def counts(self) -> Counter[str]:
        """Passed and failed tests by pytest's closing line; nothing for other checks."""
        lines = [line for line in self.output.splitlines() if re.search(r" in [\d.]+s\b", line)]
        return Counter({word: int(number) for number, word in COUNTED.findall(lines[-1])} if lines else {})


def module(name: str, *arguments: str) -> tuple[str, ...]:
    return ("-m", name, *arguments)


# Quick ones in a row beside the slow one, so that two processors are busy.
QUICK_CHECKS = (
    Check("ruff", module("ruff", "check", "--quiet", ".")),
    Check("ruff format", module("ruff", "format", "--check", "--quiet", ".")),
    Check(
        "import contracts", ("-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())")
    ),
    Check("djlint", module("djlint", "src", "--lint", "--quiet")),
    Check("system check", ("manage.py", "check", "--fail-level", "WARNING")),
    Check("migrations", ("manage.py", "makemigrations", "--check", "--dry-run")),
)
TYPE_CHECK = Check("mypy --strict", module("mypy"))

# One process more than there are processors: each waits now and then, for a reader, LibreOffice, PostgreSQL, Chromium.
PROCESSES = (os.cpu_count() or 1) + 1
_PARALLEL = ("-n", str(PROCESSES), "--dist", "worksteal")  # a file goes to one process, while others are busy


def choose_seed() -> int:
    """Of the tests' order and of Hypothesis's examples: NENNEP_TEST_SEED, or another one each time."""
    return int(os.environ.get("NENNEP_TEST_SEED") or random.SystemRandom().randrange(2**32))


def pytest_module(seed: int, *arguments: str) -> tuple[str, ...]:
    return module("pytest", f"--randomly-seed={seed}", f"--hypothesis-seed={seed}", *arguments)


def sqlite_tests(seed: int) -> Check:
    return Check("tests on SQLite", pytest_module(seed, "-m", "not journey", *_PARALLEL))


def postgres_tests(seed: int, address: str) -> Check:
    """Those of them that ask a database (tests/conftest.py), but those that read source code."""
    arguments = pytest_module(seed, "-m", "not journey", *_PARALLEL, "--ignore=tests/architecture")
    return Check("tests on PostgreSQL", arguments, {"NENNEP_DATABASE_URL": address})


def journeys(seed: int) -> Check:
    return Check("journeys in Chromium", pytest_module(seed, "-m", "journey", *_PARALLEL, "tests/journeys"))


def run(check: Check, *, show: bool = False) -> Outcome:
    """Run one check; its output goes to build/checks, and to the screen when it failed or `show`."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{check.name.replace(' ', '-')}.log"
    started = time.monotonic()
    passed = _run_into(log, check)
    outcome = Outcome(check.name, passed, time.monotonic() - started, log.read_text("utf-8", errors="replace"))
    _report(outcome, show=show)
    return outcome


def _run_into(log: Path, check: Check) -> bool:
    """Whether it exits with 0, within LIMIT.

    A file and not a pipe: whatever a test leaves behind, a browser for instance, keeps a pipe open for ever.
    """
    with log.open("wb") as output:
        try:
            done = subprocess.run(
                [sys.executable, *check.arguments],
                cwd=PROJECT,
                env=_environment() | check.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            output.write(f"\nended after {LIMIT} s".encode())
            return False
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """The checks meet the project as it is, not as this shell has set it up."""
    mine = {key: value for key, value in os.environ.items() if not key.startswith(("NENNEP_", "DJANGO_"))}
    mine.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process rewrites the asserts of every test file: 8 s
    kept = {"NENNEP_TEST_SKIPPING": os.environ.get("NENNEP_TEST_SKIPPING", "")}
    return mine | kept | {"NENNEP_DATA_DIR": str(PROJECT / "build" / "var"), "PYTHONPATH": "src"}


def _report(outcome: Outcome, *, show: bool) -> None:
    print(f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.seconds:6.1f} s  {outcome.name}", flush=True)
    if not outcome.passed or show:
        lines = outcome.output.strip().splitlines()
        print("\n".join(lines if not outcome.passed else lines[-1:]), flush=True)


def run_static() -> list[Outcome]:
    with ThreadPoolExecutor() as pool:
        types = pool.submit(run, TYPE_CHECK)
        quick = [run(check) for check in QUICK_CHECKS]
        return [*quick, types.result()]


def run_tests(missing: set[str]) -> list[Outcome]:
    seed = choose_seed()
    print(f"tests in random order; NENNEP_TEST_SEED={seed} repeats it", flush=True)
    outcomes = [run(sqlite_tests(seed), show=True)]
    with ExitStack() as stack:
        if "PostgreSQL" not in missing:
            outcomes.append(run(postgres_tests(seed, stack.enter_context(temporary_postgres())), show=True))
    if "Chromium" not in missing:
        outcomes.append(run(journeys(seed), show=True))
    return outcomes


def summarize(outcomes: list[Outcome], skipped: list[str], *, forbidden: bool) -> bool:
    """Print the table, what was skipped, and the count of tests in all. True when everything is well."""
    print(f"\n{'check':<24}{'seconds':>8}")
    for outcome in outcomes:
        print(f"{outcome.name:<24}{outcome.seconds:>8.1f}  {'' if outcome.passed else 'FAILED'}")
    for line in skipped:
        print(f"\n!!! SKIPPED: {line}")
    counts = sum((outcome.counts for outcome in outcomes), Counter[str]())
    failed = counts["failed"] + counts["error"] + sum(not outcome.passed and not outcome.counts for outcome in outcomes)
    if skipped and forbidden:
        print("\nSkipping is forbidden here (NENNEP_TEST_SKIPPING=forbidden).")
        failed += len(skipped)
    print(f"\n{counts['passed']} passed, {failed} failed")
    return failed == 0 and all(outcome.passed for outcome in outcomes)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the temporary PostgreSQL is removed then too
    everything = sys.argv[1:] == ["all"]
    missing = system_packages.install_missing() if everything else []
    started = time.monotonic()
    with ThreadPoolExecutor() as pool:  # the static checks have one slow one, which leaves a processor free
        static = pool.submit(run_static)
        tested = run_tests({program.name for program in missing}) if everything else []
        outcomes = [*static.result(), *tested]
    skipped = [f"{program.serves}: {program.name} is missing." for program in missing]
    well = summarize(outcomes, skipped, forbidden=os.environ.get("NENNEP_TEST_SKIPPING") == "forbidden")
    print(f"in {time.monotonic() - started:.0f} s")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
