"""Forms of planning: the choices of a plan, when somebody cannot go, what is kept or forbidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import DayField, RealNumberField, TypedLineField, label_with_hint, set_choices, validate_near
from nennep.planning.choices import REASON_LIMIT, Mode
from nennep.planning.queries.plans import CellRow, OfficialRow
from nennep.planning.rules.settings import HIGHEST_PRIORITY, MOST_A_MONTH, MOST_VISITS, PlanSettings, Weights
from nennep.planning.services.plans import HandNumbers

_MOST_POINTS = 20
_DAY_ERRORS = {
    "required": _("Hãy ghi ngày, ví dụ 25/12."),
    "invalid": _("Ngày này không đọc được. Hãy ghi như 25/12."),
}
_WEIGHTS: dict[str, str | Promise] = {
    "poor_score": _("Điểm sinh hoạt thấp"),
    "falling_score": _("Điểm đang giảm"),
    "long_without_visit": _("Lâu chưa có cán bộ về dự"),
    "weak": _("Trong danh sách cần củng cố"),
    "remote": _("Vùng sâu, đi lại khó"),
    "open_petitions": _("Nhiều kiến nghị chưa xong"),
}


def _count(label: Any, *, most: int, least: int = 0, hint: Any = "") -> forms.IntegerField:
    message = _("Hãy ghi một số từ %(least)s đến %(most)s.") % {"least": least, "most": most}
    errors = {"required": message, "invalid": message, "min_value": message, "max_value": message}
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=hint,
        error_messages=errors,
        widget=forms.NumberInput(attrs={"class": "nn-input-s"}),
    )


class YearForm(forms.Form):
    """Which year to plan."""

    year = forms.TypedChoiceField(label=_("Năm"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "year", [(str(year), str(year)) for year in years])


class PlanSettingsForm(forms.Form):
    """The choices of a plan. `settings` keeps what was set by hand for single cells and officials."""

    mode = forms.ChoiceField(
        label=_("Cách phân công"),
        widget=forms.RadioSelect,
        choices=[
            (
                Mode.FREE.value,
                label_with_hint(Mode.FREE.label, _("Mỗi buổi chọn người phù hợp nhất trong những người đi được.")),
            ),
            (
                Mode.FOLLOWER.value,
                label_with_hint(
                    Mode.FOLLOWER.label, _("Cả năm một chi bộ do một cán bộ theo dõi, các lần dự cách xa nhau.")
                ),
            ),
        ],
        error_messages={"required": _("Hãy chọn cách phân công.")},
    )
    visits_per_cell = _count(_("Mỗi chi bộ cần được dự mấy lần một năm"), most=12)
    by_quarter = forms.BooleanField(
        label=label_with_hint(
            _("Chia đều các quý"), _("Số lượt dự của bốn quý chênh nhau ít nhất có thể, không bớt lượt nào.")
        ),
        required=False,
    )
    max_per_month = _count(_("Mỗi cán bộ đi nhiều nhất mấy buổi một tháng"), least=1, most=MOST_A_MONTH)
    most_cells = _count(_("Mỗi cán bộ theo dõi nhiều nhất mấy chi bộ"), least=1, most=MOST_VISITS)

    def __init__(self, data: QueryDict | None = None, *, before: PlanSettings) -> None:
        self._before = before
        weights = {f"weight_{name}": getattr(before.weights, name) for name in _WEIGHTS}
        initial = {
            "mode": before.mode.value,
            "visits_per_cell": before.visits_per_cell,
            "by_quarter": before.by_quarter,
            "max_per_month": before.max_per_month,
            "most_cells": before.most_cells,
        }
        super().__init__(data, initial=initial | weights)
        for name, label in _WEIGHTS.items():
            self.fields[f"weight_{name}"] = _count(label, most=_MOST_POINTS)

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        return [self[f"weight_{name}"] for name in _WEIGHTS]

    @property
    def settings(self) -> PlanSettings:
        """Only on a valid form."""
        data = self.cleaned_data
        return PlanSettings(
            mode=Mode(data["mode"]),
            visits_per_cell=data["visits_per_cell"],
            by_quarter=data["by_quarter"],
            max_per_month=data["max_per_month"],
            most_cells=data["most_cells"],
            weights=Weights(**{name: data[f"weight_{name}"] for name in _WEIGHTS}),
            priorities=self._before.priorities,
            cell_visits=self._before.cell_visits,
            official_visits=self._before.official_visits,
            office_visits=self._before.office_visits,
        )


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A row of the table with the fields of its numbers; officials have no priority."""

    row: CellRow | OfficialRow
    visits: BoundField
    priority: BoundField | None = None


