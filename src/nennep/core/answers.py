"""How a page answers what a person sends: one recipe for a form, one for a button without a form.

Both call one service. What it refuses is said where the person can mend it, never on a page that loses what was typed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.forms import RefusableForm, add_domain_error

FORM_PAGE = "core/form_page.html"
Done = TypeVar("Done")
# An address, or what makes the address or the whole answer out of what the service returned.
Then = str | Callable[[Done], str | HttpResponse]
Said = str | Callable[[Done], str]
# What the template shows; a function when it must be read only if the page is shown, and after the attempt.
Facts = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


def answer_form(
    request: HttpRequest,
    form: BaseForm | RefusableForm,
    act: Callable[[], Done],
    *,
    then: Then[Done],
    message: Said[Done] = "",
    template: str = FORM_PAGE,
    context: Facts,
) -> HttpResponse:
    """The answer of a page with a form.

    Opened: the page, 200. Valid and done: `message` and a redirect, both from `then`. Not valid, or refused by the
    service: the page again with what was typed, 422; a refusal stands beside the field it names, or on top.
    """
    if form.is_valid():
        try:
            done = act()
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _go_on(request, done, then, message)
    facts = context() if callable(context) else context
    return render(request, template, {"form": form, **facts}, status=422 if form.is_bound else 200)


def answer_button(
    request: HttpRequest,
    act: Callable[[], Done],
    *,
    then: Then[Done],
    message: Said[Done] = "",
    refused: str = "",
) -> HttpResponse:
    """The answer of a button: `message` and a redirect, both from `then`.

    A refusal is said on the next page, `refused` (`then` when it is an address). What the person may not see or do
    at all is no refusal of this sort: NotFound and NotAllowed are raised on and become pages of their own.
    """
    back = refused or _address(then)
    with refusals_said(request):
        return _go_on(request, act(), then, message)
    return redirect(back)


@contextmanager
def refusals_said(request: HttpRequest) -> Iterator[None]:
    """What a service refuses inside is said on the next page, and ends the block; NotFound and NotAllowed are raised on.

    For what goes along with something else that was asked for, and is done all the same.
    """
    try:
        yield
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        messages.error(request, str(error))


def _address(then: Then[Done]) -> str:
    if callable(then):
        raise TypeError("say where a refusal goes")
    return then


def _go_on(request: HttpRequest, done: Done, then: Then[Done], message: Said[Done]) -> HttpResponse:
    words = message(done) if callable(message) else message
    if words:
        messages.success(request, words)
    following = then(done) if callable(then) else then
    return following if isinstance(following, HttpResponse) else redirect(following)
