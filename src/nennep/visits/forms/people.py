"""Forms about offices, assignments and a visit planned by hand."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import User
from nennep.core.forms import DayField, TypedLineField, set_choices, validate_near
from nennep.organizations.models import Organization
from nennep.visits.choices import REASON_LIMIT, AssignTo, Office
from nennep.visits.forms.visits import DATE_ERRORS
from nennep.visits.models import OfficeHolding
from nennep.visits.queries.people import CellsOffered

TEXT_LIMIT = 300
CHOOSE_PERSON = {"required": _("Hãy chọn một đồng chí."), "invalid_choice": _("Hãy chọn một đồng chí.")}


class VisitDayForm(forms.Form):
    """On which day the ledger is asked for; empty: today."""

    ngay = DayField(label=_("Tính đến ngày"), required=False, validators=[validate_near], error_messages=DATE_ERRORS)


class HoldOfficeForm(forms.Form):
    """Who holds which office of which committee, from when."""

    official = TypedLineField(
        label=_("Đồng chí"),
        help_text=_("Gõ tên, chọn trong gợi ý"),
        max_length=TEXT_LIMIT,
        widget=forms.TextInput(attrs={"list": "nguoi", "autocomplete": "off"}),
        error_messages={"required": _("Hãy chọn một đồng chí.")},
    )
    office = forms.ChoiceField(label=_("Chức vụ"), choices=Office.choices)
    organization = TypedLineField(
        label=_("Đảng bộ"),
        help_text=_("Gõ tên hoặc mã đơn vị"),
        max_length=TEXT_LIMIT,
        widget=forms.TextInput(attrs={"list": "don-vi", "autocomplete": "off"}),
        error_messages={"required": _("Hãy ghi đảng bộ của cấp ủy.")},
    )
    valid_from = DayField(label=_("Từ ngày"), validators=[validate_near], error_messages=DATE_ERRORS)


class EndForm(forms.Form):
    """The first day on which it no longer holds."""

    valid_to = DayField(label=_("Thôi từ ngày"), validators=[validate_near], error_messages=DATE_ERRORS)


class _OfficialForm(forms.Form):
    """An official chosen among those in office; `chosen()` is the account."""

    official = forms.ChoiceField(label=_("Đồng chí"), error_messages=CHOOSE_PERSON)

    def __init__(self, *args: Any, officials: Iterable[OfficeHolding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(officials)
        self._officials = {str(held.official.public_id): held.official for held in found}
        labels = [(str(held.official.public_id), f"{held.official} ({held.get_office_display()})") for held in found]
        set_choices(self, "official", [("", _("Chọn một đồng chí")), *labels])

    def chosen(self) -> User:
        return self._officials[self.cleaned_data["official"]]


class AssignForm(_OfficialForm):
    """Who attends which cell or area, from when, why."""

    organization = TypedLineField(
        label=_("Chi bộ hoặc địa bàn"),
        help_text=_("Gõ tên hoặc mã. Chọn một đảng bộ là phụ trách mọi chi bộ bên dưới."),
        max_length=TEXT_LIMIT,
        widget=forms.TextInput(attrs={"list": "don-vi", "autocomplete": "off"}),
        error_messages={"required": _("Hãy ghi chi bộ hoặc địa bàn.")},
    )
    valid_from = DayField(label=_("Từ ngày"), validators=[validate_near], error_messages=DATE_ERRORS)
    reason = TypedLineField(label=_("Ghi chú"), max_length=REASON_LIMIT, required=False)


class AssignManyForm(_OfficialForm):
    """Who attends which cells: those whom nobody follows, all of a type, or one by one."""

    to = forms.ChoiceField(
        label=_("Chi bộ nào"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn các chi bộ."), "invalid_choice": _("Hãy chọn các chi bộ.")},
    )
    cell_types = forms.MultipleChoiceField(
        label=_("Loại hình chi bộ"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cells = forms.MultipleChoiceField(
        label=_("Chi bộ"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Có chi bộ không còn trong danh sách. Hãy chọn lại.")},
    )
    valid_from = DayField(label=_("Từ ngày"), validators=[validate_near], error_messages=DATE_ERRORS)
    reason = TypedLineField(label=_("Ghi chú"), max_length=REASON_LIMIT, required=False)

    def __init__(self, *args: Any, offered: CellsOffered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = offered
        counts = offered.counts
        set_choices(self, "to", [(str(to), f"{to.label} ({counts[to]})") for to in AssignTo if counts[to]])
        set_choices(self, "cell_types", [(str(kind), f"{kind.label} ({many})") for kind, many in offered.types.items()])
        single = offered.cells if counts[AssignTo.SINGLE] else ()
        set_choices(self, "cells", [(str(cell.public_id), cell.name) for cell in single])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("to") == AssignTo.TYPES and not data.get("cell_types"):
            self.add_error("cell_types", _("Hãy chọn ít nhất một loại hình."))
        if data.get("to") == AssignTo.SINGLE and not data.get("cells") and "cells" not in self.errors:
            self.add_error("cells", _("Hãy chọn ít nhất một chi bộ."))
        return data

    def meant(self) -> list[Organization]:
        """The cells that were chosen; the form is valid."""
        data = self.cleaned_data
        return self._offered.choose(
            AssignTo(data["to"]), types=data["cell_types"], ids={UUID(cell) for cell in data["cells"]}
        )


class VisitsHandOverForm(_OfficialForm):
    """Who follows the cell or area from now on; open visits go along."""

    on = DayField(label=_("Từ ngày"), validators=[validate_near], error_messages=DATE_ERRORS)
    reason = TypedLineField(label=_("Vì sao"), max_length=REASON_LIMIT, required=False)


class PlanForm(_OfficialForm):
    """One visit planned by hand."""

    cell = TypedLineField(
        label=_("Chi bộ"),
        help_text=_("Gõ tên hoặc mã chi bộ"),
        max_length=TEXT_LIMIT,
        widget=forms.TextInput(attrs={"list": "don-vi", "autocomplete": "off"}),
        error_messages={"required": _("Hãy ghi chi bộ.")},
    )
    planned_on = DayField(
        label=_("Ngày chi bộ họp"),
        help_text=_("Đúng ngày chi bộ đã định"),
        validators=[validate_near],
        error_messages=DATE_ERRORS,
    )
    joint = forms.BooleanField(label=_("Cùng dự với cán bộ khác"), required=False)
