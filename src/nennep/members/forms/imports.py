"""The wizard's forms: choosing a file, mending a row, correcting the columns."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import DayField, SheetUploadForm, TypedLineField
from nennep.members.choices import TEXT_LIMIT
from nennep.members.importers.columns import Column
from nennep.members.importers.corrections import Mend
from nennep.members.importers.pages import ColumnGroup, column_choices

ACTIONS = ("value", "swap", "cell", "skip", "same", "distinct", "confirm", "confirm_all")


class UploadForm(SheetUploadForm):
    """A roster, and the unit it goes into."""

    labels: ClassVar = {"unit": _("Nhập vào đơn vị"), "file": _("Tệp danh sách")}
    used_from = DayField(
        label=_("Số liệu tính từ ngày"),
        required=False,
        help_text=_(
            "Chi bộ mới và đảng viên mới có trong chương trình từ ngày này; số liệu các tháng trước không đổi."
        ),
        error_messages={"invalid": _("Hãy ghi ngày như 01/07/2026.")},
    )


class MendForm(forms.Form):
    """One thing done on one row of the review page."""

    action = forms.ChoiceField(choices=[(action, action) for action in ACTIONS])
    sheet = forms.CharField(required=False, strip=False, max_length=TEXT_LIMIT)
    row = forms.IntegerField(required=False, min_value=0)
    column = forms.IntegerField(required=False, min_value=-1, max_value=16_384)
    text = TypedLineField(required=False, max_length=TEXT_LIMIT, label=_("Sửa thành"))
    name = forms.CharField(required=False, max_length=TEXT_LIMIT)
    member = forms.UUIDField(required=False)
    cell = TypedLineField(required=False, max_length=TEXT_LIMIT + 20)

    def mend(self) -> Mend:
        """What was done; the form is valid. `cell` is `id:name`, or the name alone of a cell to be made."""
        data = self.cleaned_data
        cell_id, _colon, cell_name = data["cell"].rpartition(":")
        return Mend(
            action=data["action"],
            sheet=data["sheet"],
            row=data["row"] or 0,
            column=-1 if data["column"] is None else data["column"],
            text=cell_name or data["text"],
            name=data["name"],
            member=str(data["member"] or ""),
            cell_id=int(cell_id) if cell_id.isascii() and cell_id.isdigit() else 0,
        )


class ColumnsForm(forms.Form):
    """What each column of each kind of table holds: `g<group>_<column>`."""

    def __init__(self, *args: Any, groups: Iterable[ColumnGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups = list(groups)
        for group in self._groups:
            for column in group.columns:
                self.fields[column.field] = forms.ChoiceField(
                    choices=column_choices(), required=False, initial=column.meaning, label=column.letter
                )

    def changed_columns(self) -> dict[tuple[str, int], Column]:
        """The columns whose meaning was changed, by sheet and index; the form is valid."""
        return {
            (sheet, int(column.field.partition("_")[2])): Column(self.cleaned_data[column.field])
            for group in self._groups
            for column in group.columns
            for sheet in group.sheets
            if self.cleaned_data[column.field] != column.meaning
        }
