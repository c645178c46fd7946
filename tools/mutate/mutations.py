"""The small changes that are tried: each is one node of the syntax tree, changed, moved up or left out."""

import ast
import copy
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
# Left out they change nothing that a test on one connection could see: what is locked, how much is written at once.
INVISIBLE_KEYWORDS = {"update_fields", "batch_size", "of", "strict", "skip_locked", "nowait", "no_key"}
IMPORT_TIME = ("register_",)  # has run before the first test starts: a change comes too late
SHOWN = 90  # characters of a change in a table

Edit = Callable[[Any], ast.AST]


@dataclass(frozen=True)
class Place:
    """Where something is changed; `name` is the function, or the constant of the module."""

    file: str
    name: str
    in_function: bool
    lines: tuple[int, int]  # first and last of the statement
    node: int  # its number in a walk of the file's tree


@dataclass(frozen=True)
class Mutation:
    """One change at one place."""

    place: Place
    line: int
    kind: str
    before: str
    after: str
    edit: Edit

    @property
    def file(self) -> str:
        return self.place.file

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def change(self) -> str:
        return f"`{self.before}` → `{self.after}`"


@dataclass(frozen=True)
class Source:
    """A file to be mutated, by its path from the project's root."""

    project: Path
    file: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse((self.project / self.file).read_text(encoding="utf-8"))

    def names_read_later(self) -> frozenset[str]:
        """Its names that functions name when they run, here or where they are imported from here or from its packages.

        What only classes, decorators and types name has no place here.
        """
        parts = Path(self.file).with_suffix("").parts[1:]
        modules = (".".join(parts[:length]) for length in range(2, len(parts) + 1))
        imported = _imported_and_read(self.project / "src")
        return _names_in_bodies(self.tree).union(*(imported.get(module, frozenset()) for module in modules))

    def apply(self, mutation: Mutation) -> ast.Module:
        """The tree with the change in it."""
        tree = copy.deepcopy(self.tree)
        target = list(ast.walk(tree))[mutation.place.node]
        new = mutation.edit(target)
        _Replacer(target, new).visit(tree)
        return ast.fix_missing_locations(tree)


@cache
def _imported_and_read(folder: Path) -> dict[str, set[str]]:
    """What the files' functions name of other modules, by the module that they import it from."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in folder.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        read = _names_in_bodies(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found[node.module] |= {one.name for one in node.names if (one.asname or one.name) in read}
    return found


def _names_in_bodies(tree: ast.Module) -> frozenset[str]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    bodies = (node for function in functions for statement in function.body for node in _nodes(statement))
    return frozenset(node.id for node in bodies if isinstance(node, ast.Name))


class _Replacer(ast.NodeTransformer):
    def __init__(self, target: ast.AST, new: ast.AST) -> None:
        self.target, self.new = target, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.target:
            return ast.copy_location(self.new, node) if isinstance(node, ast.expr | ast.stmt) else self.new
        return super().generic_visit(node)


def list_mutations(source: Source) -> list[Mutation]:
    """Every change that can be made in functions and in the constants of the module, in the order of the file."""
    places = {id(node): number for number, node in enumerate(ast.walk(source.tree))}
    lines = _find_lines(source.tree)
    found = []
    for name, in_function, node in _walk(source.tree.body, "", source.names_read_later()):
        for kind, edit in _propose(node, top=not in_function):
            after = edit(copy.deepcopy(node))
            where = Place(source.file, name, in_function, lines[id(node)], places[id(node)])
            line = getattr(node, "lineno", where.lines[0])
            found.append(Mutation(where, line, kind, *_describe(node, after), edit))
    return sorted(found, key=lambda one: (one.line, one.place.node, one.kind, one.after))


def _find_lines(tree: ast.Module) -> dict[int, tuple[int, int]]:
    """The lines of each node's statement, of its head when it has a body: the lines that a coverage run sees."""
    found: dict[int, tuple[int, int]] = {}
    for statement in ast.walk(tree):  # outer ones first, so that the innermost has the last word
        if isinstance(statement, ast.stmt):
            body = getattr(statement, "body", None)
            last = max(statement.lineno, body[0].lineno - 1) if body else statement.end_lineno or statement.lineno
            found |= dict.fromkeys(map(id, ast.walk(statement)), (statement.lineno, last))
    return found


def _describe(node: ast.AST, after: ast.AST) -> tuple[str, str]:
    """What stood there and what stands there now; of many arguments or elements only the one that is gone."""
    if isinstance(node, ast.Set | ast.Tuple | ast.List) and isinstance(after, ast.Set | ast.Tuple | ast.List):
        left = [*map(ast.dump, after.elts), ""]
        gone_at = next(at for at, one in enumerate(node.elts) if ast.dump(one) != left[at])
        return _shorten(f"… {ast.unparse(node.elts[gone_at])} …"), "removed"
    if isinstance(node, ast.Call) and isinstance(after, ast.Call):
        kept = {keyword.arg for keyword in after.keywords}
        gone = [f"{one.arg}={ast.unparse(one.value)}" for one in node.keywords if one.arg not in kept]
        if len(gone) == 1:
            return _shorten(f"{ast.unparse(node.func)}(… {gone[0]})"), "removed"
    return _show(node), "removed" if isinstance(after, ast.Pass) else _show(after)


def _show(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While) and not isinstance(node.body[0], ast.Raise):
        text = f"if {ast.unparse(node.test)}:"
    elif isinstance(node, ast.comprehension):
        text = ast.unparse(node).strip()
    else:
        text = ast.unparse(ast.fix_missing_locations(node))
    return _shorten(text)


def _shorten(text: str) -> str:
    text = " ".join(text.split()).replace("|", "¦").replace("`", "'")
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


# ── where ─────────────────────────────────────────────────────────────────────
def _walk(body: list[ast.stmt], prefix: str, read_later: frozenset[str]) -> Iterator[tuple[str, bool, ast.AST]]:
    """(name, in a function, node) of what may be changed; classes only for their functions, constants `read_later`."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            if statement.name.startswith(IMPORT_TIME):
                continue
            name = f"{prefix}{statement.name}"
            for inner in _without_docstring(statement):
                yield from ((name, True, node) for node in _nodes(inner))
        elif isinstance(statement, ast.ClassDef):
            yield from _walk(
                [one for one in statement.body if not isinstance(one, ast.Assign | ast.AnnAssign)],
                f"{prefix}{statement.name}.",
                read_later,
            )
        elif not prefix and isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(target, ast.Name) and target.id in read_later:
                yield from ((target.id, False, node) for node in _nodes(statement.value))


def _without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, but no annotations, no texts in f-strings, and not what is said with INVISIBLE_KEYWORDS."""
    if isinstance(node, ast.keyword) and node.arg in INVISIBLE_KEYWORDS:
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "format_spec"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _nodes(child)


# ── what ──────────────────────────────────────────────────────────────────────
def _propose(node: ast.AST, *, top: bool) -> Iterator[tuple[str, Edit]]:
    proposals = PROPOSALS.get(type(node))
    if proposals is not None:
        for kind, edit in proposals(node):
            if not (top and isinstance(node, ast.Call) and kind == "keyword"):
                yield kind, edit


def _compare(node: ast.Compare) -> Iterator[tuple[str, Edit]]:
    for index, operator in enumerate(node.ops):
        yield "comparison", _swap_operator(index, COMPARISONS[type(operator)])


def _swap_operator(index: int, new: type[ast.cmpop]) -> Edit:
    def edit(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Compare)  # noqa: S101
        return ast.Compare(node.left, [new() if i == index else op for i, op in enumerate(node.ops)], node.comparators)

    return edit


def _bool_op(node: ast.BoolOp) -> Iterator[tuple[str, Edit]]:
    for index in range(len(node.values)):
        yield "one side", _drop_value(index)


def _drop_value(index: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        left = [value for i, value in enumerate(node.values) if i != index]
        return left[0] if len(left) == 1 else ast.BoolOp(node.op, left)

    return edit


def _condition(node: ast.If | ast.While | ast.IfExp) -> Iterator[tuple[str, Edit]]:
    said = isinstance(node.test, ast.Compare) and len(node.test.ops) == 1
    if not said and not isinstance(node.test, ast.UnaryOp):  # else the change of the comparison or of `not` says it
        yield "negation", _negate_test
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Raise):
        yield "guard", _remove


def _negate_test(node: Any) -> ast.AST:
    node.test = _negated(node.test)
    return node  # type: ignore[no-any-return]


