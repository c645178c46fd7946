"""A class is known by its name: no two in the program have the same one."""

import ast
from collections import defaultdict

from tests.architecture.source import PACKAGE, PROJECT, expect_none, parse

# Named by their file everywhere: the verbs of a context's trail, a command of Django.
OF_THEIR_FILE = {"Verb", "Command"}


def test_class_names_occur_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in parse(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and "migrations" not in path.parts:
                places[node.name].append(str(path.relative_to(PROJECT)))
    expect_none(
        f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1 and name not in OF_THEIR_FILE
    )
