"""What people type about votes, conclusion, remarks, tasks and the closing."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.forms import MomentField, TypedLineField, TypedTextField, set_choices
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT
from nennep.meetings.models import AgendaItem
from nennep.members.models import Member
from nennep.members.queries import tell_apart
from nennep.room.choices import RemarkKind, VoteMajority, VoteMethod
from nennep.room.rules.outcome import RuleWarning, VoteCount
from nennep.room.services.outcome import MeetingEnd

_COUNT_ERRORS = {
    "invalid": _("Hãy gõ số đồng chí, ví dụ 21."),
    "min_value": _("Số đồng chí không nhỏ hơn 0."),
    "required": _("Hãy gõ số đồng chí, ví dụ 21."),
}


def _count_field(label: Any, *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=0, error_messages=_COUNT_ERRORS)


REASON_PREFIX = "reason_"


class VoteForm(forms.Form):
    """A counted vote. `all` is the button "Cả N đồng chí tán thành": it overrides the counts."""

    subject = TypedLineField(
        label=_("Biểu quyết việc"),
        max_length=TITLE_LIMIT,
        error_messages={"required": _("Chưa ghi biểu quyết việc gì."), "max_length": _("Dài quá. Hãy viết gọn lại.")},
    )
    in_favour = _count_field(_("Tán thành"))
    against = _count_field(_("Không tán thành"))
    other = _count_field(_("Ý kiến khác, bảo lưu"))
    method = forms.ChoiceField(choices=VoteMethod.choices, required=False)
    majority = forms.ChoiceField(choices=VoteMajority.choices, required=False)
    all = _count_field(_("Cả chi bộ tán thành"))

    def ballot(self) -> VoteCount:
        """What was counted; the form is valid."""
        data = self.cleaned_data
        if data["all"]:
            return VoteCount(data["all"])
        return VoteCount(data["in_favour"] or 0, data["against"] or 0, data["other"] or 0)

    def majority_of(self) -> VoteMajority | None:
        """None: as the subject asks for."""
        chosen = self.cleaned_data["majority"]
        return VoteMajority(chosen) if chosen else None

    def method_of(self) -> VoteMethod:
        return VoteMethod(self.cleaned_data["method"] or VoteMethod.HANDS)


class ConclusionForm(forms.Form):
    """`conclusion_before` is the text the writer started from."""

    conclusion = TypedTextField(
        label=_("Kết luận"), required=False, max_length=NOTE_LIMIT, strip=False, widget=forms.Textarea
    )
    conclusion_before = forms.CharField(required=False, max_length=NOTE_LIMIT, strip=False, widget=forms.HiddenInput)

    def show_refusal(self, error: DomainError) -> None:
        """Where somebody else wrote meanwhile, the field gets both texts; any other refusal stands beside it."""
        both = getattr(error, "both", None)
        if both is not None:
            self.data = dict(self.data.items()) | {"conclusion": both}
        self.add_error(error.field if error.field in self.fields else None, str(error))


class RemarkForm(forms.Form):
    """Praise or a reminder. `members` are those of the roll call, sorted by name."""

    kind = forms.ChoiceField(
        label=_("Biểu dương hay nhắc nhở"),
        choices=RemarkKind.choices,
        initial=RemarkKind.PRAISE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn biểu dương hoặc nhắc nhở.")},
    )
    member = forms.ChoiceField(
        label=_("Đồng chí"),
        error_messages={"required": _("Hãy chọn một đồng chí."), "invalid_choice": _("Hãy chọn một đồng chí.")},
    )
    text = TypedLineField(
        label=_("Về việc gì"),
        max_length=TITLE_LIMIT,
        error_messages={"required": _("Hãy ghi một câu về việc gì."), "max_length": _("Dài quá. Hãy viết gọn lại.")},
    )

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(member.public_id): member for member in members}
        _offer(self, "member", _("Chọn đồng chí"), self._members)

    def chosen(self) -> Member:
        return self._members[self.cleaned_data["member"]]


class ClosingForm(forms.Form):
    """When the meeting ended, one reason for each rule that is not kept (`reason_` and the name of the rule), items discussed.

    `left`: items that nobody took up in the room, of which the chair may say that they were discussed: of those that stood on the
    page (`shown`), and no tick is taken for others. Where nobody went through the programme (`is_followed`), of all or none,
    unless a closing that was taken back named some (`was_said`). The key Enter (`by_enter`) does not say that none was.

    `asks_length`: with that end it lasted longer than meetings do, which is asked about.
    """

    closed_at = MomentField(
        label=_("Bế mạc lúc"),
        required=False,
        help_text=_("Ngày giờ buổi sinh hoạt kết thúc. Ví dụ 25/12 21:15"),
        error_messages={
            "invalid": _("Ngày giờ này không đọc được. Hãy ghi như 25/12 21:15."),
        },
    )
    long_is_right = forms.BooleanField(label=_("Đúng, buổi sinh hoạt kéo dài như vậy"), required=False)

    all_discussed = forms.BooleanField(required=False)  # a button of the page
    discussed = forms.MultipleChoiceField(
        label=_("Hoặc chỉ những mục này đã bàn"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Hãy chọn mục trong danh sách.")},
    )

    def __init__(
        self,
        *args: Any,
        warnings: Iterable[RuleWarning],
        asks_length: bool,
        left: Collection[AgendaItem] = (),
        is_followed: bool = True,
        was_said: bool = False,
        opened_at: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._left, self._opened_at = left, opened_at
        set_choices(self, "discussed", [(str(item.public_id), item.title) for item in left])
        if not asks_length:
            del self.fields["long_is_right"]
        if not left:
            del self.fields["all_discussed"]
        if not was_said and (len(left) < 2 or not is_followed):
            del self.fields["discussed"]
        self._keys: dict[str, str] = {}
        for warning in warnings:
            name = f"{REASON_PREFIX}{warning.key.replace('.', '_')}"
            self._keys[name] = warning.key
            self.fields[name] = TypedLineField(
                label=warning.title,
                help_text=warning.rule,
                max_length=REASON_LIMIT,
                widget=forms.Textarea(attrs={"rows": 2, "data-nn-draft": ""}),
                error_messages={"required": _("Hãy ghi lý do."), "max_length": _("Dài quá. Hãy viết gọn lại.")},
            )

    @staticmethod
    def read_end(data: Mapping[str, Any] | None) -> datetime | None:
        """The end that was typed; None when there is none or it cannot be read, which the form says beside it."""
        try:
            return MomentField(required=False).clean(data.get("closed_at", "")) if data else None
        except ValidationError:
            return None

    def ending(self) -> MeetingEnd:
        """The form is valid."""
        return MeetingEnd(self.cleaned_data["closed_at"], bool(self.cleaned_data.get("long_is_right")))

    def clean_closed_at(self) -> datetime | None:
        """Said beside the hour, before anything is asked that follows from it."""
        closed_at: datetime | None = self.cleaned_data["closed_at"]
        if closed_at and self._opened_at and closed_at <= self._opened_at - timedelta(minutes=1):
            raise ValidationError(_("Giờ này trước giờ khai mạc. Hãy xem lại ngày giờ."), code="before_opening")
        return closed_at

    def clean(self) -> dict[str, Any]:
        """A tick says something of the list that was read, not of what it has become."""
        data = super().clean() or {}
        ticked = "all_discussed" in self.data or "discussed" in self.data
        shown = set(str(self.data.get("shown", "")).split())
        if ticked and shown != {str(item.public_id) for item in self._left}:
            raise ValidationError(_("Chương trình vừa thay đổi. Hãy xem lại các mục chưa bàn."), code="changed")
        if self._left and not ticked and "by_enter" in self.data:
            raise ValidationError(
                _("Còn mục chưa bấm khi họp: hãy bấm một trong hai nút ở cuối trang."), code="by_enter"
            )
        return data

    def discussed_items(self) -> set[UUID]:
        """Items nobody took up in the room that were come to all the same; the form is valid."""
        if self.cleaned_data.get("all_discussed"):
            return {item.public_id for item in self._left}
        return {UUID(key) for key in self.cleaned_data.get("discussed", ())}

    def reason_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._keys]

    def reasons(self) -> Mapping[str, str]:
        """Reasons by the key of the rule; the form is valid."""
        return {key: self.cleaned_data[name] for name, key in self._keys.items()}


def _offer(form: forms.Form, name: str, nobody: Any, members: Mapping[str, Member]) -> None:
    """Members for a select, by given name, after a row for nobody."""
    set_choices(form, name, [("", nobody), *_label(members)])


def _label(members: Mapping[str, Member]) -> list[tuple[str, Any]]:
    labels = tell_apart(members.values())
    return [(key, labels[member.pk]) for key, member in members.items()]
