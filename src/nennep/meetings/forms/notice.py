"""What a person types to call members, and to answer."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import TypedLineField, TypedTextField, set_choices
from nennep.meetings.choices import MESSAGE_LIMIT, REASON_LIMIT, MeetingMode, NoticeAnswer


class NoticeForm(forms.Form):
    message = TypedTextField(
        label=_("Lời nhắn"),
        required=False,
        max_length=MESSAGE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In kèm trong thông báo. Không ghi nội dung mật."),
    )
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ReplyForm(forms.Form):
    """Nobody is asked to follow from elsewhere a meeting that all attend in the room."""

    answer = forms.ChoiceField(
        label=_("Trả lời"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một câu trả lời."), "invalid_choice": _("Hãy chọn một câu trả lời.")},
    )
    reason = TypedLineField(
        label=_("Lý do, nếu xin vắng"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=_("Lý do ghi vào biên bản. Không cần ghi chuyện sức khỏe."),
    )
    member = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, mode: MeetingMode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in NoticeAnswer if one != NoticeAnswer.ONLINE or mode.may_be_followed]
        set_choices(self, "answer", [(answer.value, answer.label) for answer in offered])

    @property
    def chosen(self) -> NoticeAnswer:
        """Only on a valid form."""
        return NoticeAnswer(self.cleaned_data["answer"])

    @property
    def reply(self) -> dict[str, Any]:
        """Answer, reason and the member it is written down for (None: the reader's own). Only on a valid form."""
        member: UUID | None = self.cleaned_data["member"]
        return {"answer": self.chosen, "reason": self.cleaned_data["reason"], "member": member}
