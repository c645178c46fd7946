"""What a person types about a theme of the year's plan."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import DayField, TypedLineField, set_choices
from nennep.core.periods import Month
from nennep.meetings.choices import REASON_LIMIT, TITLE_LIMIT
from nennep.meetings.forms.agenda import as_uuid, member_choices
from nennep.meetings.forms.schedule import WhenForm
from nennep.meetings.services.themes import ThemeDetails
from nennep.members.queries import CellMember


class ThemeForm(forms.Form):
    title = TypedLineField(
        label=_("Tên chuyên đề"),
        max_length=TITLE_LIMIT,
        help_text=_("Sát việc của chi bộ. Ví dụ: Đảng viên gương mẫu phân loại rác tại nhà."),
        error_messages={"required": _("Hãy ghi tên chuyên đề.")},
    )
    month = forms.ChoiceField(label=_("Tháng"))
    purpose = TypedLineField(
        label=_("Mục đích, yêu cầu"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    author = forms.ChoiceField(label=_("Người chuẩn bị dự thảo"), required=False)
    draft_due_on = DayField(
        label=_("Dự thảo xong chậm nhất ngày"),
        required=False,
        error_messages={"invalid": _("Ngày này không đọc được. Hãy ghi như 25/12.")},
    )

    def __init__(self, *args: Any, year: int, members: Iterable[CellMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        months = [(str(number), _("Tháng %(number)s") % {"number": number}) for number in range(1, 13)]
        set_choices(self, "month", months)
        set_choices(self, "author", member_choices(members, _("Chưa phân công")))

    @property
    def details(self) -> ThemeDetails:
        """Only on a valid form."""
        cleaned = self.cleaned_data
        due: date | None = cleaned["draft_due_on"]
        return ThemeDetails(
            month=Month(self.year, int(cleaned["month"])),
            title=cleaned["title"],
            purpose=cleaned["purpose"],
            author=as_uuid(cleaned["author"]),
            draft_due_on=due,
        )


class AloneForm(WhenForm):
    """Day, hour and place of a thematic meeting of its own."""
