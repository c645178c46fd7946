"""What people type about the library."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.days import WhichYear
from nennep.core.forms import DayField, TypedLineField, TypedTextField, set_choices
from nennep.organizations.models import Organization
from nennep.petitions.choices import NAME_LIMIT, TEXT_LIMIT, TITLE_LIMIT, PetitionField, Shelf
from nennep.petitions.forms.petitions import TOO_LONG, day_field, text_field
from nennep.petitions.queries import PracticeFilter
from nennep.petitions.services import PracticeDetails


def _optional_text(label: Any, hint: Any) -> forms.CharField:
    return TypedTextField(
        label=label,
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=hint,
        error_messages=TOO_LONG,
    )


class PracticeForm(forms.Form):
    """What stands in the library; `proposes`: a cell proposes it to one of the units above it."""

    title = TypedLineField(
        label=_("Tên cách làm"),
        max_length=TITLE_LIMIT,
        help_text=_("Ví dụ: đổi công nạo vét mương giữa hai thôn."),
        error_messages={"required": _("Chưa ghi tên cách làm."), **TOO_LONG},
    )
    field = forms.ChoiceField(label=_("Lĩnh vực"), choices=PetitionField.choices, initial=PetitionField.OTHER)
    text = text_field(
        _("Đã làm thế nào"),
        _("Chưa ghi đã làm thế nào."),
        rows=5,
        hint=_("Không ghi tên người: ghi chức danh hoặc “chi bộ”."),
    )
    conditions = _optional_text(_("Cần có gì để làm được"), _("Kinh phí, người, thời vụ, quy định."))
    result = _optional_text(_("Kết quả"), _("Có số thì ghi số."))
    valid_to = day_field(_("Hết dùng từ ngày"), required=False, hint=_("Để trống nếu chưa biết."))
    to = forms.ChoiceField(
        label=_("Đề xuất lên"), error_messages={"invalid_choice": _("Hãy chọn một đơn vị trong danh sách.")}
    )
    source_on = DayField(
        year=WhichYear.PAST,
        label=_("Nêu tại kỳ sinh hoạt ngày"),
        error_messages={
            "required": _("Hãy ghi ngày, ví dụ 25/12."),
            "invalid": _("Ngày không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 25/12."),
        },
    )

    def __init__(self, *args: Any, units: Iterable[Organization] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(unit.public_id): unit for unit in units or ()}
        if units is None:
            del self.fields["to"], self.fields["source_on"]
        else:
            del self.fields["valid_to"]
            set_choices(self, "to", [(key, unit.name) for key, unit in self._units.items()])

    def details(self) -> PracticeDetails:
        data = self.cleaned_data
        return PracticeDetails(
            title=data["title"],
            text=data["text"],
            field=PetitionField(data["field"]),
            conditions=data["conditions"],
            result=data["result"],
            valid_to=data.get("valid_to"),
        )

    def target(self) -> Organization:
        return self._units[self.cleaned_data["to"]]


class RetireForm(forms.Form):
    """From when a practice is out of date."""

    valid_to = day_field(_("Thôi dùng từ ngày"))


class LibraryForm(forms.Form):
    """What of the library is shown; sent with GET."""

    loc = forms.ChoiceField(choices=Shelf.choices, required=False)
    linh_vuc = forms.ChoiceField(
        label=_("Lĩnh vực"), choices=[("", _("Mọi lĩnh vực")), *PetitionField.choices], required=False
    )
    tim = TypedLineField(label=_("Tìm"), max_length=NAME_LIMIT, required=False)

    def shelf(self) -> Shelf:
        self.is_valid()
        return Shelf(self.cleaned_data.get("loc") or "")

    def chosen(self) -> PracticeFilter:
        """What was not understood is not chosen."""
        self.is_valid()
        return PracticeFilter(self.cleaned_data.get("linh_vuc") or "", self.cleaned_data.get("tim") or "")
