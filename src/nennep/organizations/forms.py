"""What people type to change units: shape only, the services decide."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.days import WhichYear
from nennep.core.forms import DayField, TypedLineField, TypedTextField
from nennep.organizations.choices import (
    CODE_LIMIT,
    NAME_LIMIT,
    REASON_LIMIT,
    TERM_LIMIT,
    CellType,
    HolderFate,
    UnitKind,
)

CELL_TYPES = [("", _("Không phải chi bộ")), *CellType.choices]

USED_FROM_HELP = _(
    "Chỉ ghi cho chi bộ. Các tháng trước ngày này ghi trên giấy, không tính vào số liệu; để trống là từ khi thành lập."
)


class DatedForm(forms.Form):
    """From which day on, and on what ground."""

    on = DayField(
        label=_("Có hiệu lực từ ngày"),
        help_text=_("Ngày/tháng/năm. Ngày chưa tới thì được ghi trước, đến ngày mới có hiệu lực."),
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )
    reason = TypedLineField(
        label=_("Căn cứ, lý do"),
        max_length=REASON_LIMIT,
        help_text=_("Số, ngày quyết định và lý do; được ghi vào lịch sử đơn vị."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RenameForm(DatedForm):
    field_order = ["name", "on", "reason"]
    name = TypedLineField(label=_("Tên mới"), max_length=NAME_LIMIT)


class MoveUnitForm(DatedForm):
    field_order = ["parent", "on", "reason"]
    parent = TypedLineField(
        label=_("Mã hoặc tên đơn vị cấp trên mới"),
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"list": "don-vi-khac"}),
    )


class MergeForm(DatedForm):
    """`holders`: (key, words, what usually becomes of it, whether it may move) of each role on the unit: fields `role_<key>`."""

    field_order = ["successor", "on", "reason"]
    successor = TypedLineField(
        label=_("Mã hoặc tên đơn vị nhận sáp nhập"),
        max_length=NAME_LIMIT,
        help_text=_("Đảng viên và đơn vị trực thuộc chuyển sang đơn vị này."),
        widget=forms.TextInput(attrs={"list": "don-vi-khac"}),
    )

    def __init__(self, *args: Any, holders: Iterable[tuple[str, str, str, bool]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, words, usual, may_move in holders:
            self.fields[f"role_{key}"] = forms.ChoiceField(
                label=words,
                choices=[fate for fate in HolderFate.choices if may_move or fate[0] != HolderFate.MOVE],
                initial=self.initial.get("roles", {}).get(key, usual),
            )

    def clean(self) -> dict[str, Any]:
        """With `roles`: what becomes of each, by its key."""
        data = super().clean() or self.cleaned_data
        names = [name for name in self.fields if name.startswith("role_")]
        return data | {"roles": {name.removeprefix("role_"): data[name] for name in names if name in data}}


class CloseForm(DatedForm):
    """Only the day and the ground."""


class SplitForm(DatedForm):
    field_order = ["parts", "on", "reason"]
    parts = TypedTextField(
        label=_("Các đơn vị mới"),
        help_text=_("Mỗi dòng một đơn vị: mã, dấu cách, tên. Ví dụ: LB-25 Chi bộ thôn Bản Kè 2."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=20 * (NAME_LIMIT + CODE_LIMIT),
    )

    def clean_parts(self) -> list[tuple[str, str]]:
        """Pairs of code and name."""
        lines = [line.split(maxsplit=1) for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        if any(len(words) < 2 for words in lines):
            raise forms.ValidationError(_("Mỗi dòng cần một mã và một tên, cách nhau bằng dấu cách."))
        return [(code, name.strip()) for code, name in lines]


class CreateForm(forms.Form):
    code = TypedLineField(
        label=_("Mã đơn vị"),
        max_length=CODE_LIMIT,
        help_text=_("Viết liền; mã chính thức có dạng 38.168.053.000.001."),
    )
    name = TypedLineField(label=_("Tên đơn vị"), max_length=NAME_LIMIT)
    kind = forms.ChoiceField(label=_("Loại đơn vị"), choices=UnitKind.choices, initial=UnitKind.CELL)
    cell_type = forms.ChoiceField(label=_("Loại hình chi bộ"), choices=CELL_TYPES, required=False)
    on = DayField(
        label=_("Ngày thành lập"),
        help_text=_("Ngày/tháng/năm. Ngày chưa tới thì được ghi trước, đến ngày mới có hiệu lực."),
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )
    used_from = DayField(
        label=_("Dùng chương trình từ ngày"),
        required=False,
        help_text=USED_FROM_HELP,
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )
    reason = TypedLineField(
        label=_("Căn cứ"),
        max_length=REASON_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnitSettingsForm(forms.Form):
    code = TypedLineField(label=_("Mã đơn vị"), max_length=CODE_LIMIT)
    cell_type = forms.ChoiceField(label=_("Loại hình chi bộ"), choices=CELL_TYPES, required=False)
    used_from = DayField(
        label=_("Dùng chương trình từ ngày"),
        required=False,
        help_text=USED_FROM_HELP,
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )
    regulations_title = TypedLineField(
        label=_("Quy chế làm việc"),
        max_length=NAME_LIMIT,
        required=False,
        help_text=_("Số, tên quy chế đang áp dụng."),
    )
    regulations_issued_on = DayField(
        year=WhichYear.PAST,
        label=_("Ngày ban hành quy chế"),
        required=False,
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )


class TermForm(forms.Form):
    name = TypedLineField(label=_("Nhiệm kỳ"), max_length=TERM_LIMIT, help_text=_("Ví dụ 2025 - 2030."))
    on = DayField(
        label=_("Bắt đầu từ ngày"),
        help_text=_("Ngày đại hội; số văn bản đánh lại từ 01 trong nhiệm kỳ mới."),
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )
