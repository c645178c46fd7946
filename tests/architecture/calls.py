"""What a function asks of the actor it is given, itself or through the functions it hands the actor on to."""

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.architecture.source import PACKAGE, parse, source_files

_ASKS = {"require", "may", "may_somewhere", "scope"}
Key = tuple[str, str]  # module and function


@dataclass(slots=True)
class Asked:
    """Names of the permissions asked for; whether only the program itself may; whether who acts is looked at.

    `hands_on`: the permission to ask for is an argument, so what callers hand over counts.
    """

    permissions: set[str] = field(default_factory=set)
    is_program: bool = False
    is_own: bool = False
    hands_on: bool = False

    def add(self, other: "Asked") -> bool:
        """Whether that brought anything new."""
        before = (len(self.permissions), self.is_program, self.is_own)
        self.permissions |= other.permissions
        self.is_program |= other.is_program
        self.is_own |= other.is_own
        return before != (len(self.permissions), self.is_program, self.is_own)


def asked_by(path: Path, name: str) -> Asked:
    return _asked()[module_of(path), name]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


@cache
def _asked() -> dict[Key, Asked]:
    functions, asked = functions_by_key(), {}
    for key, node in functions.items():
        asked[key] = _ask_directly(node)
    calls = {key: _calls_with_actor(key[0], node) for key, node in functions.items()}
    is_moving = True
    while is_moving:
        is_moving = False
        for key, called in calls.items():
            for callee, permissions in called:
                handed = permissions if asked[callee].hands_on else set()
                is_moving |= asked[key].add(asked[callee]) | asked[key].add(Asked(handed))
    return asked


@cache
def functions_by_key() -> dict[Key, ast.FunctionDef]:
    return {
        (module_of(path), node.name): node
        for path in source_files()
        for node in parse(path).body
        if isinstance(node, ast.FunctionDef)
    }


def _ask_directly(function: ast.FunctionDef) -> Asked:
    found, actors = Asked(), actors_of(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr == "user_id" and ast.unparse(node.value) in actors:
            found.is_own = True
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if ast.unparse(node.func.value) not in actors:
            continue
        found.is_program |= node.func.attr == "require_program"
        if node.func.attr in _ASKS:
            permissions = permissions_in(node.args[0])
            found.hands_on |= not permissions
            found.permissions |= permissions or permissions_in(function)
    return found


def permissions_in(node: ast.AST) -> set[str]:
    return {
        found.attr
        for found in ast.walk(node)
        if isinstance(found, ast.Attribute) and ast.unparse(found.value) == "Permission"
    }


def actors_of(function: ast.FunctionDef) -> set[str]:
    """Arguments that are the actor; a value made of it has rights of its own."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return {one.arg for one in arguments if one.annotation is not None and ast.unparse(one.annotation) == "Actor"}


def _calls_with_actor(module: str, function: ast.FunctionDef) -> list[tuple[Key, set[str]]]:
    """Functions of ours that get the actor, each with the permissions named among the arguments."""
    actors = actors_of(function)
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and (callee := find_callee(module, node.func)):
            arguments = [*node.args, *[keyword.value for keyword in node.keywords]]
            if any(isinstance(value, ast.Name) and value.id in actors for value in arguments):
                found.append((callee, {name for value in arguments for name in permissions_in(value)}))
    return found


def find_callee(module: str, called: ast.expr) -> Key | None:
    if isinstance(called, ast.Name):
        return _resolve(module, called.id)
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        home, name = _imports(module).get(called.value.id, ("", ""))
        return _resolve(f"{home}.{name}", called.attr)
    return None


def _resolve(module: str, name: str) -> Key | None:
    """Where the function stands that `name` means in `module`: imported names are followed."""
    if (module, name) in functions_by_key():
        return module, name
    home = _imports(module).get(name)
    return _resolve(*home) if home else None


def _imports(module: str) -> dict[str, Key]:
    return _all_imports().get(module, {})


@cache
def _all_imports() -> dict[str, dict[str, Key]]:
    return {
        module_of(path): {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in parse(path).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for path in source_files()
    }
