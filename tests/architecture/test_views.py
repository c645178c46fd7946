"""Views translate: load through a door, one call, answer. So they are short, say their methods and who may come.

A view is what an address of the program leads to; every other function beside it helps views.
"""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

from tests.architecture.addresses import list_callbacks
from tests.architecture.source import (
    CONTEXTS,
    PACKAGE,
    PROJECT,
    Function,
    expect_none,
    functions_of,
    parse,
    source_files,
)

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
# Templates of `answer_form` that do not stand on the one base of pages with a form, each with the reason.
OTHER_BASES = {
    "petitions/work.html": "a list to read, which may be kept under a name",
    "records/edit_minutes.html": "minutes beside where two people wrote at once",
    "records/minutes.html": "the minutes are read here; approving adds a sentence",
    "records/resolution.html": "the resolution is read here; its writers better its words",
    "room/part.html": "one part of the room, with its own form",
    "room/ballot.html": "the counts of both tellers are read here",
    "room/check_in.html": "one large button of a member's telephone",
    "room/note_conflict.html": "two notes side by side",
    "room/sheet.html": "a table of people, printed too",
    "accounts/enter_code.html": "nobody has signed in yet: the frame of the sign-in pages",
    "accounts/user.html": "the form stands among the roles that the account has",
    "assessments/calibration.html": "one form for each meeting in the list, which others read",
    "assessments/sheet.html": "a table of points, read by those who may not write it",
    "classification/unit.html": "forms of one line among the unit's ratings, which others read",
    "members/own.html": "the form corrects one part of a page that is read",
    "meetings/notice/show.html": "the notice is read here; its writers add a sentence and send it",
    "meetings/premeeting/show.html": "minutes beside the papers they are about, read by others",
    "reporting/cell_advice.html": "the form stands over what the cell was told before",
    "planning/plan.html": "a table of a hundred rows, with its numbers to be set by hand",
    "reporting/report.html": "several forms sent as one",
    "reporting/report_not_saved.html": "one line for htmx, beside the button",
    "reporting/report_sent.html": "the form adds to a report that is read",
}
# Where a view says a refusal on another page than the form's: each with why nothing that was typed is lost by it.
SAID_ELSEWHERE = {
    "duties.give_standing": "a button per member; nothing is typed",
    "members.change_import_columns": "columns are chosen, not typed",
    "members.mend_import": "what was typed is refused by its length first; the rest is chosen",
    "records._answer_locked": "only words that the minutes have",
    "room._enter_count": "counts of the two tellers that differ are both taken away",
    "room.keep_typed": "the page shows the note that is too long",
    "room.mend_past": "meanings are chosen, not typed",
    "room.praise_duty": "a button; note and conclusion of the room are kept by answer_part",
    "room.speak": "a button; note and conclusion of the room are kept first",
}


@cache
def _routed() -> frozenset[tuple[str, str]]:
    """Module and name of what addresses lead to, and of the error pages that the settings and root addresses name."""
    named = {
        (callback.__module__, callback.__qualname__)
        for callback in list_callbacks()
        if hasattr(callback, "__qualname__")
    }
    errors = {settings.CSRF_FAILURE_VIEW, "nennep.core.views.show_server_error"}
    return frozenset(named | {(module, name) for module, _, name in (error.rpartition(".") for error in errors)})


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def _functions() -> list[tuple[str, Function, bool]]:
    """Every function of the views by `context.function`, and whether an address leads to it."""
    return [
        (f"{context}.{function.name}", function, (_module_of(path), function.name) in _routed())
        for context in CONTEXTS
        for path in source_files(context, "views")
        for function in functions_of(path)
    ]


def _views() -> list[tuple[str, Function]]:
    return [(name, function) for name, function, is_routed in _functions() if is_routed]


def test_every_routed_function_is_found() -> None:
    """Of ours, and but for the API: otherwise the tests below would look at too little."""
    ours = {f"{module}.{name}" for module, name in _routed() if module.startswith("nennep.") and ".views" in module}
    assert len(_views()) == len(ours)
    assert len(ours) > 200


def test_views_and_their_helpers_are_short() -> None:
    assert [
        f"{function.where}: {function.length}" for _, function, _ in _functions() if function.length > VIEW_LIMIT
    ] == []


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
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef) and any("View" in ast.unparse(base) for base in node.bases)
    ]
    expect_none(wrong)


def test_helpers_do_not_look_like_views() -> None:
    """A decorator of a view on what no address leads to: a view that was forgotten, or one that another view calls."""
    wrong = [
        function.where
        for _, function, is_routed in _functions()
        if not is_routed and (METHOD_DECORATORS | {"login_required"}) & function.decorators
    ]
    expect_none(wrong)


