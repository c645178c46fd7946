"""How a page answers what a person sends: one recipe for a form, one for a button without a form.

Both call one service. What it refuses is said where the person can mend it, never on a page that loses what was typed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.forms import RefusableForm, add_domain_error
from nennep.core.kept_words import carries_words, find_lost_words
from nennep.core.previews import Preview

FORM_PAGE = "core/form_page.html"
# Fields of a preview (core/preview.html): what it was shown for, the name that is repeated, the way back to the form.
SEAL, REPEATED, EDIT = "da_xem", "ten_nhac_lai", "sua_lai"
_NOT_TYPED = {"csrfmiddlewaretoken", SEAL, REPEATED, EDIT}
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
    return _show(request, template, {"form": form, **_read(context)}, is_refused=form.is_bound)


def answer_previewed(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[], Done],
    *,
    preview: Callable[[], Preview],
    then: Then[Done],
    message: Said[Done] = "",
    template: str = FORM_PAGE,
    context: Facts,
) -> HttpResponse:
    """`answer_form` for an act that reaches far: what was typed is answered by what would change, and only that is confirmed.

    Confirmed is what was shown: other words in the form are shown anew. A preview that has a name asks for it; another
    name is refused beside it, 422. A form without fields of its own shows its preview as soon as it is opened.
    """
    if request.method != "POST" and not form.fields:
        return _show_preview(request, form, preview(), template=template, context=context)
    if not form.is_valid() or EDIT in request.POST:
        return _show_again(request, form, template, context)
    try:
        shown = preview()
    except DomainError as error:
        add_domain_error(form, error)
        return _show_again(request, form, template, context)
    if request.POST.get(SEAL) == _seal(request) and shown.is_named_by(request.POST.get(REPEATED, "")):
        return answer_form(request, form, act, then=then, message=message, template=template, context=context)
    return _show_preview(request, form, shown, template=template, context=context)


def _show_again(request: HttpRequest, form: BaseForm, template: str, context: Facts) -> HttpResponse:
    return _show(request, template, {"form": form, **_read(context)}, is_refused=form.is_bound and bool(form.errors))


def _read(context: Facts) -> Mapping[str, Any]:
    return context() if callable(context) else context


def _show(request: HttpRequest, template: str, context: dict[str, Any], *, is_refused: bool) -> HttpResponse:
    """The page, 200 or refused 422. What was typed and stands nowhere on it is shown to be copied.

    A page may have no place for it any more: agreed, called off, closed by somebody else since it was opened.
    """
    page = render(request, template, context, status=422 if is_refused else 200)
    lost = find_lost_words(request, page.content.decode()) if is_refused else None
    if lost is None:
        return page
    if getattr(request, "htmx", False):
        page.write(render_to_string("core/_typed_words.html", {"kept": lost}))
        return page
    return render(request, template, {**context, "lost": lost}, status=422)


def _show_preview(
    request: HttpRequest, form: BaseForm, preview: Preview, *, template: str, context: Facts
) -> HttpResponse:
    seal = _seal(request)
    is_refused = request.POST.get(SEAL) == seal
    shown = {"preview": preview, "seal": seal, "repeated": request.POST.get(REPEATED, ""), "is_refused": is_refused}
    return _show(request, template, {"form": form, **_read(context), **shown}, is_refused=is_refused)


def _seal(request: HttpRequest) -> str:
    """One value for what was typed: a confirmation counts for exactly this."""
    typed = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in _NOT_TYPED]
    return sha256(repr(typed).encode()).hexdigest()[:16]


def answer_button(
    request: HttpRequest,
    act: Callable[[], Done],
    *,
    then: Then[Done],
    message: Said[Done] = "",
    refused: str = "",
) -> HttpResponse:
    """The answer of a button: `message` and a redirect, both from `then`.

    A refusal is said on the next page, `refused` (`then` when it is an address); where words were typed beside the button it
    is raised on, and its page gives them back. What the person may not see or do at all is no refusal of this sort: NotFound
    and NotAllowed are raised on and become pages of their own.
    """
    back = refused or _address(then)
    with refusals_said(request, keeping_words=True):
        return _go_on(request, act(), then, message)
    return redirect(back)


@contextmanager
def refusals_said(request: HttpRequest, *, keeping_words: bool = False) -> Iterator[None]:
    """What a service refuses inside is said on the next page, and ends the block; NotFound and NotAllowed are raised on.

    For what goes along with something else that was asked for, and is done all the same. The next page shows what was typed,
    unless `keeping_words` says that it does not: then a refusal of typed words is raised on too.
    """
    try:
        yield
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        if keeping_words and carries_words(request):
            raise
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
