"""Every key that a pack may set is read by something: a number on the page of rules that changes nothing is a lie."""

import ast
from functools import cache

import pytest

from nennep.policies.choices import PolicyKey
from nennep.policies.rules.shapes import READERS
from tests.architecture.source import PROJECT, parse

CONTEXTS = PROJECT / "src" / "nennep"
# The rules' own pages show every key, the demonstration only writes rows.
NO_READERS = {CONTEXTS / "policies", CONTEXTS / "site" / "demonstration"}


@cache
def _list_read() -> set[str]:
    """What code outside takes from something that is called rules, a book, or one of several books; keys that it names."""
    files = [path for path in CONTEXTS.rglob("*.py") if not NO_READERS & set(path.parents)]
    nodes = [node for path in files for node in ast.walk(parse(path))]
    sources = {id(argument) for node in nodes if _asks_source(node) for argument in ast.walk(node)}
    found = [node for node in nodes if isinstance(node, ast.Attribute) and id(node) not in sources]
    return {node.attr for node in found if _names_rules(node.value)} | {
        READERS[PolicyKey[node.attr]][0]
        for node in found
        if isinstance(node.value, ast.Name) and node.value.id == "PolicyKey" and node.attr in PolicyKey.__members__
    }


def _asks_source(node: ast.AST) -> bool:
    """Whose rule it is says nothing about what it does."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "source"


def _names_rules(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return _names_rules(node.value)
    if isinstance(node, ast.Call):
        return _names_rules(node.func)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return any(word in name for word in ("rules", "book"))


@pytest.mark.parametrize("key", [pytest.param(key, id=key.value) for key in PolicyKey])
def test_somebody_reads_every_key(key: PolicyKey) -> None:
    assert READERS[key][0] in _list_read()
