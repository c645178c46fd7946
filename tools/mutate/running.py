"""Run tests against changed code, one forked process for each change.

The tests of a context are collected once. A first child runs them all under coverage and tells which test runs which
line; then a child for each change puts it into the live functions and runs the tests that reach it, quickest and nearest
first, until one fails. Nothing on disk changes, and the parent itself runs no test, so children do not meet.
"""

import ast
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

from tools.mutate.mutations import Mutation, Source

SURVIVED, KILLED, NOT_MADE = 0, 1, 2
TESTS_LIMIT = 30.0  # seconds that the tests of one change may take when nothing is changed; the others are left out
NEAR_WEIGHT = 0.2
MEMORY_LIMIT = 6 * 2**30


@dataclass(frozen=True)
class Reach:
    """What the unchanged tests do: seconds and outcome of each, and which reach each line of a file."""

    seconds: dict[str, float]
    failed: set[str]
    tests: dict[str, dict[int, set[str]]]


@dataclass
class Outcome:
    """What became of the changes: every change is in one of the lists, or could not be put into a live function."""

    killed: list[Mutation] = field(default_factory=list)
    survived: list[Mutation] = field(default_factory=list)
    unreached: list[Mutation] = field(default_factory=list)
    not_made: list[Mutation] = field(default_factory=list)
    failed_before: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return len(self.killed) + len(self.survived) + len(self.unreached)


def run_mutations(project: Path, tests: list[str], mutations: list[Mutation], workers: int) -> Outcome:
    """Collect `tests` (paths) and try each change on `workers` processes at once."""
    plugin = _Mutating(project, mutations, workers)
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-p",
        "no:xdist",
        "-o",
        "faulthandler_timeout=0",
        "-s",
        "-m",
        "not journey",
    ]
    code = pytest.main([*options, "--rootdir", str(project), *tests], plugins=[plugin])
    if plugin.outcome is None:
        raise RuntimeError(f"The tests could not be collected (pytest ended with {int(code)}).")
    return plugin.outcome


