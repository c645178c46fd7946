"""Rows are locked in one order, a cell before its meetings; and what writes to a unit has it locked as existing."""

import ast
from functools import cache

from tests.architecture.calls import Key, find_callee, functions_by_key
from tests.architecture.source import parse, source_files

CELL, MEETING, PERSON = "cell", "meeting", "person"
_LOCKS = {
    **dict.fromkeys(("lock_organization", "lock_existing", "lock_heir", "lock_units", "lock_cells"), CELL),
    **dict.fromkeys(("lock_meeting", "lock_open_meetings", "lock_entry"), MEETING),
    **dict.fromkeys(("lock_person", "lock_running"), PERSON),
}


def test_a_cell_is_locked_before_its_meeting() -> None:
    """Whoever locks them the other way round waits for somebody who waits for them; what is locked already may be asked again."""
    wrong = [
        f"{module}.{name}"
        for (module, name), function in functions_by_key().items()
        if ".services" in module and "transaction.atomic()" in ast.unparse(function)
        if _before(MEETING, CELL, _order(module, name))
    ]
    assert wrong == []


def test_a_cell_is_locked_before_its_people() -> None:
    """An account is opened for somebody who is transferred meanwhile: both lock the cell, where there are roles, and then the person."""
    wrong = [
        f"{module}.{name}"
        for (module, name), function in functions_by_key().items()
        if ".services" in module and "transaction.atomic()" in ast.unparse(function)
        if _before(PERSON, CELL, _order(module, name))
    ]
    assert wrong == []


def test_the_walk_finds_what_it_looks_for() -> None:
    assert _order("nennep.room.services.room", "open_meeting") == (CELL, MEETING)
    assert _order("nennep.room.services.outcome", "give_duty") == (CELL, MEETING)
    assert _order("nennep.room.services.votes", "lock_open") == (MEETING,)
    assert _order("nennep.members.services.accounts", "open_account") == (CELL, PERSON)


def test_no_service_asks_a_unit_that_it_does_not_hold_whether_it_has_ended() -> None:
    """`lock_existing(unit, on=day)` asks the row that is locked; the row at hand may have been read long ago."""
    asking = [
        f"{path}:{node.lineno}"
        for path in source_files()
        if "services" in path.as_posix()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("require_existing")
    ]
    assert asking == []


def _before(first: str, second: str, order: tuple[str, ...]) -> bool:
    return first in order and second in order and order.index(first) < order.index(second)


@cache
def _order(module: str, name: str) -> tuple[str, ...]:
    """Kinds of rows that the function and those it calls lock, in the order in which each is first locked."""
    return tuple(dict.fromkeys(_follow((module, name), frozenset())))


def _follow(key: Key, above: frozenset[Key]) -> list[str]:
    function = functions_by_key().get(key)
    if function is None or key in above:
        return []
    found: list[str] = []
    for call in _calls(function):
        callee = find_callee(key[0], call.func)
        if callee is not None:
            kind = _LOCKS.get(callee[1])
            found += [kind] if kind else _known(callee, above | {key})
    return found


_seen: dict[Key, list[str]] = {}


def _known(key: Key, above: frozenset[Key]) -> list[str]:
    if key not in _seen:
        _seen[key] = list(dict.fromkeys(_follow(key, above)))
    return _seen[key]


def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    """In the order in which they stand."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))
