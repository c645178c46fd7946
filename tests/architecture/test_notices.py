"""A notice leads to a page that its addressee may open: whoever gives the address says who that is."""

import ast

from tests.architecture.source import expect_none, parse, source_files

OPEN_TO_ALL = "reverse('home')"


def test_every_page_but_ones_own_home_comes_with_who_may_open_it() -> None:
    pages = [
        (f"{path.parent.parent.name}/{path.name}:{node.lineno}", node)
        for path in source_files()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Destination"
    ]
    led = [(place, node) for place, node in pages if node.args and ast.unparse(node.args[0]) != OPEN_TO_ALL]
    assert len(led) > 5
    expect_none(place for place, node in led if len(node.args) + len(node.keywords) < 2)
