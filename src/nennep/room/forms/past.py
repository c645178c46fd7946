"""Taking over a book of past meetings: the file, then what its columns and marks mean."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import FIRST_YEAR, LAST_YEAR, SheetUploadForm
from nennep.room.choices import AttendanceState
from nennep.room.importers.past_columns import NOT_TAKEN, PastColumn
from nennep.room.importers.past_shapes import MarkSeen, PastMends, TableSeen


class PastUploadForm(SheetUploadForm):
    """A book, and the unit whose cells it is about."""

    labels: ClassVar = {"unit": _("Sổ của đơn vị"), "file": _("Tệp theo dõi sinh hoạt")}


def mark_choices() -> list[tuple[str, Any]]:
    states = [(state.value, state.label) for state in AttendanceState if state != AttendanceState.UNMARKED]
    return [("", _("Chưa rõ")), *states, (NOT_TAKEN, _("Không ghi"))]


def column_choices() -> list[tuple[str, Any]]:
    return [(column.value, column.traits.label) for column in PastColumn]


class PastMeaningForm(forms.Form):
    """What each column and each mark means, and the year where the book does not name it: fields `c<n>`, `m<n>`, `year`."""

    year = forms.IntegerField(
        label=_("Năm của sổ"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("Khi tệp chỉ ghi ngày và tháng"),
    )

    def __init__(
        self, *args: Any, tables: Sequence[TableSeen], marks: Sequence[MarkSeen], mends: PastMends, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._mends, self._marks = mends, marks
        self._columns = [column for table in tables for column in table.columns]
        self.fields["year"].initial = mends.year or None
        for number, column in enumerate(self._columns):
            self.fields[f"c{number}"] = forms.ChoiceField(
                choices=column_choices(), required=False, initial=column.meaning.value, label=column.letter
            )
        for number, mark in enumerate(marks):
            self.fields[f"m{number}"] = forms.ChoiceField(
                choices=mark_choices(), required=False, initial=mark.meaning or "", label=mark.written or _("(ô trống)")
            )

    def column_fields(self) -> list[tuple[Any, forms.BoundField]]:
        return [(column, self[f"c{number}"]) for number, column in enumerate(self._columns)]

    def mark_fields(self) -> list[tuple[Any, forms.BoundField]]:
        return [(mark, self[f"m{number}"]) for number, mark in enumerate(self._marks)]

    def mends(self) -> PastMends:
        """All that was said so far; the form is valid."""
        data = self.cleaned_data
        columns = {
            column.key: data[f"c{number}"]
            for number, column in enumerate(self._columns)
            if data[f"c{number}"] != column.meaning.value or column.key in self._mends.columns
        }
        marks = {mark.key: data[f"m{number}"] for number, mark in enumerate(self._marks) if data[f"m{number}"]}
        return PastMends(columns, marks, data["year"] or 0)
