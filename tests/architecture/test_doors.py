"""What import-linter cannot say: through which files one context may enter another, and what rules may import."""

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import grimp
import pytest
from django.db.models import Model

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
# What handles rows that queries gave and services take names their classes, as types and for nothing else.
TYPE_USERS = {"views", "api", "forms", "schemas", "handlers"}
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
    users = {"models": MODEL_USERS | TYPE_USERS, "forms": FORM_USERS}.get(target_rest[0], set())
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


@pytest.mark.parametrize("path", source_files("", *TYPE_USERS), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_models_are_types_outside(path: Path) -> None:
    """Views, interfaces, forms and handlers say what they are given; they ask queries and call services."""
    tree = parse(path)
    models = {name for node in _imports_of_models(tree) for name in _local_names(node)}
    types = {id(node) for hint in _type_hints(tree) for node in ast.walk(hint)}
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {node.id}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in models and id(node) not in types
    ]
    expect_none(wrong)


def _imports_of_models(tree: ast.Module) -> list[ast.ImportFrom]:
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [
        node
        for node in imports
        if (node.module or "").startswith("nennep.") and "models" in f"{node.module}".split(".")
    ]


def _local_names(node: ast.ImportFrom) -> list[str]:
    return [alias.asname or alias.name for alias in node.names]


def _type_hints(tree: ast.Module) -> list[ast.expr]:
    """Annotations, the types of `cast`, what a type variable may be, and the types that a generic base is given."""
    hints: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            hints.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            hints.append(node.returns)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "cast":
            hints.append(node.args[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "TypeVar":
            hints.extend([*node.args[1:], *(keyword.value for keyword in node.keywords)])
        elif isinstance(node, ast.ClassDef):
            hints.extend(base.slice for base in node.bases if isinstance(base, ast.Subscript))
    return [hint for hint in hints if hint is not None]


def test_model_classes_have_one_address() -> None:
    """`nennep.<context>.models`: not where else they happen to be imported, as a name or through a module."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{line} {name}"
        for path in source_files()
        for line, name, value in _named_things(path)
        if isinstance(value, type) and issubclass(value, Model) and not _is_home(path, name, value)
    ]
    expect_none(wrong)


def _is_home(path: Path, name: str, model: type[Model]) -> bool:
    """Where its context's models hand it out; inside of the models themselves, the file where it stands."""
    context = model.__module__.split(".")[:2]
    module = name.rpartition(".")[0]
    return context[0] != "nennep" or module == ".".join([*context, "models"]) or "models" in path.parts


def _named_things(path: Path) -> Iterator[tuple[int, str, object]]:
    """What a file imports from the program, and what it takes out of the modules it imports: line, address, thing."""
    modules: dict[str, str] = {}
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nennep"):
            for alias in node.names:
                thing = _load(f"{node.module}.{alias.name}")
                yield node.lineno, f"{node.module}.{alias.name}", thing
                if isinstance(thing, ModuleType):
                    modules[alias.asname or alias.name] = thing.__name__
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield node.lineno, f"{modules[node.value.id]}.{node.attr}", _load(f"{modules[node.value.id]}.{node.attr}")


def _load(address: str) -> object:
    """The thing at that address: an attribute of its module, or a module. None for what is no more than a type."""
    module, _, name = address.rpartition(".")
    found = getattr(importlib.import_module(module), name, None)
    if found is None and importlib.util.find_spec(address):
        found = importlib.import_module(address)
    return found


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
    """Lower contexts publish events (core/events.py); signals would make writes invisible.

    core/apps.py hears one of a library: the queue's own rows know no other hook before they are saved.
    """
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in source_files()
        if path != PACKAGE / "core" / "apps.py"
        for name in _imported_names(path)
        if name.startswith("django.db.models.signals") or name == "django.dispatch"
    ]
    expect_none(wrong)


def test_folders_of_a_context_are_known() -> None:
    known = {"importers", "locale", "management", "migrations", "renderers", "static", "templates", "templatetags"}
    known |= {"solver"}  # planning: the adapter of OR-Tools
    known |= {"dictionary"}  # exchange: what is exported of each model, as TOML
    known |= {"packs"}  # policies: the rules that the program is delivered with, as TOML
    packages = {"choices", "forms", "urls", "models", "queries", "rules", "services", "views"}
    wrong = [
        f"{context}/{path.name}"
        for context in CLOSED_CONTEXTS
        for path in sorted((PACKAGE / context).iterdir())
        if path.is_dir() and path.name not in known | packages | {"__pycache__"}
    ]
    expect_none(wrong)
