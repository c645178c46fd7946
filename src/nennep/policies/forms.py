"""A unit's own rules: whole numbers, days off, whose score counts; sheets and templates come as packs."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import DayField, DaysField, TypedLineField, set_choices
from nennep.policies.choices import NAME_LIMIT, NUMBER_LIMIT, OfficialSide, PolicyKey

# What a unit may set by hand, each with its bounds; the services check once more.
BOUNDS: dict[PolicyKey, tuple[int, int]] = {
    PolicyKey.FIXED_DAY: (1, 28),
    PolicyKey.WINDOW_LAST_DAY: (1, 28),
    PolicyKey.MINUTES_REGULAR: (0, 480),
    PolicyKey.MINUTES_COMBINED: (0, 480),
    PolicyKey.THEMATIC_PER_QUARTER: (0, 3),
    PolicyKey.PAPERS_DAYS_BEFORE: (0, 30),
    PolicyKey.FILING_DAYS_AFTER: (0, 30),
    PolicyKey.COMMITTEE_DAYS_BEFORE: (0, 30),
    PolicyKey.SCORE_REPORT_WORKING_DAYS: (0, 30),
    PolicyKey.SCORE_CONFIRM_WORKING_DAYS: (0, 60),
    PolicyKey.ATTENDANCE_TARGET: (0, 100),
    PolicyKey.EXCUSED_STREAK: (0, 12),
    PolicyKey.VISIT_REPORT_WORKING_DAYS: (1, 30),
    PolicyKey.PETITION_EXTENSION: (1, 90),
    PolicyKey.PETITION_BOUNCES: (1, 10),
    PolicyKey.PETITION_SILENT: (1, 10),
}


_DAYS = {
    "days_off": (
        _("Ngày nghỉ thêm"),
        _(
            "Ngoài thứ Bảy, Chủ nhật và ngày lễ. Ví dụ 11/02/2027, 12/02/2027. Ghi đủ cả danh sách: bản mới thay bản cũ."
        ),
    ),
    "days_worked": (_("Ngày làm bù"), _("Ví dụ thứ Bảy 20/02/2027. Hạn trả lời kiến nghị đang chạy tính lại theo.")),
}


class RuleDayForm(forms.Form):
    """On which day the rules are asked for; empty: today."""

    ngay = DayField(
        label=_("Xem của một ngày khác"),
        required=False,
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )


class ApplyPackForm(forms.Form):
    """Which delivered local document holds here, and from which day on."""

    code = TypedLineField(max_length=60, error_messages={"required": _("Hãy chọn một văn bản trong danh sách.")})
    valid_from = DayField(
        label=_("Áp dụng từ ngày"),
        help_text=_("Các tháng trước ngày này vẫn theo quy định cũ."),
        error_messages={
            "invalid": _("Hãy ghi ngày như 01/07/2026."),
            "required": _("Hãy ghi ngày như 01/07/2026."),
        },
    )


class EndPackForm(forms.Form):
    """From which day on an applied document holds no more."""

    valid_to = DayField(
        label=_("Thôi áp dụng từ ngày"),
        help_text=_("Các tháng trước ngày này vẫn theo văn bản ấy."),
        error_messages={
            "invalid": _("Hãy ghi ngày như 01/07/2026."),
            "required": _("Hãy ghi ngày như 01/07/2026."),
        },
    )


class LocalVersionForm(forms.Form):
    """Only what is filled in differs from the level above (or from the former version); `left` are those of `own` given up."""

    document_number = TypedLineField(
        label=_("Số, ký hiệu văn bản"), max_length=NUMBER_LIMIT, help_text=_("Ví dụ 05-QĐ/ĐU.")
    )
    title = TypedLineField(label=_("Trích yếu"), max_length=NAME_LIMIT)
    valid_from = DayField(
        label=_("Áp dụng từ ngày"),
        help_text=_("Các tháng trước ngày này vẫn theo quy định cũ."),
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )

    left = forms.MultipleChoiceField(
        label=_("Trở lại theo cấp trên"),
        help_text=_("Quy định riêng đang có mà đơn vị không giữ nữa."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Đơn vị không còn quy định riêng này. Hãy tải lại trang.")},
    )

    def __init__(self, *args: Any, own: Sequence[tuple[PolicyKey, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "left", [(key.value, f"{key.label}: {value}") for key, value in own])
        if not own:
            del self.fields["left"]
        for key, (low, high) in BOUNDS.items():
            self.fields[key.value] = forms.IntegerField(
                label=key.label,
                required=False,
                min_value=low,
                max_value=high,
                error_messages={
                    name: _("Hãy ghi một số từ %(low)s đến %(high)s.") % {"low": low, "high": high}
                    for name in ("invalid", "min_value", "max_value")
                },
            )

        self.fields[PolicyKey.SCORE_OFFICIAL_SIDE.value] = forms.ChoiceField(
            label=PolicyKey.SCORE_OFFICIAL_SIDE.label,
            help_text=_(
                "Không chọn: phiếu có cột cấp trên thì điểm cấp trên chốt, phiếu khác thì điểm chi bộ tự chấm."
            ),
            required=False,
            choices=[("", _("Giữ như đang có")), *OfficialSide.choices],
            error_messages={"invalid_choice": _("Hãy chọn trong danh sách.")},
        )
        for name, (label, hint) in _DAYS.items():
            self.fields[name] = DaysField(label=label, help_text=hint, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if set(data.get("days_off") or ()) & set(data.get("days_worked") or ()):
            self.add_error("days_worked", _("Một ngày hoặc nghỉ hoặc làm bù, không cả hai."))
        for key in data.get("left", ()):
            if data.get(key) not in {None, ""}:
                self.add_error(key, _("Hãy ghi số mới, hoặc để trở lại theo cấp trên, không cả hai."))
        return data

    def given_up(self) -> frozenset[PolicyKey]:
        """The rules of its own that the unit leaves to the level above."""
        return frozenset(PolicyKey(key) for key in self.cleaned_data.get("left", ()))

    def chosen(self) -> dict[PolicyKey, Any]:
        """The rules that were filled in, as JSON values."""
        values = {key: self.cleaned_data.get(key.value) for key in BOUNDS}
        values[PolicyKey.SCORE_OFFICIAL_SIDE] = self.cleaned_data[PolicyKey.SCORE_OFFICIAL_SIDE.value] or None
        off, worked = (self.cleaned_data.get(name) or () for name in _DAYS)
        if off or worked:
            values[PolicyKey.DAYS_OFF] = {"off": [str(day) for day in off], "working": [str(day) for day in worked]}
        return {key: value for key, value in values.items() if value is not None}
