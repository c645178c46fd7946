"""Numbers with a fraction: typed with either mark in either language, shown with the reader's, never in a browser's number field."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from nennep.core.forms import GuardedForm, NumberField, RealNumberField
from tests.architecture.source import CONTEXTS, PACKAGE, source_files

LANGUAGES = ("vi", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("4,5", "4.5"),
        ("4.5", "4.5"),
        (" 4,50 ", "4.50"),
        ("22,451", "22.451"),
        ("22.451", "22.451"),
        ("7", "7"),
        ("", None),
    ],
)
def test_either_mark_is_the_decimal_one(language: str, typed: str, number: str | None) -> None:
    """Three digits behind it are no thousands: points end at a hundred, places on the map have more of them."""
    with translation.override(language):
        expected = None if number is None else Decimal(number)
        assert NumberField(required=False).clean(typed) == expected
        assert RealNumberField(required=False).clean(typed) == (None if number is None else float(number))


@pytest.mark.parametrize("typed", ["1.234,5", "4,5,6", "bốn rưỡi", "4 5", ","])
def test_what_is_no_number_is_refused(typed: str) -> None:
    for language in LANGUAGES:
        with translation.override(language), pytest.raises(ValidationError):
            NumberField().clean(typed)


class PointsForm(GuardedForm):
    points = NumberField(required=False, max_value=5, decimal_places=2, initial="4.5")

    def __init__(self, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.guard("points")


@pytest.mark.parametrize(("language", "shown"), [("vi", "4,5"), ("en", "4.5")])
def test_it_is_shown_with_the_mark_of_the_reader(language: str, shown: str) -> None:
    with translation.override(language):
        field = NumberField()
        assert [field.prepare_value(value) for value in ("4.5", Decimal("4.5"), 4.5, "4,5")] == [shown] * 4
        assert [field.prepare_value(value) for value in (None, "", "bốn.rưỡi", 7)] == [None, "", "bốn.rưỡi", 7]
        box = str(PointsForm()["points"])
        assert (f'value="{shown}"' in box, 'type="text"' in box, 'inputmode="decimal"' in box) == (True, True, True)


@pytest.mark.parametrize(("typed", "touched"), [("4,5", False), ("4.5", False), ("4,0", True), ("", True)])
def test_the_same_number_with_another_mark_is_untouched(typed: str, touched: bool) -> None:
    form = PointsForm({"points": typed, "base_points": "4.5"})
    assert (form.is_valid(), form.is_touched("points")) == (True, touched)


def test_no_form_of_ours_has_another_field_for_them() -> None:
    names = {forms.DecimalField.__name__, forms.FloatField.__name__}
    wrong = [
        str(path)
        for context in CONTEXTS
        if context != "core"
        for path in source_files(context, "forms")
        if any(f"forms.{name}" in path.read_text() for name in names)
    ]
    templates = [
        str(path)
        for path in sorted(PACKAGE.rglob("*.html"))
        for tag in path.read_text().split("<input")[1:]
        if 'type="number"' in tag.split(">")[0]
        and ('inputmode="decimal"' in tag.split(">")[0] or 'step="0' in tag.split(">")[0])
    ]
    assert wrong + templates == []
