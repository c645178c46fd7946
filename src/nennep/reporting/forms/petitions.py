"""What is typed when a unit issues its report of petitions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import TypedLineField
from nennep.meetings.choices import REASON_LIMIT


class IssueReportForm(forms.Form):
    """A first report needs nothing; a later version the reason."""

    reason = TypedLineField(
        label=_("Vì sao cần bản mới"),
        max_length=REASON_LIMIT,
        help_text=_("Ví dụ: chi bộ Nặm Chá xác nhận chậm 2 kiến nghị. Bản cũ vẫn còn."),
        error_messages={"required": _("Hãy ghi lý do."), "max_length": _("Dài quá. Hãy viết gọn lại.")},
    )

    def __init__(self, *arguments: Any, asks_reason: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not asks_reason:
            del self.fields["reason"]
