"""The source code as data: files by context, functions by file. Tests here ask it, nothing imports the program."""

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "nennep"
CONTEXTS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
# `core` is open to all and `site` sees all; the rest are closed to each other but for their doors.
CLOSED_CONTEXTS = [name for name in CONTEXTS if name not in {"core", "site"}]

# Libraries, and adapters made of them, that no start imports: only the function that uses one does.
_RUFF = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
HEAVY = frozenset(_RUFF["flake8-tidy-imports"]["banned-module-level-imports"])


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method: `where` is what a failing test prints."""

    where: str
    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    is_top_level: bool

    @property
    def length(self) -> int:
        """Lines from `def` to the end, without the docstring and the decorators."""
        node = self.node
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if ast.get_docstring(node) is not None:
            text = node.body[0]
            lines -= (text.end_lineno or text.lineno) - text.lineno + 1
        return lines

    @property
    def decorators(self) -> set[str]:
        """Names of the decorators, with or without arguments."""
        names = set()
        for decorator in self.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            names.add(target.attr if isinstance(target, ast.Attribute) else ast.unparse(target))
        return names


def source_files(context: str = "", *names: str) -> list[Path]:
    """Python files of one context (all without), migrations left out; `names` picks `services`: file or package."""
    files = sorted((PACKAGE / context).rglob("*.py"))
    chosen = [path for path in files if "migrations" not in path.relative_to(PACKAGE).parts]
    if not names:
        return chosen
    return [path for path in chosen if _file_of(path) in names]


def _file_of(path: Path) -> str:
    """`services` for both `meetings/services.py` and `meetings/services/agenda.py`."""
    parts = path.relative_to(PACKAGE).parts
    return path.stem if len(parts) <= 2 else parts[1]


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions_of(path: Path) -> Iterator[Function]:
    tree = parse(path)
    top_level = {id(node) for node in tree.body}
    where = path.relative_to(PROJECT).as_posix()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(f"{where}:{node.lineno} {node.name}", node.name, node, id(node) in top_level)


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def expect_none(wrong: Iterable[str]) -> None:
    """Fail with one line for each thing that is wrong."""
    lines = list(wrong)
    assert not lines, "\n" + "\n".join(lines)
