"""What people type when they score a meeting."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.assessments.choices import NOTE_LIMIT, SHEET_TEXT_LIMIT
from nennep.assessments.queries import ScoreItemRow, SheetPage
from nennep.assessments.rules import needs_reason
from nennep.assessments.services import TO_MEND, CommuneDraft, Decision
from nennep.core.errors import DomainError
from nennep.core.forms import DayField, GuardedForm, NumberField, TypedLineField, TypedTextField, read_mark, set_choices
from nennep.core.merging import ValuesChanged
from nennep.core.wording import say_points
from nennep.meetings.choices import REASON_LIMIT
from nennep.members.queries import tell_apart
from nennep.policies.choices import NUMBER_LIMIT
from nennep.policies.queries import PackFile, SheetFile, decode_sheet, read_sheet_text

PROBLEMS_SHOWN = 50  # of a file: whoever mends these sees the others


WRONG_NUMBERS = (
    "invalid",
    "min_value",
    "max_value",
    "step_size",
    "max_digits",
    "max_decimal_places",
    "max_whole_digits",
)


def points_field(
    label: str,
    *,
    minimum: Decimal | int = 0,
    maximum: Decimal | int,
    is_whole: bool = False,
    is_required: bool = False,
    initial: str | None = None,
) -> NumberField:
    """Points of a line or a group within what it may get, whole or half ones; `is_whole`: kept or not, of a checklist."""
    words = {"minimum": say_points(minimum), "maximum": say_points(maximum)}
    wrong = _("Điểm phải từ %(minimum)s đến %(maximum)s, lẻ đến nửa điểm.") % words
    return NumberField(
        label=label,
        required=is_required,
        min_value=minimum,
        max_value=maximum,
        max_digits=5,
        decimal_places=0 if is_whole else 2,
        step_size=Decimal(1) if is_whole else Decimal("0.5"),
        initial=initial,
        error_messages=dict.fromkeys(WRONG_NUMBERS, wrong) | {"required": _("Hãy chấm mục này.")},
    )


_POINTS = re.compile(r"(-?\d{1,4}(\.\d{1,2})?)?")


class ScoreSheetForm(GuardedForm):
    """One field of points for each line of the sheet, then what to mend."""

    to_mend = TypedLineField(
        label=_("Buổi sau khắc phục"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Chỗ nào còn thấp, làm gì cho tốt hơn"),
        error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
    )

    scorer_id = forms.ChoiceField(
        label=_("Người chấm điểm"),
        required=False,
        help_text=_("Đồng chí được cử theo dõi, chấm điểm; ký phiếu chấm cùng bí thư."),
    )

    def __init__(self, *args: Any, page: SheetPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page
        self._offer_scorers(page)
        for item in (item for group in page.groups for item in group.items):
            self.fields[item.field] = points_field(
                item.title,
                minimum=item.minimum,
                maximum=item.maximum,
                is_whole=page.is_checklist,
                initial="" if item.points is None else f"{item.points.normalize():f}",
            )
            self._ask_why(item)
        if page.sheet:
            self.fields[TO_MEND].initial = page.sheet.to_mend
        self.guard(TO_MEND, *(name for item in self._items() for name in (item.field, item.note_field)))

    def _items(self) -> list[ScoreItemRow]:
        return [item for group in self._page.groups for item in group.items]

    def _ask_why(self, item: ScoreItemRow) -> None:
        """Beside points that the records propose: why the cell gives others."""
        self.fields[item.note_field] = TypedLineField(
            label=_("Vì sao khác gợi ý"),
            required=False,
            max_length=NOTE_LIMIT,
            initial=item.note,
            error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
        )

    def clean(self) -> dict[str, Any]:
        """Points are agreed only with their reasons."""
        data = super().clean() or {}
        if "agree" in self.data:
            for item in self._items():
                if needs_reason(data.get(item.field), item.proposed) and not data.get(item.note_field):
                    self.add_error(item.note_field, _("Khác gợi ý hơn 0,5 điểm: hãy ghi vì sao."))
        return data

    def _offer_scorers(self, page: SheetPage) -> None:
        named = page.sheet.scored_by_name if page.sheet else ""
        labels = tell_apart(page.people)
        others = [(str(one.public_id), labels[one.pk]) for one in page.people if one.full_name != named]
        set_choices(self, "scorer_id", [("", named or _("Chưa chọn")), *others])

    def scorer(self) -> UUID | None:
        """Who was chosen anew; the form is valid."""
        chosen = self.cleaned_data["scorer_id"]
        return UUID(chosen) if chosen else None

    def begun_points(self) -> dict[str, Decimal | None]:
        """By code, the points that the writer was shown; without those that no page of ours sends."""
        shown = {item.code: self.begun(item.field) for item in self._items()}
        known = {code: text for code, text in shown.items() if text is not None and _POINTS.fullmatch(read_mark(text))}
        return {code: Decimal(read_mark(text)) if text else None for code, text in known.items()}

    def show_refusal(self, error: DomainError) -> None:
        """Points that another gave meanwhile stand beside those that were typed."""
        if isinstance(error, ValuesChanged):
            fields = {item.code: item.field for item in self._items()}
            error = ValuesChanged({fields[code]: points for code, points in error.stands.items()})
        super().show_refusal(error)

    def group_fields(self) -> Iterable[tuple[Any, list[tuple[Any, Any, Any]]]]:
        """Each group with its lines, their points and reasons."""
        for group in self._page.groups:
            yield group, [(item, self[item.field], self[item.note_field]) for item in group.items]

    def decisions(self) -> dict[str, Decision]:
        """What the writer decided, by code; the form is valid. Lines left alone belong to somebody else, who may score at the same time."""
        return {
            item.code: Decision(self.cleaned_data[item.field], self.cleaned_data[item.note_field])
            for item in self._items()
            if self.is_touched(item.field) or self.is_touched(item.note_field)
        }


class CalibrationForm(forms.Form):
    """What the upper committee gives one meeting. The points as the cell has them, or the button for it: as the cell scored."""

    meeting = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    seen_cell = NumberField(required=False, widget=forms.HiddenInput)
    total = NumberField(
        label=_("Điểm cấp trên"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        error_messages=dict.fromkeys(WRONG_NUMBERS, _("Hãy ghi số điểm từ 0 đến 100, lẻ đến nửa điểm.")),
    )
    reason = TypedLineField(
        label=_("Vì sao khác"),
        required=False,
        max_length=NOTE_LIMIT,
        error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
    )

    def draft(self) -> CommuneDraft:
        """The form is valid."""
        data = self.cleaned_data
        cell, total, seen = data["seen_cell"], data["total"], data["seen"] or 0
        as_cell = "as_cell" in self.data or (not seen and cell is not None and total == cell)
        return CommuneDraft(None if as_cell else total, as_cell, reason=data["reason"], seen=seen, seen_cell=cell)


class LinesForm(forms.Form):
    """The upper committee's points line by line, beginning with what it confirmed or what the cell gave; why where they differ."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    seen_cell = NumberField(required=False, widget=forms.HiddenInput)
    reason = TypedLineField(
        label=_("Vì sao khác, nói chung"),
        required=False,
        max_length=NOTE_LIMIT,
        help_text=_("Đã ghi bên từng mục thì để trống. Sửa điểm đã chốt thì phải ghi."),
        error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
    )

    def __init__(self, *args: Any, page: SheetPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page
        cell = page.sides.cell
        self.fields["seen"].initial = page.sides.versions
        self.fields["seen_cell"].initial = None if cell is None else f"{cell.total.normalize():f}"
        for item in self._items():
            begun = item.upper if item.upper is not None else self._own(item)
            self.fields[item.field] = points_field(
                item.title,
                minimum=item.minimum,
                maximum=item.maximum,
                is_whole=page.is_checklist,
                is_required=True,
                initial="" if begun is None else f"{begun.normalize():f}",
            )
            self.fields[item.note_field] = TypedLineField(
                label=_("Vì sao khác chi bộ"),
                required=False,
                max_length=NOTE_LIMIT,
                initial=item.upper_note,
                error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
            )

    def _items(self) -> list[ScoreItemRow]:
        return [item for group in self._page.groups for item in group.items]

    def _own(self, item: ScoreItemRow) -> Decimal | None:
        """What the cell gave, once it has agreed."""
        return item.points if self._page.sides.cell else None

    def clean(self) -> dict[str, Any]:
        """A line that differs from the cell's says why, beside it or for the whole."""
        data = super().clean() or {}
        if not data.get("reason"):
            for item in self._items():
                own, given = self._own(item), data.get(item.field)
                if None not in {own, given} and own != given and not data.get(item.note_field):
                    self.add_error(item.note_field, _("Khác điểm chi bộ: hãy ghi vì sao. Chi bộ đọc được lý do này."))
        return data

    def group_fields(self) -> Iterable[tuple[Any, list[tuple[Any, Any, Any, Any]]]]:
        """Each group with its lines: what the cell gave, the points, the reason."""
        for group in self._page.groups:
            yield group, [(item, self._own(item), self[item.field], self[item.note_field]) for item in group.items]

    def draft(self) -> CommuneDraft:
        """The form is valid."""
        data = self.cleaned_data
        lines = {item.code: Decision(data[item.field], data[item.note_field]) for item in self._items()}
        return CommuneDraft(lines=lines, reason=data["reason"], seen=data["seen"] or 0, seen_cell=data["seen_cell"])


class SheetFileForm(forms.Form):
    """A score sheet from a file: its text (an upload fills it in, and it may be mended here), by which document, from when on."""

    file = forms.FileField(
        label=_("Tệp khung chấm điểm (.toml)"),
        required=False,
        help_text=_("Nhiều nhất 256 KB. Chọn tệp mới thì nội dung bên dưới thay theo."),
        widget=forms.FileInput(attrs={"accept": ".toml,.txt"}),
        allow_empty_file=True,
    )
    text = TypedTextField(
        label=_("Nội dung tệp"),
        required=False,
        max_length=SHEET_TEXT_LIMIT,
        help_text=_("Sửa chỗ sai ngay ở đây cũng được."),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"max_length": _("Tệp lớn quá 256 KB.")},
    )
    document_number = TypedLineField(
        label=_("Số, ký hiệu văn bản"),
        required=False,
        max_length=NUMBER_LIMIT,
        help_text=_("Ví dụ 08-KH/ĐU. Chỉ để trống khi trong tệp đã ghi số (document_number)."),
    )
    valid_from = DayField(
        label=_("Áp dụng từ ngày"),
        help_text=_("Các buổi trước ngày này vẫn chấm theo khung cũ."),
        error_messages=dict.fromkeys(("invalid", "required"), _("Hãy ghi ngày như 01/07/2026.")),
    )

    def clean(self) -> dict[str, Any]:
        """Everything that is wrong with the file, each with its place; `read` is what it was understood as."""
        data = super().clean() or {}
        if file := data.get("file"):  # only one that is no text is still here
            file.seek(0)
            for problem in decode_sheet(file.read(SHEET_TEXT_LIMIT * 2))[1]:
                self.add_error("file", str(problem))
            return data
        if not data.get("text"):
            if "text" not in self.errors:
                self.add_error("file", _("Hãy chọn một tệp, hoặc dán nội dung vào ô bên dưới."))
            return data
        try:
            read = read_sheet_text(data["text"], document_number=data.get("document_number") or "")
        except DomainError as error:
            self.add_error("file", str(error))
            return data
        for problem in read.problems[:PROBLEMS_SHOWN]:
            if problem.where == "document_number" and not data.get("document_number"):
                self.add_error("document_number", _("Tệp không ghi số văn bản. Hãy ghi số, ký hiệu vào đây."))
            else:
                self.add_error("text", str(problem))
        data["read"] = read
        return data

    def read(self) -> SheetFile:
        """The form is valid."""
        found: SheetFile = self.cleaned_data["read"]
        return found

    def pack(self) -> PackFile:
        """The document of the file; the form is valid, so there is one."""
        found = self.read().pack
        assert found is not None  # noqa: S101  says so to the type checker
        return found


class ReopeningForm(forms.Form):
    """Why an agreed sheet is scored once more."""

    reason = TypedLineField(
        label=_("Vì sao chấm lại"),
        max_length=REASON_LIMIT,
        help_text=_("Phiếu đã thống nhất vẫn giữ; lý do in trên phiếu chấm mới."),
        error_messages={"required": _("Hãy ghi vì sao chấm lại."), "max_length": _("Dài quá. Hãy viết gọn lại.")},
    )
