"""What forms of all contexts share."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar, Protocol, runtime_checkable

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.forms.utils import from_current_timezone
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nennep.core import clock
from nennep.core.days import NoSuchDay, WhichYear, read_day, read_moment, read_time
from nennep.core.errors import DomainError
from nennep.core.merging import Clash, TextsChanged, ValuesChanged
from nennep.core.periods import YEARS
from nennep.core.phones import PHONE_LIMIT, take_phone
from nennep.core.typed import take_line, take_lines, take_name, take_note

FIRST_YEAR, LAST_YEAR = YEARS[0], YEARS[-1]
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_FRACTION = re.compile(r"-?[0-9]+\.[0-9]+")
_EARLIEST_YEAR = 1900  # of births; what is earlier, or ends with the calendar, is a slip of the hand


class TypedLineField(forms.CharField):
    """One line that people type, cleaned as it is stored (`core.typed`); a refusal stands beside the field."""

    take: ClassVar[Callable[..., str]] = staticmethod(take_line)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not isinstance(text, str):
            return text
        try:
            return type(self).take(text) or self.empty_value
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error


class TypedNumber(forms.Field):
    """A number with a fraction as people type it: `4,5` and `4.5` alike, whatever the language of the page; shown with its mark.

    No groups of thousands are taken: one mark is the decimal one; nor powers, which nobody writes by hand (`1e2`). A plain text
    field, since browsers swallow the comma of `type=number` where their own language has none.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        typed = read_mark(value)
        if isinstance(typed, str) and typed not in self.empty_values and not _NUMBER.fullmatch(typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)

    def prepare_value(self, value: Any) -> Any:
        mark = get_format("DECIMAL_SEPARATOR")
        text = str(read_mark(value)) if isinstance(value, str | float | Decimal) else ""
        return text.replace(".", mark) if _FRACTION.fullmatch(text) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(read_mark(initial), read_mark(data))


class NumberField(TypedNumber, forms.DecimalField):
    """Points, rates: exact."""


class RealNumberField(TypedNumber, forms.FloatField):
    """Places on the map."""


def read_mark(value: Any) -> Any:
    """`4,5` as `4.5`, a printed minus as the one of the keyboard; anything else as it is."""
    return value.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-") if isinstance(value, str) else value


class DayField(forms.DateField):
    """A day as people type it (`core.days`); `year` says which one is meant when none is typed."""

    def __init__(self, *, year: WhichYear = WhichYear.NEAR, **options: Any) -> None:
        super().__init__(**options)
        self.year = year

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        try:
            day = read_day(value, today=clock.today(), year=self.year)
        except NoSuchDay as error:
            raise ValidationError(str(error), code=error.code) from error
        if day is None or not _EARLIEST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class DaysField(TypedLineField):
    """Several days as people type them, with commas or `;` between; sorted, each once."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return sorted({self._read(part.strip()) for part in text.replace(";", ",").split(",") if part.strip()})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial or data)

    def run_validators(self, value: Any) -> None:
        """Days have nothing more to check."""

    def _read(self, text: str) -> date:
        try:
            day = read_day(text, today=clock.today())
        except NoSuchDay as error:
            raise ValidationError(str(error), code=error.code) from error
        if day is None:
            words = _("“%(text)s” không phải một ngày. Gõ như 11/02/2027, giữa các ngày có dấu phẩy.")
            raise ValidationError(words % {"text": text[:40]}, code="invalid")
        return day


class ClockField(forms.TimeField):
    """A time of day as people type it (`core.days`)."""

    def to_python(self, value: Any) -> time | None:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        found = read_time(value)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class MomentField(forms.DateTimeField):
    """A day and a time with a space between them, in either order, in Viet Nam."""

    def to_python(self, value: Any) -> datetime | None:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        moment = read_moment(value, today=clock.today())
        if moment is None or not _EARLIEST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return from_current_timezone(moment)


class TypedNameField(TypedLineField):
    """The name of a person."""

    take = staticmethod(take_name)


class PhoneField(TypedLineField):
    """A phone number, cleaned as it is stored (`core.phones`)."""

    take = staticmethod(take_phone)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=PHONE_LIMIT, **options)


class TypedTextField(TypedLineField):
    """Several lines that people type."""

    widget = forms.Textarea
    take = staticmethod(take_lines)


class NoteField(TypedTextField):
    """What is stored while somebody types: its spaces stay."""

    take = staticmethod(take_note)

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)


@runtime_checkable
class RefusableForm(Protocol):
    """A form that says in its own way what a service refused, or several forms that are sent as one."""

    @property
    def is_bound(self) -> bool: ...

    def is_valid(self) -> bool: ...

    def show_refusal(self, error: DomainError) -> None: ...


def add_domain_error(form: forms.BaseForm | RefusableForm, error: DomainError) -> None:
    """Show a refusal of a service beside the field it names, or on top when it names none of this form's."""
    if isinstance(form, RefusableForm):
        form.show_refusal(error)
    else:
        _add_refusal(form, error)


