"""`python -m tools.mutate [CONTEXT …]`: try sampled changes of rules and services; see docs/how-to/mutate.md."""

import argparse
import os
import random
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from tools.mutate import report
from tools.mutate.mutations import Mutation, Source, list_mutations
from tools.mutate.running import Outcome, run_mutations

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "nennep"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
FILES = ("rules.py", "rules/**/*.py", "services.py", "services/**/*.py")
# core has no rules and services: what it is made of are functions that all others call. Its pages are as little tried as the
# pages of others; sheets are read in a process of their own, which starts from the unchanged files.
FILES_OF = {"core": ("*.py", "sheets/writer.py")}
# Its rules are the six steps of the home; its other tests start whole programs and load the demonstration, which takes half an
# hour when each line is counted.
TESTS_OF = {"site": ("tests/site/test_rules.py", "tests/site/test_home.py", "tests/site/test_going_on.py")}
PAGES = {"views.py", "gallery.py"}


def list_contexts() -> list[str]:
    return sorted(folder.name for folder in SOURCE.iterdir() if folder.is_dir() and list_files(folder.name))


def list_files(context: str) -> list[str]:
    """Paths from the project's root of what is changed in a context."""
    patterns = FILES_OF.get(context, FILES)
    found = {file for pattern in patterns for file in (SOURCE / context).glob(pattern)}
    return sorted(file.relative_to(PROJECT).as_posix() for file in found if file.name not in PAGES)


def list_tests(context: str) -> list[str]:
    return list(TESTS_OF.get(context, (f"tests/{context}",)))


def read_equivalent() -> set[tuple[str, str, str]]:
    """(file, name, change) of the changes that make no difference."""
    rows = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("equivalent", [])
    return {(row["file"], row["name"], row["change"]) for row in rows}


def sample_mutations(files: list[str], size: int, seed: int) -> list[Mutation]:
    """`size` of all possible changes, or all when there are fewer or `size` is 0; the same ones for the same seed."""
    left_out = read_equivalent()
    found = [one for file in files for one in list_mutations(Source(PROJECT, file))]
    found = [one for one in found if (one.file, one.name, one.change) not in left_out]
    if 0 < size < len(found):
        chosen = random.Random(seed).sample(range(len(found)), size)  # noqa: S311
        found = [found[index] for index in sorted(chosen)]
    return found


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutate", description=__doc__)
    parser.add_argument("contexts", nargs="*", help="contexts of src/nennep; all of them without a word")
    parser.add_argument("--sample", type=int, default=60, help="changes for each context; 0 is all of them (60)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another sample (1)")
    parser.add_argument("--paths", nargs="*", help="only these files; then the table is not written")
    parser.add_argument("--tests", nargs="*", help="only these tests; then the table is not written")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at once")
    return parser.parse_args()


def main() -> None:
    options = read_options()
    contexts = options.contexts or list_contexts()
    if len(contexts) > 1:  # each in a process of its own: tests are collected once in a process
        words = [f"--sample={options.sample}", f"--seed={options.seed}", f"--workers={options.workers}"]
        ended = [subprocess.run([sys.executable, "-m", "tools.mutate", name, *words], check=False) for name in contexts]
        sys.exit(max(done.returncode for done in ended))
    try_context(contexts[0], options)


def try_context(context: str, options: argparse.Namespace) -> None:
    os.environ.pop("NENNEP_DATABASE_URL", None)  # a child copies a file; a server would be shared
    os.chdir(PROJECT)
    started = time.monotonic()
    mutations = sample_mutations(options.paths or list_files(context), options.sample, options.seed)
    outcome = run_mutations(PROJECT, options.tests or list_tests(context), mutations, options.workers)
    show(context, outcome, time.monotonic() - started)
    if outcome.tried <= len(outcome.not_made):
        sys.exit(f"{context}: {len(outcome.not_made)} changes could not be put into live functions: this says nothing.")
    if not options.paths and not options.tests:
        report.record(context, outcome, sample=options.sample, seed=options.seed)


def show(context: str, outcome: Outcome, seconds: float) -> None:
    for test in outcome.failed_before:
        print(f"left out, fails unchanged: {test}")
    for line in report.list_survivors(outcome):
        print(line)
    if outcome.not_made:
        print(f"{len(outcome.not_made)} changes could not be put into a live function")
    share = report.find_share(outcome)
    print(f"{context}: {outcome.tried} tried, {len(outcome.killed)} killed ({share} %) in {seconds:.0f} s")


if __name__ == "__main__":
    main()
