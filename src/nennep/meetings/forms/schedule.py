"""What a person types about when the cell meets."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import ClockField, DayField, TypedLineField, set_choices
from nennep.core.periods import Month
from nennep.meetings.choices import PLACE_LIMIT, REASON_LIMIT, TITLE_LIMIT, MeetingKind

_DAY_ERRORS = {
    "required": _("Hãy ghi ngày, ví dụ 25/12."),
    "invalid": _("Ngày này không đọc được. Hãy ghi như 25/12."),
}
_TIME_ERRORS = {
    "required": _("Hãy ghi giờ, ví dụ 19:30."),
    "invalid": _("Giờ này không đọc được. Hãy ghi như 19:30."),
}


def _reason(label: Any, *, required: bool = False) -> forms.CharField:
    return TypedLineField(
        label=label,
        required=required,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy ghi lý do: chi bộ và cấp trên sẽ đọc lý do này.")},
    )


class WhenForm(forms.Form):
    """Day, hour and place of one meeting."""

    day = DayField(label=_("Ngày"), error_messages=_DAY_ERRORS)
    starts_at = ClockField(
        label=_("Giờ"),
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "nn-input-s"}),
        error_messages=_TIME_ERRORS,
    )
    place = TypedLineField(label=_("Nơi họp"), required=False, max_length=PLACE_LIMIT)

    @property
    def planned_for(self) -> datetime:
        """The moment, in Vietnamese time. Only on a valid form."""
        return make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["starts_at"]))


class MoveMeetingForm(WhenForm):
    reason = _reason(_("Lý do khác ngày cố định"))


class AddMeetingForm(WhenForm):
    kind = forms.ChoiceField(
        label=_("Loại buổi"),
        choices=[(kind.value, kind.label) for kind in MeetingKind],
        widget=forms.RadioSelect,
        initial=MeetingKind.THEMATIC.value,
    )
    theme = TypedLineField(
        label=_("Tên chuyên đề"),
        required=False,
        max_length=TITLE_LIMIT,
        help_text=_("Chỉ ghi khi là buổi chuyên đề hoặc gắn chuyên đề."),
    )
    field_order = ["kind", "theme", "day", "starts_at", "place"]

    @property
    def meeting_kind(self) -> MeetingKind:
        return MeetingKind(self.cleaned_data["kind"])


class CancelForm(forms.Form):
    reason = _reason(_("Lý do không họp"), required=True)


class RoutineForm(forms.Form):
    since = forms.ChoiceField(label=_("Từ tháng"), help_text=_("Các tháng trước vẫn tính theo ngày cũ."))
    fixed_day = forms.IntegerField(
        label=_("Ngày cố định trong tháng"),
        required=False,
        min_value=1,
        max_value=28,
        widget=forms.NumberInput(attrs={"class": "nn-input-s", "inputmode": "numeric"}),
        error_messages={
            "invalid": _("Hãy ghi một số từ 1 đến 28."),
            "min_value": _("Hãy ghi một số từ 1 đến 28."),
            "max_value": _("Hãy ghi một số từ 1 đến 28."),
        },
        help_text=_("Để trống thì theo quy định chung."),
    )
    starts_at = ClockField(
        label=_("Giờ họp"),
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "nn-input-s"}),
        error_messages=_TIME_ERRORS,
    )
    place = TypedLineField(label=_("Nơi họp"), required=False, max_length=PLACE_LIMIT)

    def __init__(self, *args: Any, months: Iterable[Month], proposed: Month, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("Tháng %(number)s năm %(year)s")
        set_choices(self, "since", [(str(one), words % {"number": one.number, "year": one.year}) for one in months])
        self.initial["since"] = str(proposed)

    def clean_since(self) -> Month:
        return Month.parse(self.cleaned_data["since"])