def _negated(test: ast.expr) -> ast.expr:
    return (
        test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else ast.UnaryOp(ast.Not(), test)
    )


def _remove(_: ast.AST) -> ast.AST:
    return ast.Pass()


def _constant(node: ast.Constant) -> Iterator[tuple[str, Edit]]:
    if isinstance(node.value, bool):
        yield "constant", lambda one: ast.Constant(not one.value)
    elif isinstance(node.value, int | float):
        yield "constant", lambda one: ast.Constant(one.value + 1)
        yield "constant", lambda one: ast.Constant(one.value - 1)


def _call(node: ast.Call) -> Iterator[tuple[str, Edit]]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is not None and keyword.arg not in INVISIBLE_KEYWORDS:
            yield "keyword", _drop_keyword(index)
    if isinstance(node.func, ast.Name) and node.func.id in {"min", "max"} and len(node.args) > 1:
        for index in range(len(node.args)):
            yield "limit", _keep_argument(index)


def _keep_argument(index: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        return node.args[index]  # type: ignore[no-any-return]

    return edit


def _drop_keyword(index: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        del node.keywords[index]
        return node  # type: ignore[no-any-return]

    return edit


def _statement(node: ast.Expr | ast.Assign | ast.AugAssign) -> Iterator[tuple[str, Edit]]:
    """Local names stay: without them the function only breaks."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        permission = isinstance(called, ast.Attribute) and called.attr.startswith("require") and _is_actor(called.value)
        yield "permission" if permission else "statement", _remove
    elif isinstance(node, ast.AugAssign) or (
        isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple)
    ):
        yield "statement", _remove


def _is_actor(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "actor"


def _return(node: ast.Return) -> Iterator[tuple[str, Edit]]:
    if isinstance(node.value, ast.BoolOp) or (
        isinstance(node.value, ast.UnaryOp) and isinstance(node.value.op, ast.Not)
    ):
        yield "returned", lambda one: ast.Return(_negated(one.value))
    elif node.value is not None and not isinstance(node.value, ast.Constant | ast.Compare):
        yield "returned", lambda _: ast.Return(ast.Constant(None))
    elif isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) and node.value.value:
        yield "returned", lambda _: ast.Return(ast.Constant(""))


def _bin_op(node: ast.BinOp) -> Iterator[tuple[str, Edit]]:
    if type(node.op) in ARITHMETIC and not _is_text(node.left) and not _is_text(node.right):
        yield "arithmetic", lambda one: ast.BinOp(one.left, ARITHMETIC[type(one.op)](), one.right)
    elif isinstance(node.op, ast.BitOr | ast.BitAnd):
        yield "one side", lambda one: one.left
        yield "one side", lambda one: one.right


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _elements(node: ast.Set | ast.Tuple | ast.List) -> Iterator[tuple[str, Edit]]:
    """One of several constant elements is missing: a word of a list, a state of a set."""
    if (
        len(node.elts) > 1
        and all(isinstance(one, ast.Constant | ast.Attribute) for one in node.elts)
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    ):
        for index in range(len(node.elts)):
            yield "element", _drop_element(index)


def _drop_element(index: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        del node.elts[index]
        return node  # type: ignore[no-any-return]

    return edit


def _comprehension(node: ast.comprehension) -> Iterator[tuple[str, Edit]]:
    for index in range(len(node.ifs)):
        yield "filter", _drop_filter(index)


def _drop_filter(index: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        del node.ifs[index]
        return node  # type: ignore[no-any-return]

    return edit


def _not(node: ast.UnaryOp) -> Iterator[tuple[str, Edit]]:
    if isinstance(node.op, ast.Not):
        yield "negation", lambda one: one.operand


PROPOSALS: dict[type[ast.AST], Callable[[Any], Iterator[tuple[str, Edit]]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.If: _condition,
    ast.While: _condition,
    ast.IfExp: _condition,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.Expr: _statement,
    ast.Assign: _statement,
    ast.AugAssign: _statement,
    ast.Return: _return,
    ast.BinOp: _bin_op,
    ast.Set: _elements,
    ast.Tuple: _elements,
    ast.List: _elements,
    ast.comprehension: _comprehension,
    ast.UnaryOp: _not,
}
