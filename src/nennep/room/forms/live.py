"""What people type in the room about guests, petitions, advice, codes and ballots."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import TypedLineField, TypedNameField, TypedTextField, set_choices
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT, AdviceState, MeetingMode
from nennep.members.models import Member
from nennep.members.queries import tell_apart
from nennep.petitions.choices import NAME_LIMIT, PLACE_LIMIT, TEXT_LIMIT, PetitionField, Word
from nennep.petitions.services import PetitionDetails
from nennep.room.choices import GuestKind, VoteMajority
from nennep.room.queries.outcome import VoteRow
from nennep.room.queries.roll_call import RollRow
from nennep.room.rules.codes import CODE_DIGITS
from nennep.room.rules.outcome import VoteCount
from nennep.room.services.ballots import BallotDraft
from nennep.room.services.modes import ModeDraft

_TOO_LONG = _("Dài quá. Hãy viết gọn lại.")
_COUNT_ERRORS = {
    "invalid": _("Hãy gõ số phiếu, ví dụ 21."),
    "min_value": _("Số phiếu không nhỏ hơn 0."),
    "required": _("Hãy gõ số phiếu, ví dụ 21; không có thì gõ 0."),
}


class GuestForm(forms.Form):
    guest = TypedNameField(
        label=_("Họ tên, chức vụ"),
        max_length=TITLE_LIMIT,
        error_messages={"required": _("Hãy ghi họ tên, chức vụ của khách."), "max_length": _TOO_LONG},
    )
    guest_kind = forms.ChoiceField(
        choices=GuestKind.choices,
        error_messages={"required": _("Hãy chọn cấp trên hoặc khách mời."), "invalid_choice": _("Hãy chọn lại.")},
    )


class PetitionForm(forms.Form):
    petition = TypedLineField(
        label=_("Kiến nghị"),
        max_length=TEXT_LIMIT,
        error_messages={"required": _("Chưa ghi nội dung kiến nghị."), "max_length": _TOO_LONG},
    )
    petitioner = TypedNameField(
        label=_("Ai nêu"), max_length=NAME_LIMIT, required=False, error_messages={"max_length": _TOO_LONG}
    )

    petition_hidden = forms.BooleanField(label=_("Chi bộ nói thay, không nêu tên"), required=False)
    petition_field = forms.ChoiceField(
        label=_("Lĩnh vực"),
        choices=PetitionField.choices,
        initial=PetitionField.OTHER,
        required=False,
        error_messages={"invalid_choice": _("Hãy chọn một lĩnh vực trong danh sách.")},
    )
    petition_place = TypedLineField(
        label=_("Ở đâu"), max_length=PLACE_LIMIT, required=False, error_messages={"max_length": _TOO_LONG}
    )
    petition_opinion = forms.BooleanField(label=_("Chỉ là ý kiến, đọc là xong"), required=False)

    @property
    def is_unfolded(self) -> bool:
        """What not everybody needs was typed, and comes back."""
        shown = ("petition_field", "petition_place", "petition_opinion")
        return any(self[name].data not in {None, "", PetitionField.OTHER.value} for name in shown)

    def details(self) -> PetitionDetails:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return PetitionDetails(
            data["petition"],
            field=PetitionField(data["petition_field"] or PetitionField.OTHER),
            raised_by_name=data["petitioner"],
            is_opinion=data["petition_opinion"],
            is_hidden=data["petition_hidden"],
            place=data["petition_place"],
        )


class ReopenForm(forms.Form):
    word = forms.ChoiceField(
        label=_("Chi bộ thấy thế nào"),
        choices=[(Word.NOT.value, Word.NOT.label), (Word.PARTLY.value, Word.PARTLY.label)],
        initial=Word.NOT.value,
        required=False,
        widget=forms.RadioSelect,
    )
    text = TypedTextField(
        label=_("Vì sao chưa xong"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy ghi vì sao, để cấp trả lời biết."), "max_length": _TOO_LONG},
    )


class PetitionAnswerForm(forms.Form):
    answer = TypedLineField(
        label=_("Trả lời"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Chưa ghi trả lời thế nào. Hãy ghi một câu."), "max_length": _TOO_LONG},
    )


class AdviceAnswerForm(forms.Form):
    """What became of a comment; the word stands in a field named after the comment (`loi-…`)."""

    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in AdviceState if state != AdviceState.OPEN],
        error_messages={"required": _("Hãy chọn đã làm đến đâu."), "invalid_choice": _("Hãy chọn đã làm đến đâu.")},
    )
    answer = TypedLineField(required=False, max_length=REASON_LIMIT, error_messages={"max_length": _TOO_LONG})

    def __init__(self, *args: Any, about: UUID, **options: Any) -> None:
        super().__init__(*args, **options)
        self.about = about


class CodeForm(forms.Form):
    code = TypedLineField(
        label=_("Mã đang hiện trong phòng"),
        max_length=CODE_DIGITS + 4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "nn-input-s"}),
        error_messages={"required": _("Hãy gõ mã sáu chữ số."), "max_length": _("Mã có sáu chữ số.")},
    )

    def clean_code(self) -> str:
        """Digits alone: people type them in groups."""
        return "".join(letter for letter in self.cleaned_data["code"] if letter.isalnum())


class ModeForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Họp thế nào"),
        choices=MeetingMode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn hình thức."), "invalid_choice": _("Hãy chọn hình thức.")},
    )
    reason = TypedLineField(
        label=_("Vì sao không họp trực tiếp"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _TOO_LONG},
    )
    approved_by = TypedLineField(
        label=_("Cấp nào cho phép"),
        required=False,
        max_length=TITLE_LIMIT,
        help_text=_("Ví dụ: Đảng ủy xã, công văn số, ngày tháng."),
        error_messages={"max_length": _TOO_LONG},
    )
    departure = TypedLineField(
        label=_("Lý do làm khác quy định"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Chỉ ghi khi còn điều chưa đúng quy định; lý do được giữ trong hồ sơ."),
        error_messages={"max_length": _TOO_LONG},
    )

    def draft(self) -> ModeDraft:
        """What was chosen; the form is valid."""
        data = self.cleaned_data
        return ModeDraft(MeetingMode(data["mode"]), data["reason"], data["approved_by"], data["departure"])


class BallotForm(forms.Form):
    """A secret ballot about to be handed out. `rows` are those in the room, `majorities` what it can take, in words."""

    subject = TypedLineField(
        label=_("Bỏ phiếu việc"),
        max_length=TITLE_LIMIT,
        error_messages={"required": _("Chưa ghi biểu quyết việc gì."), "max_length": _TOO_LONG},
    )
    majority = forms.ChoiceField(
        label=_("Cần bao nhiêu phiếu"),
        required=False,
        error_messages={"invalid_choice": _("Hãy chọn lại.")},
    )
    issued = forms.IntegerField(label=_("Số phiếu phát ra"), min_value=0, error_messages=_COUNT_ERRORS)
    first_teller = forms.ChoiceField(
        label=_("Người kiểm phiếu thứ nhất"), error_messages={"required": _("Hãy chọn một đồng chí.")}
    )
    second_teller = forms.ChoiceField(
        label=_("Người kiểm phiếu thứ hai"), error_messages={"required": _("Hãy chọn một đồng chí.")}
    )

    def __init__(
        self, *args: Any, rows: Iterable[RollRow], majorities: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows = {str(row.public_id): row for row in rows}
        set_choices(self, "majority", [("", _("Theo việc biểu quyết")), *majorities])
        choices: list[tuple[str, Any]] = [("", _("Chọn đồng chí"))]
        choices += [(key, row.name) for key, row in self._rows.items()]
        for name in ("first_teller", "second_teller"):
            set_choices(self, name, choices)

    def draft(self) -> BallotDraft:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return BallotDraft(
            subject=data["subject"],
            issued=data["issued"],
            first_teller=self._rows[data["first_teller"]].public_id,
            second_teller=self._rows[data["second_teller"]].public_id,
            majority=VoteMajority(data["majority"]) if data["majority"] else None,
        )


class CountForm(forms.Form):
    """What one teller counted."""

    teller = forms.ChoiceField(label=_("Người kiểm phiếu"), error_messages={"required": _("Hãy chọn người đã đếm.")})
    in_favour = forms.IntegerField(label=_("Tán thành"), min_value=0, error_messages=_COUNT_ERRORS)
    against = forms.IntegerField(label=_("Không tán thành"), min_value=0, error_messages=_COUNT_ERRORS)
    other = forms.IntegerField(label=_("Ý kiến khác"), min_value=0, error_messages=_COUNT_ERRORS)
    invalid = forms.IntegerField(label=_("Không hợp lệ"), min_value=0, error_messages=_COUNT_ERRORS)

    def __init__(self, *args: Any, tellers: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tellers = {str(member.public_id): member for member in tellers}
        set_choices(self, "teller", [(key, member.full_name) for key, member in self._tellers.items()])

    def teller_id(self) -> int:
        return self._tellers[self.cleaned_data["teller"]].pk

    def count(self) -> VoteCount:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return VoteCount(data["in_favour"], data["against"], data["other"], data["invalid"])


class ReservedOpinionForm(forms.Form):
    """An opinion kept on record, about one vote or the meeting as a whole."""

    member = forms.ChoiceField(
        label=_("Đồng chí"),
        error_messages={"required": _("Hãy chọn một đồng chí."), "invalid_choice": _("Hãy chọn một đồng chí.")},
    )
    vote = forms.ChoiceField(label=_("Về việc biểu quyết"), required=False)
    text = TypedTextField(
        label=_("Ý kiến bảo lưu"),
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy ghi ý kiến mà đồng chí ấy muốn bảo lưu."), "max_length": _TOO_LONG},
    )

    def __init__(self, *args: Any, members: Iterable[Member], votes: Iterable[VoteRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(member.public_id): member for member in members}
        self._votes = {str(row.public_id): row for row in votes}
        labels = tell_apart(self._members.values())
        names = [(key, labels[member.pk]) for key, member in self._members.items()]
        set_choices(self, "member", [("", _("Chọn đồng chí")), *names])
        offered: list[tuple[str, Any]] = [("", _("Cả buổi sinh hoạt"))]
        offered += [(key, row.subject) for key, row in self._votes.items()]
        set_choices(self, "vote", offered)

    def chosen(self) -> Member:
        return self._members[self.cleaned_data["member"]]

    def about(self) -> VoteRow | None:
        return self._votes.get(self.cleaned_data["vote"])
