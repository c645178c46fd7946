"""What forms of all contexts share."""

from django import forms

from nennep.core.errors import DomainError


def add_domain_error(form: forms.BaseForm, error: DomainError) -> None:
    """Show a refusal of a service beside the field it names, or on top when it names none of this form's."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
