"""What import-linter cannot say: through which files one context may enter another, and what rules may import."""

import ast
from pathlib import Path

import grimp
import pytest

from tests.architecture.source import CLOSED_CONTEXTS, HEAVY, PACKAGE, PROJECT, expect_none, parse, source_files

# `rules` and `choices` are pure: nothing can leak through them, and a fact that follows from others is asked of its owner.
DOORS = {"choices", "rules", "queries", "services"}
# A form is the shape of what is typed about a thing: its owner's. A higher context shows it, or builds its own on it.
FORM_USERS = {"forms", "views"}
# What rules may stand on, of any context: what is pure itself.
PURE_FILES = {"choices", "rules"}
# A join needs the other model, and a service names it as the type of an argument (test_services.py sees to it that
# it does no more). A foreign key uses a string.
MODEL_USERS = {"models", "queries", "services"}
# Django is a word in these files only for translated labels and messages.
PURE_DJANGO = {"django.utils.translation", "django.utils.functional"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("nennep", cache_dir=str(PROJECT / "build" / "grimp"))


def test_contexts_are_entered_by_their_doors_only(graph: grimp.ImportGraph) -> None:
    wrong = [
        f"{importer} imports {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if not _is_allowed(importer, imported)
    ]
    expect_none(wrong)


def _is_allowed(importer: str, imported: str) -> bool:
    _, source, *source_rest = [*importer.split("."), ""]
    _, target, *target_rest = [*imported.split("."), ""]
    if target not in CLOSED_CONTEXTS or source in {target, "site"}:
        return True
    if "migrations" in source_rest:
        return False
    users = {"models": MODEL_USERS, "forms": FORM_USERS}.get(target_rest[0], set())
    return target_rest[0] in DOORS or source_rest[0] in users


@pytest.mark.parametrize("path", source_files("", "rules"), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_rules_are_pure(path: Path) -> None:
    """No database, no settings, no clock: what a rule needs is handed to it."""
    wrong = [name for name in _imported_names(path) if name.split(".")[0] == "django" and name not in PURE_DJANGO]
    expect_none(wrong)


def test_rules_and_choices_stand_on_pure_files_only(graph: grimp.ImportGraph) -> None:
    """As doors they stay harmless: whoever imports a rule of another context imports no model, query or service by it."""
    wrong = [
        f"{importer} imports {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if _file_of(importer) in PURE_FILES and imported.split(".")[1] in CLOSED_CONTEXTS
        if _file_of(imported) not in PURE_FILES
    ]
    expect_none(wrong)


def _file_of(module: str) -> str:
    """`rules` for both `nennep.duties.rules` and `nennep.meetings.rules.agenda`; empty for a context itself."""
    return [*module.split("."), "", ""][2]


def _imported_names(path: Path) -> list[str]:
    names = []
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


def test_no_import_hides_inside_a_function() -> None:
    """A cycle is mended by a better place for the code, not by importing later. Only heavy libraries come late."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in source_files()
        for function in ast.walk(parse(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_app_start(path, function)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not _is_heavy(node)
    ]
    expect_none(wrong)


def _is_heavy(node: ast.Import | ast.ImportFrom) -> bool:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return all(name in HEAVY or name.split(".")[0] in HEAVY for name in names)


def _is_app_start(path: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """`AppConfig.ready` is where Django wants to be told what waits for models."""
    return path.name == "apps.py" and function.name == "ready"


def test_no_model_signals() -> None:
    """Lower contexts publish events (core/events.py); signals would make writes invisible."""
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in source_files()
        for name in _imported_names(path)
        if name.startswith("django.db.models.signals") or name == "django.dispatch"
    ]
    expect_none(wrong)


def test_folders_of_a_context_are_known() -> None:
    known = {"importers", "locale", "management", "migrations", "renderers", "static", "templates", "templatetags"}
    known |= {"solver"}  # planning: the adapter of OR-Tools
    known |= {"packs"}  # policies: the rules that the program is delivered with, as TOML
    packages = {"choices", "forms", "urls", "models", "queries", "rules", "services", "views"}
    wrong = [
        f"{context}/{path.name}"
        for context in CLOSED_CONTEXTS
        for path in sorted((PACKAGE / context).iterdir())
        if path.is_dir() and path.name not in known | packages | {"__pycache__"}
    ]
    expect_none(wrong)
