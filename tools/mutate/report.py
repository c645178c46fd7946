"""bench/results/mutations.md: one row for each context, then its survivors by file and line."""

import re
from pathlib import Path

from tools.mutate.running import Outcome

TABLE = Path(__file__).resolve().parents[2] / "bench" / "results" / "mutations.md"
HEAD = """# Mutations that tests notice

Written by `make mutate`; what is tried and how is in docs/how-to/mutate.md. Each survivor is a missing test or a line that
nobody needs.

| context | tried | killed | share | sample, seed |
|---|---|---|---|---|
"""
ROW = re.compile(r"^\| (?P<context>\w+) \|.*$", re.MULTILINE)
SECTION = re.compile(r"^## (?P<context>\w+)\n\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def find_share(outcome: Outcome) -> int:
    """Killed of tried in whole percent, rounded down: 84.9 is not 85. Nothing tried is all of it."""
    return len(outcome.killed) * 100 // outcome.tried if outcome.tried else 100


def list_survivors(outcome: Outcome) -> list[str]:
    lines = [(one, "") for one in outcome.survived] + [(one, " (no test runs it)") for one in outcome.unreached]
    lines.sort(key=lambda row: (row[0].file, row[0].line))
    return [
        f"- {one.file.removeprefix('src/nennep/')}:{one.line} `{one.name}`: {one.change}{note}" for one, note in lines
    ]


def record(context: str, outcome: Outcome, *, sample: int, seed: int, table: Path = TABLE) -> None:
    """Write the context's row and survivors anew; those of the others stay."""
    text = table.read_text(encoding="utf-8") if table.exists() else ""
    rows = {found["context"]: found[0] for found in ROW.finditer(text) if found["context"] != "context"}
    sections = {found["context"]: found["body"].strip() for found in SECTION.finditer(text)}
    drawn = f"{sample or 'all'}, {seed}"
    rows[context] = f"| {context} | {outcome.tried} | {len(outcome.killed)} | {find_share(outcome)} % | {drawn} |"
    sections[context] = "\n".join(list_survivors(outcome)) or "None."
    written = HEAD + "\n".join(rows[name] for name in sorted(rows)) + "\n"
    written += "".join(f"\n## {name}\n\n{sections[name]}\n" for name in sorted(sections))
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(written, encoding="utf-8")
