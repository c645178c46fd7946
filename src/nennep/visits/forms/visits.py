"""Forms about one visit."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import User
from nennep.core.days import WhichYear
from nennep.core.forms import DayField, TypedLineField, label_with_hint, set_choices, validate_near
from nennep.visits.choices import REASON_LIMIT
from nennep.visits.queries.lists import FreeOfficial

DATE_ERRORS = {"invalid": _("Hãy ghi ngày như 25/12."), "required": _("Hãy ghi ngày như 25/12.")}


class VisitReasonForm(forms.Form):
    """Why a visit is not made or no longer wanted."""

    reason = TypedLineField(
        label=_("Vì sao"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Hãy ghi một câu vì sao, để cấp trên và chi bộ biết."),
            "max_length": _("Dài quá %(limit_value)s chữ. Hãy viết gọn lại."),
        },
    )


class SubstituteForm(forms.Form):
    """Who goes instead: those who are free that day, who follow the cell first."""

    official = forms.ChoiceField(
        label=_("Ai dự thay"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một đồng chí."), "invalid_choice": _("Hãy chọn một đồng chí.")},
    )
    reason = TypedLineField(
        label=_("Vì sao"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Hãy ghi một câu vì sao, để cấp trên và chi bộ biết."),
            "max_length": _("Dài quá %(limit_value)s chữ. Hãy viết gọn lại."),
        },
    )

    def __init__(self, *args: Any, officials: Iterable[FreeOfficial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(officials)
        self._officials = {str(item.user.public_id): item.user for item in found}
        following = _("đang theo dõi nơi này")
        set_choices(
            self,
            "official",
            [
                (
                    str(item.user.public_id),
                    label_with_hint(str(item.user), f"{item.office}, {following}" if item.assigned else item.office),
                )
                for item in found
            ],
        )

    def chosen(self) -> User:
        return self._officials[self.cleaned_data["official"]]


class AttendForm(forms.Form):
    """The day on which the official came, for a cell that keeps its roll call on paper."""

    attended_on = DayField(
        year=WhichYear.PAST, label=_("Đã dự ngày"), validators=[validate_near], error_messages=DATE_ERRORS
    )
