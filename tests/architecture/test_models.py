"""Every model comes with decisions that somebody made: who may read it, who writes it, what is encrypted."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from nennep.core.fields import EncryptedTextField
from tests.architecture.source import CLOSED_CONTEXTS, PROJECT, expect_none, parse, source_files

DECISIONS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "models.toml").read_text(encoding="utf-8")
)
MODELS = {model._meta.label_lower: model for model in apps.get_models() if model.__module__.startswith("nennep.")}
SCOPES = {"visible_to", "parent", "own", "shared"}
WRITES = {"services", "append-only", "derived"}
# Columns of these names hold what the law calls sensitive: they are encrypted, or the row in models.toml says why not.
SENSITIVE_NAMES = {"ethnic_group", "religion", "identity_number", "health", "health_reason"}
CHANGING_CALLS = {"update", "delete", "bulk_update"}


def test_every_model_has_a_decision() -> None:
    assert sorted(DECISIONS) == sorted(MODELS)


@pytest.mark.parametrize("label", sorted(DECISIONS))
def test_decision_is_complete(label: str) -> None:
    decision = DECISIONS[label]
    assert (decision["scope"] in SCOPES, decision["write"] in WRITES) == (True, True)


@pytest.mark.parametrize("label", sorted(set(DECISIONS) & set(MODELS)))
def test_scope_is_as_decided(label: str) -> None:
    """A model that can be listed has `visible_to(actor)`; the others are reached through a row that was in scope."""
    has_scope = hasattr(MODELS[label]._default_manager, "visible_to")
    assert has_scope == (DECISIONS[label]["scope"] == "visible_to")


@pytest.mark.parametrize("label", sorted(set(DECISIONS) & set(MODELS)))
def test_sensitive_fields_are_encrypted(label: str) -> None:
    fields = MODELS[label]._meta.get_fields()
    encrypted = sorted(field.name for field in fields if isinstance(field, EncryptedTextField))
    assert encrypted == sorted(DECISIONS[label].get("sensitive", []))
    plain = {field.name for field in fields if isinstance(field, models.Field)} - set(encrypted)
    assert sorted(plain & SENSITIVE_NAMES) == []


def test_append_only_rows_are_never_changed() -> None:
    names = {MODELS[label].__name__ for label, decision in DECISIONS.items() if decision["write"] == "append-only"}
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {ast.unparse(node.func)}"
        for context in CLOSED_CONTEXTS
        for path in source_files(context)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING_CALLS
        if ast.unparse(node.func).split(".")[0] in names
    ]
    expect_none(wrong)


@pytest.mark.parametrize("label", sorted(MODELS))
def test_rows_come_in_a_fixed_order(label: str) -> None:
    """Without an order two databases answer differently."""
    assert MODELS[label]._meta.ordering


@pytest.mark.parametrize("label", sorted(MODELS))
def test_model_says_what_a_row_is(label: str) -> None:
    assert ast.get_docstring(_class_of(MODELS[label])) is not None


def _class_of(model: type[models.Model]) -> ast.ClassDef:
    path = next(path for path in source_files() if model.__module__ == ".".join(["nennep", *_module_parts(path)]))
    return next(
        node for node in ast.walk(parse(path)) if isinstance(node, ast.ClassDef) and node.name == model.__name__
    )


def _module_parts(path: Path) -> list[str]:
    parts = list(path.relative_to(PROJECT / "src" / "nennep").with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" else parts
