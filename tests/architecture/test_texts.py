"""Whatever a person types has one type (docs/adr/0020): columns, form fields, and what they let through."""

import ast
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from nennep.core.errors import DomainError
from nennep.core.fields import TypedField
from nennep.core.typed import StampFound, TextTooLong, UnfitCharacter
from tests.architecture.source import CLOSED_CONTEXTS, expect_none, parse, source_files

LISTED: dict[str, Any] = tomllib.loads((Path(__file__).parent / "program_texts.toml").read_text(encoding="utf-8"))
EVERYWHERE = {name for name, reason in LISTED["columns"].items() if isinstance(reason, str)}
PROGRAM_COLUMNS = {
    f"{key.removeprefix('columns.')}.{name}"
    for key, names in LISTED.items()
    if key.startswith("columns.")
    for name in names
}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField)
COLUMNS = {
    f"{model._meta.label_lower}.{field.name}": field
    for model in apps.get_models()
    if model.__module__.startswith("nennep.")
    for field in model._meta.get_fields()
    if isinstance(field, TEXTS) and not field.choices
}
TYPED = {name: field for name, field in COLUMNS.items() if isinstance(field, TypedField)}
# Fields of Django that hand on what was typed as it came.
PLAIN_FIELDS = {"CharField", "EmailField", "RegexField", "SlugField", "URLField"}


def test_every_text_column_is_typed_or_written_by_the_program() -> None:
    wrong = {name for name in COLUMNS if name not in TYPED and name.rsplit(".", 1)[1] not in EVERYWHERE}
    assert sorted(wrong) == sorted(PROGRAM_COLUMNS)


def test_columns_that_mean_the_same_everywhere_exist() -> None:
    assert sorted(EVERYWHERE - {name.rsplit(".", 1)[1] for name in COLUMNS if name not in TYPED}) == []


@pytest.mark.parametrize("name", sorted(TYPED))
@pytest.mark.parametrize(
    ("text", "error"),
    [("TUYỆT MẬT", StampFound), ("Họp\u202e chi bộ", UnfitCharacter), ("Họp\u0007 chi bộ", UnfitCharacter)],
    ids=["stamp", "right-to-left", "control"],
)
def test_typed_columns_refuse(name: str, text: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as refused:
        TYPED[name].take(text)
    assert refused.value.field == TYPED[name].name


@pytest.mark.parametrize("name", sorted(TYPED))
def test_typed_columns_compose_and_count(name: str) -> None:
    """Every column has a limit, exactly: decomposed letters count as the composed ones that are stored."""
    limit = int(getattr(TYPED[name], "limit", None) or TYPED[name].max_length or 0)
    written = unicodedata.normalize("NFD", "ệ") * limit
    assert TYPED[name].take(written) == "ệ" * limit
    with pytest.raises(TextTooLong):
        TYPED[name].take(written + "a")


def test_every_text_field_of_a_form_is_typed() -> None:
    wrong = [
        f"{path.parts[-3]}/{path.name}:{node.lineno} {owner}"
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "forms")
        for owner, node in _plain_fields(parse(path))
        if owner not in LISTED["fields"]
    ]
    expect_none(wrong)


def test_listed_fields_exist() -> None:
    plain = {
        owner
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "forms")
        for owner, _ in _plain_fields(parse(path))
    }
    assert sorted(set(LISTED["fields"]) - plain) == []


def _plain_fields(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Calls that make a plain text field, with `Class.field`, or the name of the class or function around the call."""
    for top in tree.body:
        name = getattr(top, "name", "")
        for statement in top.body if isinstance(top, ast.ClassDef) else [top]:
            owner = f"{name}.{ast.unparse(statement.targets[0])}" if isinstance(statement, ast.Assign) else name
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and ast.unparse(node.func).removeprefix("forms.") in PLAIN_FIELDS:
                    yield owner, node