def _add_refusal(form: forms.BaseForm, error: DomainError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


def validate_near(day: date) -> None:
    """A day from 2000 to 2099: a year beyond is a slip of the hand, and ledgers cannot count on from the end of time.

    Says what the field says of a day that cannot be read.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError("", code="invalid")


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
    """Say what the choice field `name` of this one form offers; it was declared before that was known."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  says so to the type checker
    field.choices = list(choices)


class SheetUploadForm(forms.Form):
    """A spreadsheet, and the unit whose cells it is about; a form that asks for it says what the two are called."""

    unit = forms.ChoiceField(
        help_text=_("Chi bộ, hoặc đơn vị cấp trên khi tệp có nhiều chi bộ"),
        error_messages={"invalid_choice": _("Hãy chọn một đơn vị trong danh sách.")},
    )
    file = forms.FileField(
        help_text=_("Excel (.xlsx, .xls), LibreOffice (.ods) hoặc .csv, .tsv; nhiều nhất 20 MB"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv"}),
        allow_empty_file=True,
        error_messages={"required": _("Hãy chọn một tệp."), "invalid": _("Hãy chọn lại tệp.")},
    )
    labels: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "unit", units)
        for name, label in self.labels.items():
            self.fields[name].label = label

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.NENNEP_UPLOAD_LIMIT:
            raise ValidationError(_("Tệp lớn hơn 20 MB. Chép riêng danh sách sang một tệp mới rồi nhập lại."))
        return file


def label_with_hint(label: str | Promise, hint: str | Promise) -> SafeString:
    """The label of one choice with a quiet line below it, both escaped."""
    return format_html("{} <small>{}</small>", label, hint)


def posted(request: HttpRequest) -> QueryDict | None:
    """The data of a form: None on GET, so that it is not bound; an empty post is bound and says what is missing."""
    return request.POST if request.method == "POST" else None


def posted_files(request: HttpRequest) -> MultiValueDict[str, UploadedFile[bytes]] | None:
    """The files of a form, None on GET."""
    return request.FILES if request.method == "POST" else None


@dataclass(frozen=True, slots=True)
class ClashRow:
    """One text of a form that two people wrote at once, paragraph by paragraph."""

    label: str | Promise
    target: str
    clashes: tuple[Clash, ...]


_WRITTEN_MEANWHILE = _(
    "Đồng chí khác vừa ghi “%(value)s”. Điều đồng chí gõ vẫn ở đây; ghi lần nữa thì thay theo đồng chí."
)


class GuardedForm(forms.Form):
    """A form whose texts several people may write at once: each text carries along what the writer began with.

    Call `guard` at the end of `__init__`; `begun` is what the form was opened with; refused with TextsChanged, the form
    has both versions in its fields (nothing is lost), and `clashes` says where they differ.
    """

    clashes: Sequence[ClashRow] = ()

    def guard(self, *names: str) -> None:
        """Hide beside each of these fields the value it is opened with."""
        for name in names:
            begun = self.get_initial_for_field(self.fields[name], name)
            self.fields[f"base_{name}"] = forms.CharField(
                required=False, strip=False, initial=begun, widget=forms.HiddenInput
            )

    def begun(self, name: str) -> str | None:
        """What this field was opened with; None when the request does not say so (a program that sends no bases)."""
        return str(self.data[f"base_{name}"]) if f"base_{name}" in self.data else None

    def is_touched(self, name: str) -> bool:
        """The writer changed it; a field without a base counts as changed."""
        begun, typed = self.begun(name), str(self.data.get(name, ""))
        if isinstance(self.fields.get(name), TypedNumber):
            return begun is None or read_mark(begun) != read_mark(typed)
        return begun is None or _one_kind(begun) != _one_kind(typed)

    def begun_texts(self, names: Mapping[str, str]) -> dict[str, str]:
        """What the fields were opened with, by the name of their text: `names` says which field holds which text."""
        begun = {text: self.begun(field) for text, field in names.items()}
        return {text: words for text, words in begun.items() if words is not None}

    def text_names(self) -> Mapping[str, str]:
        """The field of each text, by the name under which texts are merged: the field's own, unless a form says else."""
        names = [name.removeprefix("base_") for name in self.fields if name.startswith("base_")]
        return dict(zip(names, names, strict=True))

    def show_refusal(self, error: DomainError) -> None:
        """Both versions where two people changed the same words; any other refusal beside its field."""
        if isinstance(error, TextsChanged):
            self._show_clashes(error, self.text_names())
        elif isinstance(error, ValuesChanged):
            self._show_others(error.stands)
        else:
            _add_refusal(self, error)

    def guard_fields(self) -> list[BoundField]:
        """The hidden fields, for the template."""
        return [self[name] for name in self.fields if name.startswith("base_")]

    def _show_others(self, stands: Mapping[str, str]) -> None:
        """What the other wrote stands beside what was typed, which stays; written once more it takes the other's place."""
        data = dict(self.data.items())
        for name, value in stands.items():
            data[f"base_{name}"] = value
            self.add_error(name, _WRITTEN_MEANWHILE % {"value": self._label_of(name, value)})
        self.data = data

    def _label_of(self, name: str, value: str) -> str:
        """As it is chosen in the form, where it is a choice."""
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value)) or "–"

    def _show_clashes(self, error: TextsChanged, names: Mapping[str, str]) -> None:
        """Show what clashes; the fields get every paragraph of both sides, ready to be made one text."""
        data = dict(self.data.items())
        rows = []
        for text, merge in error.merges.items():
            name = names[text]
            data[name], data[f"base_{name}"] = merge.text, merge.theirs
            rows.append(ClashRow(self.fields[name].label or "", str(self[name].auto_id), merge.clashes))
        self.data, self.clashes = data, rows
        self.add_error(None, str(error))


def _one_kind(text: str) -> str:
    """Browsers send line ends as they like."""
    return text.replace("\r\n", "\n").strip()
