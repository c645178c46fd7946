from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import RequestFactory

from nennep.core.errors import DomainError
from nennep.core.forms import (
    GuardedForm,
    add_domain_error,
    label_with_hint,
    posted,
    posted_files,
    set_choices,
    validate_near,
)
from nennep.core.merging import Clash, TextsChanged, merge_texts


class NotesForm(GuardedForm):
    notes = forms.CharField(label="Ghi chú", required=False)
    other = forms.CharField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.guard("notes")


class Refused(DomainError):
    code = "refused"
    message = "Không được."
    field = "notes"


class RefusedElsewhere(Refused):
    field = "nowhere"


@pytest.mark.parametrize(("year", "near"), [(1999, False), (2000, True), (2099, True), (2100, False)])
def test_days_are_taken_from_2000_to_2099(year: int, *, near: bool) -> None:
    if near:
        validate_near(date(year, 1, 1))
    else:
        with pytest.raises(ValidationError) as refused:
            validate_near(date(year, 1, 1))
        assert refused.value.code == "invalid"


@pytest.mark.parametrize(
    ("data", "begun", "touched"),
    [
        ("notes=a&base_notes=a", "a", False),
        ("notes=b&base_notes=a", "a", True),
        ("notes=a%0D%0Ab&base_notes=a%0Ab", "a\nb", False),
        ("notes=+a+&base_notes=a", "a", False),
        ("base_notes=a", "a", True),
        ("base_notes=", "", False),
        ("notes=a", None, True),
    ],
)
def test_a_text_is_touched_when_it_is_another_than_it_was_opened_with(
    data: str, begun: str | None, *, touched: bool
) -> None:
    form = NotesForm(QueryDict(data))
    assert (form.begun("notes"), form.is_touched("notes")) == (begun, touched)
    assert form.begun_texts({"text": "notes"}) == ({} if begun is None else {"text": begun})


def test_only_guarded_fields_carry_along_what_they_were_opened_with() -> None:
    form = NotesForm(initial={"notes": " a ", "other": "b"})
    assert [(field.name, field.initial) for field in form.guard_fields()] == [("base_notes", " a ")]
    assert form.text_names() == {"notes": "notes"}
    assert [field.is_hidden for field in form.guard_fields()] == [True]


def test_texts_that_clash_are_shown_in_the_form_with_both_versions() -> None:
    form = NotesForm(QueryDict("notes=mine&base_notes=old&other=x"))
    add_domain_error(form, TextsChanged({"notes": merge_texts(base="old", mine="mine", theirs="theirs")}))
    assert form.errors == {"__all__": [str(TextsChanged.message)]}
    assert (form["notes"].value(), form["base_notes"].value(), form["other"].value()) == ("theirs\nmine", "theirs", "x")
    (row,) = form.clashes
    assert (row.label, row.target, row.clashes) == ("Ghi chú", "id_notes", (Clash(("old",), ("mine",), ("theirs",)),))


@pytest.mark.parametrize(("error", "place"), [(Refused(), "notes"), (RefusedElsewhere(), "__all__")])
def test_a_refusal_stands_beside_its_field_or_on_top(error: DomainError, place: str) -> None:
    form = NotesForm(QueryDict("notes=a"))
    add_domain_error(form, error)
    assert form.errors == {place: ["Không được."]}


def test_a_form_is_bound_by_a_post_even_by_an_empty_one() -> None:
    factory = RequestFactory()
    assert (posted(factory.get("/?a=1")), posted_files(factory.get("/"))) == (None, None)
    assert (posted(factory.post("/")), posted_files(factory.post("/"))) == ({}, {})


def test_choices_are_said_when_they_are_known_and_hints_are_escaped() -> None:
    class ChoiceForm(forms.Form):
        one = forms.ChoiceField()

    form = ChoiceForm()
    set_choices(form, "one", [("a", "A")])
    assert '<option value="a">A</option>' in str(form["one"])
    assert label_with_hint("<A>", "b & c") == "&lt;A&gt; <small>b &amp; c</small>"
