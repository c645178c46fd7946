"""Columns of what people type: what they store, how they name themselves in a refusal and in a migration."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, models

from nennep.core.fields import (
    EncryptedTextField,
    EncryptedTypedLine,
    PhoneLine,
    TypedEmail,
    TypedField,
    TypedLine,
    TypedName,
    TypedText,
)
from nennep.core.typed import StampFound, TextTooLong

PLAIN_PATHS: list[tuple[Any, str]] = [
    (TypedLine(max_length=9), "django.db.models.CharField"),
    (TypedName(max_length=9), "django.db.models.CharField"),
    (PhoneLine(), "django.db.models.CharField"),
    (TypedEmail(max_length=9), "django.db.models.EmailField"),
    (TypedText(limit=9), "django.db.models.TextField"),
    (EncryptedTypedLine(limit=9), "nennep.core.fields.EncryptedTextField"),
]


def named(field: Any) -> Any:
    """The field as a model's column `title`."""
    field.set_attributes_from_name("title")
    return field


@pytest.mark.parametrize(
    "field",
    [
        TypedLine(max_length=3),
        TypedName(max_length=3),
        TypedEmail(max_length=3),
        TypedText(limit=3),
        TypedText(max_length=3),
        TypedText(limit=3, max_length=9),
        TypedText(limit=3, draft=True),
        EncryptedTypedLine(limit=3),
        PhoneLine(max_length=3),
    ],
    ids=["line", "name", "email", "text", "text as a form has it", "both limits", "draft", "encrypted", "phone"],
)
def test_a_text_beyond_the_limit_is_refused_with_its_column(field: Any) -> None:
    assert named(field).take("abc") == "abc"
    with pytest.raises(TextTooLong) as refused:
        field.take("abcd")
    assert (refused.value.field, refused.value.details) == ("title", {"limit": 3})


@pytest.mark.parametrize(
    ("field", "stored"),
    [
        (TypedLine(max_length=99), "a b c"),
        (TypedEmail(max_length=99), "a b c"),
        (TypedText(), "a b\nc"),
        (TypedText(draft=True), " a  b\nc "),
        (EncryptedTypedLine(), "a b c"),
    ],
    ids=["line", "email", "text", "draft", "encrypted"],
)
def test_each_column_keeps_its_own_spaces(field: Any, stored: str) -> None:
    assert named(field).take(" a  b\r\nc ") == stored


def test_only_a_name_may_be_mat_and_only_a_phone_number_is_written_anew() -> None:
    assert named(TypedName(max_length=99)).take("LÒ THỊ MẬT") == "LÒ THỊ MẬT"
    with pytest.raises(StampFound):
        named(TypedLine(max_length=99)).take("LÒ THỊ MẬT")
    phone = named(PhoneLine())
    assert (phone.max_length, phone.take("+84 912 345 678"), phone.take("gọi con")) == (20, "0912345678", "gọi con")


@pytest.mark.parametrize(("field", "path"), PLAIN_PATHS, ids=[type(field).__name__ for field, _path in PLAIN_PATHS])
def test_for_migrations_a_column_is_a_plain_one(field: models.Field[Any, Any], path: str) -> None:
    """So that a change of the guard does not change the database."""
    name, deconstructed, arguments, options = named(field).deconstruct()
    assert (name, deconstructed, arguments) == ("title", path, [])
    assert "limit" not in options


def test_what_is_saved_stands_in_the_instance_too() -> None:
    field: TypedField = named(TypedLine(max_length=9))
    row: Any = SimpleNamespace(title=" a  b ")
    assert (field.pre_save(row, add=True), row.title) == ("a b", "a b")
    empty: Any = SimpleNamespace(title=None)
    assert (field.pre_save(empty, add=True), empty.title) == (None, None)
    assert field.get_db_prep_save(" a  b ", connection) == "a b"
    assert field.get_db_prep_save(None, connection) is None


def test_a_column_must_say_how_it_takes_a_text() -> None:
    with pytest.raises(NotImplementedError):
        TypedField().take("a")


def test_what_is_encrypted_is_read_again_and_asked_only_whether_it_is_empty() -> None:
    field = named(EncryptedTextField())
    stored = field.get_prep_value("Mông")
    assert ("Mông" in stored, field.from_db_value(stored, None, connection)) == (False, "Mông")
    assert [field.get_prep_value(value) for value in ("", None)] == ["", ""]
    assert [field.from_db_value(value, None, connection) for value in ("", None)] == ["", ""]
    asked = {name: field.get_lookup(name) is not None for name in ("exact", "isnull", "contains", "startswith", "gt")}
    assert asked == {"exact": True, "isnull": True, "contains": False, "startswith": False, "gt": False}
