"""Views translate: load through a door, one call, answer. So they are short, say their methods and who may come."""

import ast

from tests.architecture.source import CONTEXTS, Function, expect_none, functions_of, source_files

VIEW_LIMIT = 25
METHOD_DECORATORS = {"require_http_methods", "require_GET", "require_POST", "require_safe"}
# Pages for somebody who has not signed in, by `context.function`, each with the reason.
PUBLIC_VIEWS = {
    "core.show_gallery": "the developers' page of components, missing unless NENNEP_DEBUG is on",
    "core.set_size": "how the page looks is chosen before signing in too",
    "core.set_theme": "the same",
    "core.set_language": "the same",
    "accounts.enter_code": "whoever has forgotten the password cannot sign in",
    "site.show_calendar": "calendar programs cannot sign in: the token in the address opens it",
    "notifications.show_worker": "the same script for every browser",
    "core.show_csrf_failure": "an error page",
    "core.show_server_error": "an error page",
}
# Called by Django itself, whatever the method of the request that failed.
ERROR_PAGES = {name for name, reason in PUBLIC_VIEWS.items() if reason == "an error page"}


def _views() -> list[tuple[str, Function]]:
    return [
        (f"{context}.{function.name}", function)
        for context in CONTEXTS
        for path in source_files(context, "views")
        for function in functions_of(path)
        if function.is_top_level and not function.name.startswith("_") and _takes_request(function)
    ]


def _takes_request(function: Function) -> bool:
    arguments = function.node.args.args
    return bool(arguments) and arguments[0].arg == "request"


def test_views_are_short() -> None:
    assert [f"{view.where}: {view.length}" for _, view in _views() if view.length > VIEW_LIMIT] == []


def test_views_want_a_signed_in_person() -> None:
    wrong = [
        view.where for name, view in _views() if name not in PUBLIC_VIEWS and "login_required" not in view.decorators
    ]
    expect_none(wrong)


def test_views_name_their_methods() -> None:
    wrong = [
        view.where for name, view in _views() if name not in ERROR_PAGES and not METHOD_DECORATORS & view.decorators
    ]
    expect_none(wrong)


def test_public_views_exist() -> None:
    assert sorted(set(PUBLIC_VIEWS) - {name for name, _ in _views()}) == []


def test_there_are_no_class_views() -> None:
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for context in CONTEXTS
        for path in source_files(context, "views")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any("View" in ast.unparse(base) for base in node.bases)
    ]
    expect_none(wrong)
