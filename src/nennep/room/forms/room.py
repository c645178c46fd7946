"""What a person types in the room."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import ClockField, DayField, NoteField, TypedLineField, set_choices
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT, MeetingMode
from nennep.room.choices import AttendanceState
from nennep.room.queries.roll_call import RollRow
from nennep.room.rules.room import list_states, next_state
from nennep.room.services.roll_call import EntryMark

_TIME_ERRORS = {"invalid": _("Giờ này không đọc được. Hãy ghi như 19:48.")}


class OpeningForm(forms.Form):
    """When the meeting was opened: now, or earlier when it is keyed in afterwards."""

    day = DayField(
        label=_("Ngày khai mạc"),
        error_messages={
            "required": _("Hãy ghi ngày khai mạc."),
            "invalid": _("Ngày này không đọc được. Hãy ghi như 25/12."),
        },
    )
    at = ClockField(
        label=_("Giờ khai mạc"),
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "nn-input-s"}),
        error_messages={**_TIME_ERRORS, "required": _("Hãy ghi giờ khai mạc, ví dụ 19:30.")},
    )
    reason = TypedLineField(
        label=_("Lý do họp ngoài thời gian quy định"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def opened_at(self) -> datetime:
        """The moment, in Vietnamese time. Only on a valid form."""
        return make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"]))


class NoteForm(forms.Form):
    note = NoteField(
        required=False,
        max_length=NOTE_LIMIT,
        error_messages={"max_length": _("Ghi chép dài quá 20.000 chữ. Hãy chuyển bớt sang mục khác.")},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note_before = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """What the services are told; the form is valid. A page that sends no mark has none to compare with."""
        data = self.cleaned_data
        before = data["note_before"] if "note_before" in self.data else None
        return {"note": data["note"], "version": data["version"], "before": before}


class FeeForm(forms.Form):
    """`before` is the line the writer started from."""

    fee_note = TypedLineField(
        label=_("Tình hình đóng đảng phí"),
        required=False,
        max_length=TITLE_LIMIT,
        help_text=_("Ví dụ: 25/25 đồng chí đã đóng đủ đến tháng 10."),
    )
    before = forms.CharField(required=False, max_length=TITLE_LIMIT, strip=False, widget=forms.HiddenInput)

    def put_both(self, theirs: str, both: str) -> None:
        """Show both lines to be made one of, and know which one stands there now."""
        self.data = {**self.data, "fee_note": both, "before": theirs}


class MarkForm(forms.Form):
    """The rarer states of one person."""

    state = forms.ChoiceField(
        label=_("Ghi là"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một trạng thái."), "invalid_choice": _("Hãy chọn một trạng thái.")},
    )
    reason = TypedLineField(
        label=_("Lý do"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=_("Lý do ghi vào biên bản. Không cần ghi chuyện sức khỏe."),
    )
    arrived_at = ClockField(
        label=_("Giờ đến"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "nn-input-s"}),
        error_messages=_TIME_ERRORS,
        help_text=_("Chỉ ghi khi đến muộn. Ví dụ 19:48."),
    )
    left_at = ClockField(
        label=_("Giờ về"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "nn-input-s"}),
        error_messages=_TIME_ERRORS,
        help_text=_("Chỉ ghi khi về sớm. Ví dụ 20:30."),
    )

    def __init__(self, *args: Any, counted: bool, current: AttendanceState, mode: MeetingMode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = list_states(counted=counted, state=current, mode=mode)
        offered = [(state.value, state.label) for state in states if state != AttendanceState.UNMARKED]
        set_choices(self, "state", offered)

    @property
    def mark(self) -> EntryMark:
        """Only on a valid form."""
        cleaned = self.cleaned_data
        state = AttendanceState(cleaned["state"])
        return EntryMark(state, cleaned["reason"], cleaned["arrived_at"], cleaned["left_at"])


ROLL_FIELDS = ("state-", "reason-")  # of the sheet of paper; the public id of the row follows


class RollSheetForm(forms.Form):
    """The whole roll call as it was kept on paper: one state and one reason for each row."""

    def __init__(self, *args: Any, rows: Iterable[RollRow], mode: MeetingMode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            self.fields[f"state-{row.public_id}"] = _state_field(row, mode)
            self.fields[f"reason-{row.public_id}"] = TypedLineField(
                label=_("Lý do của %(name)s") % {"name": row.name},
                required=False,
                max_length=REASON_LIMIT,
                initial=row.reason,
                widget=forms.TextInput(attrs={"placeholder": _("Lý do, nếu vắng")}),
            )

    def lines(self) -> Iterable[dict[str, Any]]:
        """Each person with the two fields of the row, for the template."""
        for row in self.rows:
            yield {"row": row, "state": self[f"state-{row.public_id}"], "reason": self[f"reason-{row.public_id}"]}

    @property
    def marks(self) -> Mapping[UUID, EntryMark]:
        """Only on a valid form."""
        return {
            row.public_id: EntryMark(
                AttendanceState(self.cleaned_data[f"state-{row.public_id}"]),
                self.cleaned_data[f"reason-{row.public_id}"],
                row.arrived_at,
                row.left_at,
            )
            for row in self.rows
        }


def _state_field(row: RollRow, mode: MeetingMode) -> forms.ChoiceField:
    """Those not marked yet stand as there, online where nobody sits in a room: on paper it is the absent who are written down."""
    possible = list_states(counted=row.counted, state=row.state, mode=mode)
    states = [state for state in possible if _needs_no_time(state, row)]
    return forms.ChoiceField(
        label=row.name,
        choices=[(state.value, state.label) for state in states],
        initial=next_state(row.state, mode).value if row.state == AttendanceState.UNMARKED else row.state.value,
        error_messages={"invalid_choice": _("Hãy chọn một trạng thái.")},
    )


def _needs_no_time(state: AttendanceState, row: RollRow) -> bool:
    """Late and left early take a time, which the sheet has no room for, unless the person already stands so."""
    return not state.is_partial or state == row.state