class NumbersForm(forms.Form):
    """Numbers set by hand in the table of cells or of officials. An empty one is computed again."""

    def __init__(self, data: QueryDict | None = None, *, rows: Sequence[CellRow | OfficialRow]) -> None:
        super().__init__(data)
        self._rows = rows
        for row in rows:
            if isinstance(row, CellRow):
                self._add(f"priority-{row.facts.id}", row.want.priority, _priority_field(row.facts.name))
                self._add(f"visits-{row.facts.id}", row.want.visits, _visits_field(_("Cần dự"), row.facts.name))
            else:
                self._add(f"visits-{row.facts.id}", row.owed, _visits_field(_("Cần đi"), row.facts.name))

    def _add(self, name: str, shown: int, field: forms.IntegerField) -> None:
        field.initial = shown
        self.fields[name] = field

    @property
    def lines(self) -> list[NumberLine]:
        """The rows, each with its fields, as typed."""
        return [NumberLine(row, self[f"visits-{row.facts.id}"], self._priority_of(row)) for row in self._rows]

    def _priority_of(self, row: CellRow | OfficialRow) -> BoundField | None:
        return self[f"priority-{row.facts.id}"] if isinstance(row, CellRow) else None

    def _changed(self, kind: str, what: type[CellRow | OfficialRow]) -> dict[str, int | None]:
        """What was sent and is not the number that the page showed."""
        names = {row.facts.id: f"{kind}-{row.facts.id}" for row in self._rows if isinstance(row, what)}
        sent = {id_: self.cleaned_data[name] for id_, name in names.items() if name in self.data}
        return {id_: typed for id_, typed in sent.items() if typed != self.fields[names[id_]].initial}

    @property
    def numbers(self) -> HandNumbers:
        """Only on a valid form."""
        return HandNumbers(
            priorities=self._changed("priority", CellRow),
            cell_visits=self._changed("visits", CellRow),
            official_visits=self._changed("visits", OfficialRow),
        )


def _priority_field(name: str) -> forms.IntegerField:
    return _number_field(_("Ưu tiên"), name, least=1, most=HIGHEST_PRIORITY)


def _visits_field(label: Promise, name: str) -> forms.IntegerField:
    return _number_field(label, name, least=0, most=MOST_VISITS)


def _number_field(label: Promise, name: str, *, least: int, most: int) -> forms.IntegerField:
    field = _count(label, most=most, least=least)
    field.required, field.label = False, f"{label}, {name}"
    field.widget.attrs |= {"class": "form-control nn-input-s", "inputmode": "numeric", "aria-label": field.label}
    return field


class OfficialsForm(forms.Form):
    """Base of forms that choose one of the officials of a plan."""

    official = forms.ChoiceField(
        label=_("Cán bộ"),
        error_messages={"required": _("Hãy chọn cán bộ."), "invalid_choice": _("Hãy chọn cán bộ trong danh sách.")},
    )

    def __init__(self, *args: Any, officials: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "official", [("", _("Chọn cán bộ")), *officials])

    def clean_official(self) -> UUID:
        return UUID(self.cleaned_data["official"])


class AbsenceForm(OfficialsForm):
    """Who cannot go from when to when."""

    first_day = DayField(label=_("Từ ngày"), validators=[validate_near], error_messages=_DAY_ERRORS)
    last_day = DayField(label=_("Đến hết ngày"), validators=[validate_near], error_messages=_DAY_ERRORS)
    reason = TypedLineField(
        label=_("Lý do"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=_("Ví dụ: đi công tác. Không ghi bệnh tình."),
    )


class MoveVisitForm(forms.Form):
    """Another meeting of the same cell."""

    to = forms.TypedChoiceField(
        label=_("Dời sang buổi"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn buổi họp."), "invalid_choice": _("Hãy chọn một buổi họp của chi bộ.")},
    )

    def __init__(self, *args: Any, days: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "to", days)


class WhatIfForm(forms.Form):
    """What if every holder of an office made so many visits: how many cells would see one a quarter."""

    office = forms.ChoiceField(label=_("Chức vụ"), error_messages={"required": _("Hãy chọn chức vụ.")})
    visits = _count(_("Mỗi đồng chí đi mấy lần một năm"), least=0, most=MOST_VISITS)
    visits_per_cell = _count(_("Mỗi chi bộ cần được dự mấy lần một năm"), least=1, most=12)

    def __init__(self, *args: Any, offices: Iterable[tuple[str, str | Promise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "office", offices)

    @property
    def settings(self) -> PlanSettings:
        """Only on a valid form."""
        data = self.cleaned_data
        return PlanSettings(
            by_quarter=True,
            visits_per_cell=data["visits_per_cell"],
            office_visits={data["office"]: data["visits"]},
        )


class TraitsForm(forms.Form):
    """What people know of a cell."""

    is_weak = forms.BooleanField(label=_("Trong danh sách tổ chức đảng cần củng cố"), required=False)
    is_remote = forms.BooleanField(label=_("Vùng sâu, vùng xa, đi lại khó"), required=False)
    latitude = RealNumberField(
        label=_("Vĩ độ"),
        required=False,
        min_value=-90,
        max_value=90,
        help_text=_("Ví dụ 22,4512. Để trống nếu không biết."),
        error_messages={"invalid": _("Hãy ghi một số, ví dụ 22,4512.")},
    )
    longitude = RealNumberField(
        label=_("Kinh độ"),
        required=False,
        min_value=-180,
        max_value=180,
        error_messages={"invalid": _("Hãy ghi một số, ví dụ 105,2210.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = [data.get("latitude") is not None, data.get("longitude") is not None]
        if any(known) and not all(known):
            missing = "longitude" if known[0] else "latitude"
            self.add_error(missing, str(_("Hãy ghi cả vĩ độ và kinh độ, hoặc để trống cả hai.")))
        return data

    @property
    def position(self) -> tuple[float, float] | None:
        """Only on a valid form."""
        north, east = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        return (north, east) if north is not None else None
