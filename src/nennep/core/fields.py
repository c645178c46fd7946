"""Database fields that several contexts use."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from nennep.core import crypto
from nennep.core.phones import PHONE_LIMIT, write_phone
from nennep.core.text import fold, name_sort_key
from nennep.core.typed import take_line, take_lines, take_name, take_note


class TypedField(models.Field[str, str]):
    """A column of what people type: its last guard, however it is written (docs/adr/0020-one-text-type.md).

    Saved, created in bulk or set by an update, the text passes `take`, whose refusals name this column. It is read as it stands, so
    that rows of before load, and is looked at only when it is written itself, so that their other columns can be saved.
    """

    def take(self, text: str) -> str:
        """The text as it is stored."""
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  as Django has it
        """The instance holds afterwards what the database holds."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str) and value:  # of an empty one, which many columns hold, there is nothing to look at
            value = self.take(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        taken = self.take(value) if isinstance(value, str) and value else value
        return super().get_db_prep_save(taken, connection)


class TypedLine(TypedField, models.CharField[str, str]):
    """One line that people type. A plain CharField for migrations: the guard is the program's, not the database's."""

    def take(self, text: str) -> str:
        return take_line(text, limit=self.max_length, field=self.name)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class TypedName(TypedLine):
    """The name of a person, as typed: `take_name`."""

    def take(self, text: str) -> str:
        return take_name(text, limit=self.max_length, field=self.name)


class NameKeyField(models.CharField[str, str]):
    """The key by which the name in the column `of` is sorted (`name_sort_key`), written along with the row.

    A plain CharField for migrations.
    """

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        facts: dict[str, Any] = {"max_length": 600, "editable": False, "default": ""}
        super().__init__(*args, **facts | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001  as Django has it
        key = name_sort_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class FoldedField(models.TextField[str, str]):
    """What is searched in the columns `of`: small letters without marks, written along with the row. A plain TextField for migrations."""

    def __init__(self, *args: Any, of: Iterable[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        facts: dict[str, Any] = {"editable": False, "default": ""}
        super().__init__(*args, **facts | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001  as Django has it
        key = fold(" ".join(str(getattr(model_instance, name)) for name in self.of))
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class PhoneLine(TypedLine):
    """A phone number as `write_phone` writes it; what is no number, in lists and from former years, stays as it was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": PHONE_LIMIT} | kwargs)

    def take(self, text: str) -> str:
        return write_phone(text) or super().take(text)


class TypedEmail(TypedField, models.EmailField[str, str]):
    """An address for e-mail; a plain EmailField for migrations."""

    def take(self, text: str) -> str:
        return take_line(text, limit=self.max_length, field=self.name)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


class TypedText(TypedField, models.TextField[str, str]):
    """Several lines that people type, of at most `limit` characters; a plain TextField for migrations.

    A `draft` is written while it is being stored: its spaces stay.
    """

    def __init__(self, *args: Any, limit: int | None = None, draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit or self.max_length
        self.draft = draft

    def take(self, text: str) -> str:
        take = take_note if self.draft else take_lines
        return take(text, limit=self.limit, field=self.name)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in the database and plain in Python. It cannot be searched or sorted by."""

    description = "Encrypted text"

    def get_prep_value(self, value: Any) -> Any:
        return crypto.encrypt(str(value)) if value else ""

    def from_db_value(self, value: str | None, _expression: Any, _connection: BaseDatabaseWrapper) -> str:
        return crypto.decrypt(value) if value else ""

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be asked for: every other comparison would be with ciphertext."""
        return super().get_lookup(lookup_name) if lookup_name in {"isnull", "exact"} else None


def list_encrypted() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Models with encrypted columns, each with the names of these."""
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]  # noqa: SLF001  Django's own way
        if names:
            yield model, names


def holds_ciphertext() -> bool:
    """True when any encrypted column of any row holds something."""
    return any(_filled(model, name).exists() for model, names in list_encrypted() for name in names)


def opens_ciphertext() -> bool:
    """Open the newest text of every encrypted column; raises InvalidToken when the keys are not those of the database."""
    for model, names in list_encrypted():
        for name in names:
            _filled(model, name).order_by("-pk").values_list(name, flat=True).first()
    return True


def _filled(model: type[models.Model], name: str) -> models.QuerySet[models.Model]:
    return model._base_manager.exclude(**{name: ""})  # noqa: SLF001  scope does not matter here


crypto.register_use(crypto.ENCRYPTION_KEYS, holds_ciphertext)
crypto.register_sample(opens_ciphertext)


class EncryptedTypedLine(TypedField, EncryptedTextField):
    """One line that people type, of at most `limit` characters, encrypted; an EncryptedTextField for migrations."""

    def __init__(self, *args: Any, limit: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit

    def take(self, text: str) -> str:
        return take_line(text, limit=self.limit, field=self.name)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "nennep.core.fields.EncryptedTextField", args, kwargs


class EncryptedTypedText(TypedField, EncryptedTextField):
    """Several lines that people type, of at most `limit` characters, encrypted; an EncryptedTextField for migrations."""

    def __init__(self, *args: Any, limit: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit

    def take(self, text: str) -> str:
        return take_lines(text, limit=self.limit, field=self.name)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "nennep.core.fields.EncryptedTextField", args, kwargs
