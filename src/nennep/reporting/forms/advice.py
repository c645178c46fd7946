"""What is typed to advise a cell."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import TypedLineField, set_choices
from nennep.meetings.choices import REASON_LIMIT, TITLE_LIMIT


class AdviceForm(forms.Form):
    text = TypedLineField(
        label=_("Góp ý"),
        max_length=TITLE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Một việc cụ thể, làm được ở buổi sau."),
        error_messages={"required": _("Hãy ghi một câu góp ý cụ thể.")},
    )
    example = TypedLineField(
        label=_("Cách làm hay để tham khảo"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    topic = forms.ChoiceField(label=_("Về nhóm điểm nào"), required=False, choices=[])
    keep = forms.BooleanField(label=_("Giữ làm câu góp ý mẫu cho cả xã"), required=False)

    def __init__(self, *args: Any, topics: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "topic", [("", _("Chung")), *topics])
