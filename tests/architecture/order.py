"""Whether a function asks for a permission to write before its first write: on every path, in the order of its statements.

A function asks by `actor.require(Permission.…, path)` or `actor.require_program()`, by `if not actor.may(…): raise`, or by
handing its own actor to one that asks on all of its paths. It writes by what `test_writes` knows, by calling what writes before
it asks, and by calling what writes with another actor. Methods are not followed into; a loop may run not even once.
For services that write rows of the acting person alone (`own`), looking at `actor.user_id` is asking.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from nennep.core.permissions import Permission
from tests.architecture.calls import Key, actors_of, find_callee, functions_by_key, module_of, permissions_in
from tests.architecture.test_writes import writes_rows


@dataclass(frozen=True, slots=True)
class Summary:
    """What a call does: `asks` before it returns, whichever way; `hands_on` when it asks for the permission it is given.

    `dirty` is the first write that it may reach without having asked, `written` the first one at all: line and call, or empty.
    """

    asks: bool = False
    hands_on: bool = False
    dirty: str = ""
    written: str = ""


Known = dict[Key, Summary]
Asked = bool | None  # None where no path arrives


def summary_of(path: Path, name: str, *, own: bool = False) -> Summary:
    return _summaries(own)[module_of(path), name]


@cache
def _summaries(own: bool) -> Known:
    """Of every function. Who asks is settled first: what is written without having asked follows from it."""
    known = dict.fromkeys(functions_by_key(), Summary())
    _learn(known, own, lambda old, new: replace(old, asks=new.asks, hands_on=new.hands_on))
    _learn(known, own, lambda old, new: replace(old, dirty=old.dirty or new.dirty, written=old.written or new.written))
    return known


def _learn(known: Known, own: bool, take: Callable[[Summary, Summary], Summary]) -> None:
    """Read every function, then the callers of those of which something was learnt, until nothing is."""
    functions = functions_by_key()
    waiting = dict.fromkeys(functions)
    while waiting:
        learnt = []
        for key in waiting:
            found = take(known[key], summarize(key[0], functions[key], known, own=own))
            if found != known[key]:
                known[key] = found
                learnt.append(key)
        waiting = dict.fromkeys(caller for key in learnt for caller in _callers()[key])


@cache
def _callers() -> dict[Key, list[Key]]:
    """Of each function, those that call it."""
    callers: dict[Key, list[Key]] = {key: [] for key in functions_by_key()}
    for key, function in functions_by_key().items():
        called = (find_callee(key[0], node.func) for node in ast.walk(function) if isinstance(node, ast.Call))
        for callee in filter(None, called):
            callers[callee].append(key)
    return callers


def summarize(module: str, function: ast.FunctionDef, known: Known, *, own: bool = False) -> Summary:
    """What one function does, as far as those that it calls are `known`."""
    walk = _Walk(module, function, known, own=own)
    end = walk.follow(function.body, asked=False)
    ends = [*walk.returns, *([] if end is None else [end])]
    return Summary(bool(ends) and all(ends), walk.hands_on, walk.dirty, walk.written)


class _Walk:
    """Goes through the statements of one function; `asked` is what holds where it stands."""

    def __init__(self, module: str, function: ast.FunctionDef, known: Known, *, own: bool) -> None:
        self.module = module
        self.own = own
        self.actors = actors_of(function)
        self.known = known
        self.returns: list[bool] = []
        self.hands_on = False
        self.dirty = ""
        self.written = ""

    def follow(self, body: Iterable[ast.stmt], asked: Asked) -> Asked:
        """What holds after the statements; None when none of the paths goes on behind them."""
        for statement in body:
            if asked is None:
                return None
            asked = self._take(statement, asked)
        return asked

    def _take(self, statement: ast.stmt, asked: bool) -> Asked:
        if isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break):
            read = self._read(statement, asked)
            self.returns += [read] if isinstance(statement, ast.Return) else []
            return None
        after: Asked = getattr(self, f"_take_{type(statement).__name__.lower()}", self._read)(statement, asked)
        return after

    def _take_if(self, statement: ast.If, asked: bool) -> Asked:
        read = self._read(statement.test, asked)
        then = self.follow(statement.body, read or self._says_may(statement.test, is_true=True))
        other = self.follow(statement.orelse, read or self._says_may(statement.test, is_true=False))
        return _meet([then, other])

    def _take_with(self, statement: ast.With, asked: bool) -> Asked:
        """`suppress` may leave the body anywhere, and goes on."""
        before = asked
        for item in statement.items:
            before = self._read(item.context_expr, before)
        after = self.follow(statement.body, before)
        is_left = any("suppress" in ast.unparse(item.context_expr) for item in statement.items)
        return _meet([after, before]) if is_left else after

    def _take_try(self, statement: ast.Try, asked: bool) -> Asked:
        done = self.follow(statement.orelse, self.follow(statement.body, asked))
        ends = [done, *(self.follow(handler.body, asked) for handler in statement.handlers)]
        last = self.follow(statement.finalbody, asked)
        return None if last is None else _meet([last or end if end is not None else None for end in ends])

    def _take_while(self, statement: ast.While, asked: bool) -> Asked:
        before = self._read(statement.test, asked)
        self.follow(statement.body, before)
        return self.follow(statement.orelse, before)

    def _take_for(self, statement: ast.For, asked: bool) -> Asked:
        """Only a loop over values that stand there, without a way out, is sure to run."""
        before = self._read(statement.iter, asked)
        after = self.follow(statement.body, before)
        is_left = any(isinstance(node, ast.Break | ast.Continue) for node in ast.walk(statement))
        runs = isinstance(statement.iter, ast.Tuple | ast.List) and bool(statement.iter.elts) and not is_left
        return self.follow(statement.orelse, bool(after) if runs else before)

    def _take_match(self, statement: ast.Match, asked: bool) -> Asked:
        before = self._read(statement.subject, asked)
        return _meet([before, *(self.follow(case.body, before) for case in statement.cases)])

    def _read(self, node: ast.AST, asked: bool) -> bool:
        """What holds after the expressions below `node`, in the order in which they are evaluated."""
        match node:
            case ast.BoolOp():
                first, *others = node.values
                after = self._read(first, asked)
                self._read_all(others, after)
                return after
            case ast.IfExp():
                before = self._read(node.test, asked)
                return all([self._read(node.body, before), self._read(node.orelse, before)])
            case (
                ast.Lambda() | ast.FunctionDef() | ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp()
            ):
                self._read_all(ast.iter_child_nodes(node), asked)
                return asked  # perhaps later, perhaps never
            case ast.Attribute(attr="user_id", value=who) if self.own and self._is_actor(who):
                return True
        after = self._read_all(ast.iter_child_nodes(node), asked)
        return self._call(node, after) if isinstance(node, ast.Call) else after

    def _read_all(self, nodes: Iterable[ast.AST], asked: bool) -> bool:
        for node in nodes:
            asked = self._read(node, asked)
        return asked

    def _call(self, call: ast.Call, asked: bool) -> bool:
        if isinstance(call.func, ast.Attribute):
            if self._is_actor(call.func.value) and call.func.attr in {"require", "require_program"}:
                return asked or call.func.attr == "require_program" or self._is_write(call.args[:1])
            if writes_rows(call.func):
                self._write(call, is_dirty=not asked)
        callee = find_callee(self.module, call.func)
        return asked if callee is None else self._call_known(call, self.known[callee], asked=asked)

    def _call_known(self, call: ast.Call, callee: Summary, *, asked: bool) -> bool:
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        is_handed = any(self._is_actor(argument) for argument in arguments)
        if callee.written:
            self._write(call, is_dirty=not asked and bool(callee.dirty or not is_handed))
        return asked or (is_handed and callee.asks and (not callee.hands_on or self._is_write(arguments)))

    def _write(self, call: ast.Call, *, is_dirty: bool) -> None:
        words = f"{call.lineno} {ast.unparse(call.func)}"
        self.written = self.written or words
        if is_dirty:
            self.dirty = self.dirty or words

    def _is_actor(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.actors

    def _is_write(self, arguments: list[ast.expr]) -> bool:
        """Whether only permissions to write are named; none at all is asked for as it was handed over."""
        names = {name for argument in arguments for name in permissions_in(argument)}
        self.hands_on |= not names
        return all(Permission[name].is_write for name in names)

    def _says_may(self, test: ast.expr, *, is_true: bool) -> bool:
        """Whether this outcome of the condition says that the actor may write."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                return self._says_may(test.operand, is_true=not is_true)
            case ast.BoolOp():
                says = [self._says_may(value, is_true=is_true) for value in test.values]
                return any(says) if isinstance(test.op, ast.And) == is_true else all(says)
            case ast.Call(func=ast.Attribute(attr="may", value=actor), args=[permission, *_]):
                return is_true and self._is_actor(actor) and self._is_write([permission])
            case ast.Call(func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp(elt=each)]):
                # Of nothing `all` is true and `any` is not: only the other outcomes speak of somebody.
                return is_true == (name == "any") and self._says_may(each, is_true=is_true)
        return False


def _meet(ends: list[Asked]) -> Asked:
    """What holds where these paths come together."""
    arriving = [end for end in ends if end is not None]
    return all(arriving) if arriving else None
