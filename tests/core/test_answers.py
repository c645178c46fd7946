"""Answers to forms and buttons: what was typed stays, a refusal stands where it can be mended."""

import re
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from nennep.core.answers import EDIT, REPEATED, SEAL, answer_button, answer_form, answer_previewed
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.forms import posted
from nennep.core.previews import Effect, Preview

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


@pytest.mark.parametrize(("typed", "raised"), [("Giao đồng chí Páo sửa cầu", True), ("praise", False), ("", False)])
def test_a_button_that_is_refused_loses_no_words(typed: str, raised: bool) -> None:
    """The next page would not show them: the refusal becomes a page that does."""
    request = make_request("POST", text=typed)
    if raised:
        with pytest.raises(DayTaken):
            answer_button(request, lambda: refuse(DayTaken()), then="/xong/")
    else:
        assert answer_button(request, lambda: refuse(DayTaken()), then="/xong/")["Location"] == "/xong/"
    assert said(request) == ([] if raised else [("stop", "Ngày này đã có buổi.")])


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


# ── acts that are shown before they are confirmed ─────────────────────────────

UNNAMED = Preview("Hủy ngày 15.", (Effect("Buổi", 7, ("Tối",)),), undo="Hoàn tác được trong hôm nay.")
NAMED = Preview("Hủy ngày 15.", name="Chi bộ Nặm Chá")


class NoForm(forms.Form):
    """Only a button."""


def preview(request: HttpRequest, form: forms.Form, shown: Preview = UNNAMED, error: DomainError | None = None) -> Any:
    return answer_previewed(
        request,
        form,
        lambda: "15",
        preview=lambda: refuse(error) if error else shown,  # type: ignore[arg-type, return-value]
        then=lambda day: f"/xong/{day}/",
        template="core/preview.html",
        context={},
    )


def seal_of(data: dict[str, str]) -> str:
    request = make_request("POST", **data)
    shown = preview(request, DayForm(posted(request))).content.decode()
    return re.search(r'name="da_xem" value="(\w+)"', shown).group(1)  # type: ignore[union-attr]


def test_what_was_typed_is_answered_by_what_would_change() -> None:
    request = make_request("POST", day="15")
    response = preview(request, DayForm(posted(request)))
    text = " ".join(response.content.decode().split())
    assert response.status_code == 200
    assert "Hủy ngày 15." in text
    assert "Buổi: <b>7</b>" in text
    assert "Tối và 6 nữa" in text
    assert "Hoàn tác được trong hôm nay." in text


@pytest.mark.parametrize(
    ("name", "status"),
    [("", 422), ("Chi bộ Nặm", 422), ("chi bo nam cha", 302), ("Chi bộ Nặm Chá", 302)],
    ids=["nothing", "a part", "without marks", "the name"],
)
def test_what_cannot_be_undone_is_confirmed_by_its_name(name: str, status: int) -> None:
    data = {"day": "15"}
    request = make_request("POST", **data, **{SEAL: seal_of(data), REPEATED: name})
    assert preview(request, DayForm(posted(request)), NAMED).status_code == status


@pytest.mark.parametrize(
    ("data", "status"),
    [({"day": "15"}, 302), ({"day": "16"}, 200), ({"day": "15", EDIT: "1"}, 200), ({"day": ""}, 422)],
    ids=["what was shown", "another day", "back to the form", "nothing"],
)
def test_confirmed_is_what_was_shown(data: dict[str, str], status: int) -> None:
    request = make_request("POST", **data, **{SEAL: seal_of({"day": "15"})})
    assert preview(request, DayForm(posted(request))).status_code == status


def test_a_refusal_comes_before_the_confirmation() -> None:
    request = make_request("POST", day="15")
    form = DayForm(posted(request))
    assert preview(request, form, error=DayTaken()).status_code == 422
    assert form.errors == {"day": ["Ngày này đã có buổi."]}


def test_a_button_shows_its_preview_as_soon_as_it_is_opened() -> None:
    request = make_request("GET")
    text = preview(request, NoForm(posted(request))).content.decode()
    assert "Hủy ngày 15." in text