def _find_fixed_examples() -> None:
    """Hypothesis draws the same in each child, and does not make a failing example small: one failure is enough."""
    import hypothesis  # noqa: PLC0415  pytest wants to be first to import it

    hypothesis.settings.register_profile(
        "mutate",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutate")


class _Mutating:
    """A pytest plugin in place of the loop over the tests."""

    def __init__(self, project: Path, mutations: list[Mutation], workers: int) -> None:
        self.project, self.mutations, self.workers = project, mutations, workers
        self.outcome: Outcome | None = None
        self.failures: list[str] = []
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_configure(self) -> None:
        _find_fixed_examples()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failures.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sources = {one.file: Source(self.project, one.file) for one in self.mutations}
        modules = {file: importlib.import_module(_module_name(file)) for file in sources}
        live = _find_live_functions({str(self.project / file) for file in sources})
        _warn_of_threads()
        gc.collect()
        gc.freeze()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reach = self._measure_reach(session, list(sources))
            self.outcome = Outcome(failed_before=sorted(reach.failed))
            self._try_all(session, reach, lambda one: _put_in(sources[one.file], one, modules[one.file], live))
        return True

    # ── the unchanged run ─────────────────────────────────────────────────────
    def _measure_reach(self, session: pytest.Session, files: list[str]) -> Reach:
        reader, writer = os.pipe()
        pid = _fork(lambda: self._write_reach(session, files, writer), "reach")
        os.close(writer)
        with os.fdopen(reader) as pipe:
            told = pipe.read()
        os.waitpid(pid, 0)
        if not told:
            raise RuntimeError("The unchanged tests ended without an answer.")
        seconds, failed, tests = json.loads(told)
        by_line = {file: {int(line): set(ids) for line, ids in lines.items()} for file, lines in tests.items()}
        return Reach(seconds, set(failed), by_line)

    def _write_reach(self, session: pytest.Session, files: list[str], writer: int) -> int:
        from coverage import Coverage  # noqa: PLC0415  only this child needs it

        paths = {file: str(self.project / file) for file in files}
        measured = Coverage(data_file=None, include=list(paths.values()), config_file=False)
        measured.set_option("run:core", "ctrace")
        measured.set_option("run:disable_warnings", ["no-data-collected", "module-not-imported"])
        measured.start()
        self._run_items(session.items, before=lambda item: measured.switch_context(item.nodeid), to_the_end=True)
        measured.stop()
        data = measured.get_data()
        tests = {file: data.contexts_by_lineno(path) for file, path in paths.items()}
        with os.fdopen(writer, "w") as pipe:
            json.dump([self.seconds, self.failures, tests], pipe)
        return SURVIVED

    def _run_items(
        self, items: list[pytest.Item], before: Callable[[pytest.Item], object] = lambda _: None, *, to_the_end: bool
    ) -> None:
        """Run in order until the first failure, or `to_the_end`."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            before(item)
            begun = time.process_time()  # not by the clock: a busy machine would leave tests out
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self.seconds[item.nodeid] += time.process_time() - begun
            if self.failures and not to_the_end:
                return

    # ── the changed runs ──────────────────────────────────────────────────────
    def _try_all(self, session: pytest.Session, reach: Reach, put_in: Callable[[Mutation], None]) -> None:
        assert self.outcome is not None  # noqa: S101
        children = _Children(self.workers)
        for number, mutation in enumerate(self.mutations):
            items = _choose_items(mutation, session.items, reach, self.project)
            if not items:
                self.outcome.unreached.append(mutation)
                continue
            seconds = sum(reach.seconds[item.nodeid] for item in items)
            children.start(mutation, partial(self._try, mutation, items, put_in), seconds, str(number))
        self._sort(children.wait())

    def _try(self, mutation: Mutation, items: list[pytest.Item], put_in: Callable[[Mutation], None]) -> int:
        try:
            put_in(mutation)
        except (ValueError, LookupError):
            return NOT_MADE
        self._run_items(items, to_the_end=False)
        return KILLED if self.failures else SURVIVED

    def _sort(self, ended: list[tuple[Mutation, int]]) -> None:
        assert self.outcome is not None  # noqa: S101
        lists = {NOT_MADE: self.outcome.not_made, SURVIVED: self.outcome.survived}
        for mutation, code in ended:
            lists.get(code, self.outcome.killed).append(mutation)


def _module_name(file: str) -> str:
    return file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _choose_items(mutation: Mutation, items: list[pytest.Item], reach: Reach, project: Path) -> list[pytest.Item]:
    """The tests that run a line of the change: the quick ones first, those of its own file's name before others as quick."""
    lines = reach.tests.get(mutation.file, {})
    first, last = mutation.place.lines
    wanted = set(range(first, last + 1)) if mutation.place.in_function else _lines_that_name(mutation, project)
    reaching = set().union(*(tests for line, tests in lines.items() if line in wanted)) - reach.failed
    if not mutation.place.in_function:
        reaching |= {item.nodeid for item in items if _reads(item, mutation.name)} - reach.failed
        reaching = reaching or set(reach.seconds) - reach.failed  # another file uses the constant
    chosen, seconds = [], 0.0
    for item in sorted(items, key=lambda item: reach.seconds.get(item.nodeid, 0) * _weigh(item, mutation)):
        if item.nodeid in reaching and seconds <= TESTS_LIMIT:
            chosen.append(item)
            seconds += reach.seconds[item.nodeid]
    return chosen


def _reads(item: pytest.Item, name: str) -> bool:
    """The test's own file has the constant by its name."""
    return name in vars(getattr(item, "module", None) or object)


def _lines_that_name(mutation: Mutation, project: Path) -> set[int]:
    nodes = ast.walk(Source(project, mutation.file).tree)
    return {node.lineno for node in nodes if isinstance(node, ast.Name) and node.id == mutation.name}


def _weigh(item: pytest.Item, mutation: Mutation) -> float:
    """tests/duties/test_rules.py is near rules.py, tests/meetings/test_rules_agenda.py near rules/agenda.py: it counts less."""
    parts = Path(mutation.file).with_suffix("").parts
    words = parts[3:] or parts[-1:]
    names = ("_".join(words), "_".join(reversed(words)), words[0], words[-1])
    return NEAR_WEIGHT if item.path.stem in {f"test_{name}" for name in names} else 1.0


def _warn_of_threads() -> None:
    """A child has only the thread that forks it: a library that started others while tests were collected waits for ever."""
    tasks = Path("/proc/self/task")
    if tasks.exists() and len(list(tasks.iterdir())) > 1:
        print("A test starts threads when it is imported; if nothing moves, that is why.", file=sys.stderr)


# ── changing live code ────────────────────────────────────────────────────────
Live = dict[tuple[str, str, int], list[FunctionType]]


def _find_live_functions(paths: set[str]) -> Live:
    """Every function of the files, wrapped ones too, by file, name and first line; their caches are emptied."""
    gc.unfreeze()  # the suite freezes what it has collected, and what is frozen is not listed
    found: Live = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename in paths:
            code = one.__code__
            found[code.co_filename, code.co_qualname, code.co_firstlineno].append(one)
    return found


def _put_in(source: Source, mutation: Mutation, module: ModuleType, live: Live) -> None:
    """Change the live function or constant. ValueError or LookupError when that cannot be done."""
    tree, path = source.apply(mutation), str(source.project / source.file)
    if not mutation.place.in_function:
        _put_constant(tree, mutation.name, module)
        return
    found = False
    for code in _codes(compile(tree, path, "exec", dont_inherit=True)):
        if code.co_qualname == mutation.name:
            for function in live[path, code.co_qualname, code.co_firstlineno]:
                function.__code__ = code
                found = True
    if not found:
        raise LookupError(mutation.name)
    _empty_caches()


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _put_constant(tree: ast.Module, name: str, module: ModuleType) -> None:
    """Give the constant its changed value in the module and wherever it was imported by its name."""
    expression = ast.Expression(_find_value(tree, name))
    new = eval(compile(expression, name, "eval"), module.__dict__)  # noqa: S307  our own source, one value changed
    old = getattr(module, name)
    for other in list(sys.modules.values()):
        if getattr(other, "__dict__", {}).get(name) is old:
            setattr(other, name, new)
    _empty_caches()


def _find_value(tree: ast.Module, name: str) -> ast.expr:
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(target, ast.Name) and target.id == name:
                return statement.value
    raise LookupError(name)


def _empty_caches() -> None:
    """What was computed while the tests were collected was computed by unchanged code."""
    for name, module in list(sys.modules.items()):
        if name.startswith("nennep."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


# ── children ──────────────────────────────────────────────────────────────────
class _Children:
    """At most `limit` processes at a time, each with a limit of processor time and one by the clock."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.running: dict[int, tuple[Mutation, float]] = {}
        self.ended: list[tuple[Mutation, int]] = []

    def start(self, mutation: Mutation, job: Callable[[], int], seconds: float, name: str) -> None:
        """Wait for a free place, then start; the tests take `seconds` when nothing is changed."""
        self._wait_until_fewer_than(self.limit)
        pid = _fork(job, name, seconds_of_processor=int(4 * seconds) + 10)
        self.running[pid] = (mutation, time.monotonic() + 20 * seconds + 60)

    def wait(self) -> list[tuple[Mutation, int]]:
        """All that were started, each with its code, when the last has ended."""
        self._wait_until_fewer_than(1)
        return self.ended

    def _wait_until_fewer_than(self, count: int) -> None:
        self.ended += self._reap()
        while len(self.running) >= count:
            time.sleep(0.005)
            self.ended += self._reap()

    def _reap(self) -> list[tuple[Mutation, int]]:
        ended = []
        for pid, (mutation, until) in list(self.running.items()):
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                del self.running[pid]
                ended.append((mutation, os.waitstatus_to_exitcode(status)))
        return ended


def _fork(job: Callable[[], int], name: str, seconds_of_processor: int | None = None) -> int:
    """The child's process number; the child is silent, has a database of its own, and ends with the job's answer."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = KILLED
    try:
        _limit(seconds_of_processor)
        _be_silent()
        with _own_database(name):
            code = job()
    except BaseException:  # noqa: BLE001  whatever breaks, it was the change
        code = KILLED
    finally:
        os._exit(code)
    return 0


def _limit(seconds: int | None) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))


def _be_silent() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


@contextmanager
def _own_database(name: str) -> Iterator[None]:
    from django.db import connection  # noqa: PLC0415  the settings are there only now

    test = connection.settings_dict["TEST"]
    test["NAME"] = Path(test["NAME"]).with_name(f"mutation-{name}.sqlite3")
    yield
    for suffix in ("", "-wal", "-shm"):
        Path(f"{test['NAME']}{suffix}").unlink(missing_ok=True)
