"""What is added to a report after it was sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import TypedTextField
from nennep.visits.choices import TEXT_LIMIT


class SupplementForm(forms.Form):
    text = TypedTextField(
        label=_("Bổ sung"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ghi ngày hôm nay; điều đã gửi giữ nguyên."),
        error_messages={
            "required": _("Hãy ghi điều cần bổ sung."),
            "max_length": _("Dài quá %(limit_value)s chữ. Hãy viết gọn lại."),
        },
    )
