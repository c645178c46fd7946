"""Answers to forms and buttons: what was typed stays, a refusal stands where it can be mended."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.forms import posted

PAGE = "core/clashes.html"  # any template that needs nothing


class DayTaken(DomainError):
    message = "Ngày này đã có buổi."
    field = "day"


class RoomTaken(DomainError):
    message = "Hội trường có người."
    field = "room"


class DayForm(forms.Form):
    day = forms.CharField()


def make_request(method: str, **data: str) -> HttpRequest:
    request = RequestFactory().generic(method, "/ngay/") if method == "GET" else RequestFactory().post("/ngay/", data)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def refuse(error: DomainError) -> str:
    raise error


def answer(request: HttpRequest, form: DayForm, error: DomainError | None = None) -> HttpResponse:
    def act() -> str:
        return refuse(error) if error else form.cleaned_data["day"]

    return answer_form(
        request,
        form,
        act,
        then=lambda day: f"/xong/{day}/",
        message=lambda day: f"Đã ghi {day}.",
        template=PAGE,
        context={},
    )


def said(request: HttpRequest) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def test_a_page_that_is_opened_is_shown_and_calls_nothing() -> None:
    request = make_request("GET")
    response = answer(request, DayForm(posted(request)), DayTaken())
    assert (response.status_code, said(request)) == (200, [])


def test_what_is_done_goes_on_where_the_result_says() -> None:
    request = make_request("POST", day="15")
    response = answer(request, DayForm(posted(request)))
    assert (response.status_code, response["Location"]) == (302, "/xong/15/")
    assert said(request) == [("ok", "Đã ghi 15.")]


def test_an_empty_post_is_refused() -> None:
    request = make_request("POST")
    form = DayForm(posted(request))
    assert answer(request, form).status_code == 422
    assert list(form.errors) == ["day"]


@pytest.mark.parametrize(
    ("error", "field"),
    [(DayTaken(), "day"), (RoomTaken(), "__all__"), (NotFound(), "__all__"), (NotAllowed(), "__all__")],
)
def test_a_refusal_stands_beside_its_field_or_on_top_and_what_was_typed_stays(error: DomainError, field: str) -> None:
    request = make_request("POST", day="15")
    form = DayForm(posted(request))
    assert answer(request, form, error).status_code == 422
    assert form.errors == {field: [str(error)]}
    assert (form["day"].value(), said(request)) == ("15", [])


def test_facts_are_read_after_the_attempt_and_only_for_the_page() -> None:
    read: list[str] = []

    def show() -> dict[str, object]:
        read.append("page")
        return {}

    for day in ("15", ""):
        request = make_request("POST", day=day)
        form = DayForm(posted(request))
        answer_form(
            request,
            form,
            lambda: read.append("act"),
            then="/xong/",
            template=PAGE,
            context=show,
        )
    assert read == ["act", "page"]


def test_a_button_says_what_it_did() -> None:
    request = make_request("POST")
    response = answer_button(
        request, lambda: 3, then="/xong/", message=lambda many: f"Đã nhắc {many}.", refused="/lại/"
    )
    assert (response["Location"], said(request)) == ("/xong/", [("ok", "Đã nhắc 3.")])


@pytest.mark.parametrize(("refused", "goes_to"), [("", "/xong/"), ("/buoi/", "/buoi/")])
def test_a_refused_button_says_so_on_the_next_page(refused: str, goes_to: str) -> None:
    request = make_request("POST")
    response = answer_button(request, lambda: refuse(DayTaken()), then="/xong/", message="Đã ghi.", refused=refused)
    assert (response["Location"], said(request)) == (goes_to, [("stop", "Ngày này đã có buổi.")])


@pytest.mark.parametrize("error", [NotFound(), NotAllowed()])
def test_what_a_person_may_not_do_is_a_page_of_its_own(error: DomainError) -> None:
    with pytest.raises(type(error)):
        answer_button(make_request("POST"), lambda: refuse(error), then="/xong/")
