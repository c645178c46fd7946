"""The visit planner from file to file, beside the greedy plan of the same problem (goals: issue of the planner).

Every plan runs in a process of its own, whose time and memory are measured, is checked by the independent checker, and is
compared level by level with what a person gets who sends everybody to the nearest cell. Seconds count the whole command;
those in brackets are the planner's own, without the start of the program. The planner uses one processor, so on a machine
that others use too the processor's seconds decide: the clock's are shown.
"""

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import django

from bench.visit_problems import Data, lose_month, make_commune, make_province
from nennep.planning.rules.checker import find_faults, recount_levels
from nennep.planning.rules.greedy import plan_greedily
from nennep.planning.rules.plan import visit_from_json
from nennep.planning.rules.problem import read_problem

PROJECT = Path(__file__).resolve().parents[1]
COMMAND = "from nennep.site.console import main; main()"
MOST_MEGABYTES = 1_000


@dataclass(frozen=True, slots=True)
class Case:
    """A problem and its goals: seconds (of the planner alone, or from file to file), and the gap of the last level."""

    name: str
    problem: Data
    seconds: float
    whole_command: bool = False
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    plan: dict[str, Any]
    seconds: float
    processor_seconds: float
    megabytes: float


def run(problem: Data, folder: Path) -> Run:
    """The command in a process of its own."""
    source, target = folder / "problem.json", folder / "plan.json"
    source.write_text(json.dumps(problem), encoding="utf-8")
    arguments = [sys.executable, "-c", COMMAND, "plan-visits", str(source), "--out", str(target)]
    environment = os.environ | {"NENNEP_DATA_DIR": str(folder), "PYTHONPATH": str(PROJECT / "src")}
    begun = perf_counter()
    child = os.posix_spawn(sys.executable, arguments, environment)
    _pid, status, usage = os.wait4(child, 0)
    seconds = perf_counter() - begun
    assert status == 0, f"exit code {os.waitstatus_to_exitcode(status)}"
    plan = json.loads(target.read_text("utf-8"))
    return Run(plan, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1_000)


def judge(case: Case, done: Run) -> list[str]:
    """What is wrong with the plan or misses its goal; prints the comparison."""
    problem = read_problem(case.problem)
    visits = [visit_from_json(visit) for visit in done.plan["visits"]]
    begun = perf_counter()
    greedy = recount_levels(problem, plan_greedily(problem))
    greedy_seconds = perf_counter() - begun
    levels, bounds = done.plan["levels"], done.plan["bounds"]
    gap = (levels[3] - bounds[3]) / max(1, levels[3])
    print(
        f"{case.name}: {done.seconds:.2f} s ({done.plan['seconds']:.2f} s; goal ≤ {case.seconds:g}), "
        f"{done.processor_seconds:.2f} s of a processor, {done.megabytes:.0f} MB\n"
        f"  levels {levels}, proven {bounds}, gap {gap:.2%} (goal ≤ {case.gap:.0%}); {len(visits)} visits\n"
        f"  greedy {list(greedy)} in {greedy_seconds:.2f} s: {compare(greedy, levels)}"
    )
    measured = min(done.seconds, done.processor_seconds) if case.whole_command else done.plan["seconds"]
    checks = {
        "breaks a rule": bool(find_faults(problem, visits)),
        "counts its levels wrongly": list(recount_levels(problem, visits)) != levels,
        "is not proven": levels[:3] != bounds[:3] or gap > case.gap,
        "is too slow": measured > case.seconds,
        "is too large": done.megabytes > MOST_MEGABYTES,
    }
    return [f"{case.name}: {wrong}" for wrong, found in checks.items() if found]


def compare(greedy: tuple[int, ...], levels: list[int]) -> str:
    """Level by level, with the saving up to the first level that differs: after it the two plans pay for other things."""
    names = ("visits owed", "cells left out", "changes", "cost")
    parts, comparable = [], True
    for name, theirs, ours in zip(names, greedy, levels, strict=True):
        saving = f" ({1 - ours / theirs:.1%} less)" if comparable and theirs else ""
        parts.append(f"{name} {ours} for {theirs}{saving}")
        comparable = comparable and ours == theirs
    return ", ".join(parts)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"NENNEP_DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "nennep.site.settings"}
        django.setup()
        folder, wrong = Path(name), []
        commune, province = make_commune(1), make_province(1)
        for case in (
            Case("commune, free", commune, 1),
            Case("commune, followers", make_commune(1, "follower"), 60, whole_command=True, gap=0.02),
        ):
            wrong += judge(case, run(case.problem, folder))
        first = Case("province, free", province, 20, whole_command=True)
        done = run(province, folder)
        wrong += judge(first, done)
        again = Case("province, one month lost", lose_month(province, done.plan["visits"], 5), 20, whole_command=True)
        wrong += judge(again, run(again.problem, folder))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
