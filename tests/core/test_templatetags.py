from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory

from nennep.core.forms import label_with_hint
from nennep.core.gallery import make_wrong_form


class TaskForm(forms.Form):
    title = forms.CharField(label="Nhiệm vụ", help_text="Một việc, có số đo được")
    due_on = forms.DateField(label="Hạn")
    mode = forms.ChoiceField(
        label="Hình thức", widget=forms.RadioSelect, choices=[("1", label_with_hint("A<b>", "gợi ý")), ("2", "B")]
    )
    note = forms.CharField(label="Ghi chú", required=False)
    done = forms.BooleanField(label="Đã xong", required=False)
    origin = forms.CharField(widget=forms.HiddenInput)


def render(source: str, **context: Any) -> str:
    return Template("{% load nn %}" + source).render(Context(context))


def test_icon() -> None:
    assert render('{% icon "check" %}') == '<svg class="nn-icon" aria-hidden="true"><use href="#i-check"/></svg>'


def test_chip_says_its_state_in_words() -> None:
    assert render('{% chip "late" %}') == '<span class="nn-chip" data-state="late">Quá hạn</span>'
    assert render('{% chip "" %}') == '<span class="nn-chip">Đang làm</span>'
    assert "<b>" not in render('{% chip "due" words %}', words="<b>")


def test_field_ties_hint_and_error_to_the_input() -> None:
    page = render("{% field form.title %}", form=TaskForm({"title": ""}))
    assert 'aria-describedby="id_title_hint id_title_error"' in page
    assert 'aria-invalid="true"' in page
    assert "data-invalid" in page
    assert page.index("form-label") < page.index("nn-hint-field") < page.index("nn-error") < page.index("<input")


def test_field_in_order_has_no_error() -> None:
    page = render("{% field form.title %}", form=TaskForm())
    assert 'aria-describedby="id_title_hint"' in page
    assert "invalid" not in page


def test_field_keeps_what_was_typed() -> None:
    page = render("{% field form.due_on %}", form=TaskForm({"due_on": "31/11/2026"}))
    assert 'value="31/11/2026"' in page
    assert 'class="form-control nn-input-date"' in page


def test_optional_field_says_so() -> None:
    assert "(không bắt buộc)" in render("{% field form.note %}", form=TaskForm())
    assert "(không bắt buộc)" not in render("{% field form.note optional_mark=False %}", form=TaskForm())
    assert "(không bắt buộc)" not in render("{% field form.done %}", form=TaskForm())


def test_choices_are_a_fieldset_of_labelled_radios() -> None:
    page = render("{% field form.mode %}", form=TaskForm({"mode": "9"}))
    assert "<fieldset" in page
    assert 'for="id_mode_0"' in page
    assert 'class="form-check-input"' in page
    assert "A&lt;b&gt; <small>gợi ý</small>" in page
    assert 'aria-describedby="id_mode_error"' in page


def test_hidden_field_is_only_an_input() -> None:
    page = render("{% field form.origin %}", form=TaskForm())
    assert page.strip() == '<input type="hidden" name="origin" class="form-control" id="id_origin">'


def test_error_summary_links_to_each_field() -> None:
    page = render("{% error_summary form %}", form=TaskForm({"title": "x", "origin": "y", "mode": "9", "due_on": "x"}))
    assert "Còn 2 chỗ phải sửa" in page
    assert 'href="#id_due_on"' in page
    assert 'href="#id_mode_0"' in page


def test_error_summary_of_a_good_form_is_empty() -> None:
    assert render("{% error_summary form %}", form=TaskForm()).strip() == ""


def test_error_of_the_whole_form_stands_first() -> None:
    page = render("{% error_summary form %}", form=make_wrong_form())
    assert page.index("Có 26 phiếu") < page.index("#id_loi-due_on")


def paginate(number: int, query: str) -> str:
    request = RequestFactory().get(f"/?{query}")
    page = Paginator(range(136), 25).page(number)
    return Template("{% load nn %}{% pagination page %}").render(
        RequestContext(request, {"page": page, "request": request})
    )


def test_pagination_keeps_the_other_parameters() -> None:
    page = paginate(2, "tim=an&trang=2")
    assert 'href="?tim=an&amp;trang=1"' in page
    assert 'href="?tim=an&amp;trang=3"' in page
    assert "26–50 trong 136" in page


def test_first_page_has_no_way_back() -> None:
    assert 'rel="prev"' not in paginate(1, "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% meter 150 %}", 'width="100"'),
        ("{% meter 86.5 90 %}", 'x="90"'),
        ("{% bar 1 0 'x' %}", 'width="0"'),
    ],
)
def test_bars_need_no_inline_style(source: str, expected: str) -> None:
    page = render(source)
    assert expected in page
    assert "style" not in page


def test_gallery_is_for_developers(client: Client, settings: Any) -> None:
    assert client.get("/thanh-phan/").status_code == 404
    settings.DEBUG = True
    assert client.get("/thanh-phan/").status_code == 200
