"""A typed field of a form cleans as the database does, and keeps what was typed beside the sentence."""

import pytest
from django import forms

from nennep.core.forms import DayField, MomentField, NoteField, TypedLineField, TypedTextField


class _Form(forms.Form):
    line = TypedLineField(max_length=5, required=False)
    lines = TypedTextField(required=False)
    note = NoteField(required=False)
    needed = TypedLineField(error_messages={"required": "Hãy ghi."})


def test_texts_come_out_composed() -> None:
    form = _Form({"line": " a  ê ", "lines": " a \r\n b ", "note": " a  b ", "needed": "\u200bx"})
    assert form.is_valid()
    assert form.cleaned_data == {"line": "a ê", "lines": "a\nb", "note": " a  b ", "needed": "x"}


@pytest.mark.parametrize("field", ["line", "lines", "note", "needed"])
@pytest.mark.parametrize(("text", "code"), [("MẬT", "text_marked_secret"), ("a\u202eb", "text_with_unfit_character")])
def test_a_refusal_stands_beside_the_field_that_keeps_the_text(field: str, text: str, code: str) -> None:
    form = _Form({"needed": "x", field: text})
    assert {name: [error.code for error in data] for name, data in form.errors.as_data().items()} == {field: [code]}
    assert form[field].value() == text


def test_nothing_visible_is_nothing_and_the_length_is_that_of_what_is_stored() -> None:
    form = _Form({"needed": "\u200b", "line": "e\u0302" * 5})
    assert form.errors == {"needed": ["Hãy ghi."]}
    longer = _Form({"needed": "x", "line": "e\u0302" * 6})
    assert [error.code for error in longer.errors.as_data()["line"]] == ["max_length"]


@pytest.mark.parametrize("year", [1, 1899, 2100, 9999])
def test_a_day_of_no_living_time_is_refused_by_every_field(year: int) -> None:
    """The day after 31/12/9999 is none: whoever counts on from it would fail."""
    for field, typed in ((DayField(), f"31/12/{year:04d}"), (MomentField(), f"31/12/{year:04d} 19:30")):
        with pytest.raises(forms.ValidationError) as refused:
            field.clean(typed)
        assert refused.value.code == "invalid"
