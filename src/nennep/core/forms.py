"""What forms of all contexts share."""

from collections.abc import Iterable

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nennep.core.errors import DomainError


def add_domain_error(form: forms.BaseForm, error: DomainError) -> None:
    """Show a refusal of a service beside the field it names, or on top when it names none of this form's."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
    """Say what the choice field `name` of this one form offers; it was declared before that was known."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  says so to the type checker
    field.choices = list(choices)


def label_with_hint(label: str | Promise, hint: str | Promise) -> SafeString:
    """The label of one choice with a quiet line below it, both escaped."""
    return format_html("{} <small>{}</small>", label, hint)


def posted(request: HttpRequest) -> QueryDict | None:
    """The data of a form: None on GET, so that it is not bound; an empty post is bound and says what is missing."""
    return request.POST if request.method == "POST" else None


def posted_files(request: HttpRequest) -> MultiValueDict[str, UploadedFile[bytes]] | None:
    """The files of a form, None on GET."""
    return request.FILES if request.method == "POST" else None