def test_no_view_calls_another_view() -> None:
    """What two views share is a function without decorators."""
    wrong = [
        f"{function.where} calls {name}"
        for context in CONTEXTS
        for path in source_files(context, "views")
        for function in functions_of(path)
        for name in _calls(function, path)
        if name in _routed()
    ]
    expect_none(wrong)


def _calls(function: Function, path: Path) -> list[tuple[str, str]]:
    """Module and name of the functions of views that this one calls: its neighbours, or by import."""
    modules, names = _imports(path)
    found = []
    for call in ast.walk(function.node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            found.append(names.get(call.func.id, (_module_of(path), call.func.id)))
        elif (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
        ):
            found.append((modules.get(call.func.value.id, ""), call.func.attr))
    return found


def _imports(path: Path) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """What the names imported from elsewhere may be: modules, and functions of modules."""
    found = [
        (alias.asname or alias.name, node.module or "", alias.name)
        for node in parse(path).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    modules = {name: f"{module}.{original}" for name, module, original in found}
    return modules, {name: (module, original) for name, module, original in found}


def test_the_request_is_called_request() -> None:
    wrong = [
        f"{function.where}({argument.arg})"
        for path in source_files()
        for function in functions_of(path)
        for argument in function.node.args.args
        if argument.annotation is not None
        and ast.unparse(argument.annotation).endswith("Request")
        and argument.arg.lstrip("_") != "request"
    ]
    expect_none(wrong)


def test_refusals_are_answered_by_the_one_recipe() -> None:
    """core/answers.py: a form and a button answer alike in every context."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{getattr(node, 'lineno', 0)} {word}"
        for context in CONTEXTS
        if context != "core"
        for path in source_files(context, "views")
        for node in ast.walk(parse(path))
        for word in _words_of_other_recipes(node)
    ]
    expect_none(wrong)


def _words_of_other_recipes(node: ast.AST) -> list[str]:
    words = []
    if isinstance(node, ast.ExceptHandler) and node.type is not None and "DomainError" in ast.unparse(node.type):
        words.append("except DomainError")
    if isinstance(node, ast.ImportFrom):
        words += [alias.name for alias in node.names if alias.name == "add_domain_error"]
    if isinstance(node, ast.IfExp) and "422" in ast.unparse(node):
        words.append(ast.unparse(node))
    return words


def test_a_post_without_data_is_a_post() -> None:
    """`request.POST or None` takes an empty post for a page that is opened: nothing would be refused."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in source_files()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.BoolOp) and ast.unparse(node).endswith(".POST or None")
    ]
    expect_none(wrong)


def test_pages_with_a_form_stand_on_one_base() -> None:
    wrong = [
        f"{where}: {template}"
        for where, template in _form_templates()
        if template not in OTHER_BASES and not _stands_on_base(template)
    ]
    expect_none(wrong)


def test_other_bases_are_needed() -> None:
    used = {template for _, template in _form_templates()}
    assert sorted(name for name in OTHER_BASES if name not in used or _stands_on_base(name)) == []


def _form_templates() -> list[tuple[str, str]]:
    """What `answer_form` is told to show: a word, or a name of the file that stands for one, or a choice of two."""
    return [
        (function.where, template)
        for _, function, _ in _functions()
        for call in ast.walk(function.node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "answer_form"
        for keyword in call.keywords
        if keyword.arg == "template"
        for template in _texts_in(keyword.value, PROJECT / function.where.split(":")[0])
    ]


def _texts_in(value: ast.expr, path: Path) -> list[str]:
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    if isinstance(value, ast.IfExp):
        return [*_texts_in(value.body, path), *_texts_in(value.orelse, path)]
    wanted = ast.unparse(value)
    return [
        text
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == wanted
        for text in _texts_in(node.value, path)
    ]


def _stands_on_base(template: str) -> bool:
    while template != "core/form_page.html":
        text = next(PACKAGE.glob(f"*/templates/{template}")).read_text(encoding="utf-8")
        first = text.split("%}", 1)[0]
        if "extends" not in first:
            return False
        template = first.split('"')[1]
    return True


def test_a_refusal_that_is_said_on_the_next_page_loses_nothing() -> None:
    """`messages.error` and a redirect drop what the person typed: `core.answers` does it where nothing was."""
    found = {
        name
        for name, function, _ in _functions()
        for node in ast.walk(function.node)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "messages.error"
    }
    assert sorted(found) == sorted(SAID_ELSEWHERE)
