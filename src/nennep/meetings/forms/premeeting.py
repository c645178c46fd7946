"""What a person types of the committee's own meeting."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import TypedLineField, TypedTextField
from nennep.core.merging import merge_texts
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT
from nennep.meetings.forms.schedule import WhenForm
from nennep.meetings.models import Premeeting
from nennep.meetings.rules.premeeting import fingerprint
from nennep.meetings.services.premeeting import TEXT_FIELDS, WhenAndWhere

KNOWN = "known-"  # before the name of a text: its fingerprint when the page was opened


class PlanPremeetingForm(WhenForm):
    """When and where; the reason only where a policy asks for days between."""

    reason = TypedLineField(
        label=_("Lý do họp muộn hơn quy định"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, asks_days: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_days:
            del self.fields["reason"]

    @property
    def when(self) -> WhenAndWhere:
        """Only on a valid form."""
        cleaned = self.cleaned_data
        return WhenAndWhere(self.planned_for, cleaned["place"], cleaned.get("reason", ""))


def _text(label: Any, hint: Any = "", *, rows: int = 5) -> forms.CharField:
    return TypedTextField(
        label=label,
        help_text=hint,
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": rows, "data-nn-draft": ""}),
    )


class PremeetingForm(forms.Form):
    """The short minutes, by heading."""

    absent_note = TypedLineField(
        label=_("Vắng, lý do"), required=False, max_length=REASON_LIMIT, widget=forms.TextInput
    )
    last_month = _text(_("Kết quả tháng trước"), _("Nhiệm vụ chính trị, xây dựng Đảng; ưu điểm, hạn chế, nguyên nhân."))
    next_month = _text(
        _("Nhiệm vụ trọng tâm tháng tới"), _("Định hướng, việc của địa bàn, đảng viên, đảng phí, nguồn.")
    )
    cell_meeting = _text(_("Chuẩn bị buổi sinh hoạt chi bộ"), _("Nội dung chính, ai chuẩn bị văn bản nào."))
    inspection = _text(_("Kiểm tra, giám sát, phân công"), rows=3)
    discussion = _text(_("Ý kiến thảo luận"))
    conclusion = _text(_("Kết luận của bí thư"))
    tasks = _text(_("Việc giao từng đồng chí"), _("Mỗi dòng một việc: ai, làm gì, xong khi nào."), rows=4)

    @classmethod
    def of(cls, premeeting: Premeeting) -> "PremeetingForm":
        return cls(initial={name: getattr(premeeting, name) for name in TEXT_FIELDS})

    @property
    def texts(self) -> dict[str, str]:
        """What was posted: a heading that is not on the page stays as it is. Only on a valid form."""
        return {name: self.cleaned_data[name] for name in TEXT_FIELDS if name in self.data}

    def put_together(self, theirs: Mapping[str, str]) -> None:
        """Of these texts somebody else wrote `theirs`: the fields get every paragraph of both, ready to be made one text."""
        texts = self.texts
        both = {name: merge_texts(base="", mine=texts[name], theirs=text).text for name, text in theirs.items()}
        self.data = dict(self.data.items()) | both

    @property
    def known(self) -> dict[str, str]:
        """Fingerprints as they were posted, or of what the page shows now."""
        if self.is_bound:
            return {name: str(self.data.get(f"{KNOWN}{name}", "")) for name in TEXT_FIELDS}
        return {name: fingerprint(str(self.initial.get(name, ""))) for name in TEXT_FIELDS}

    @property
    def known_fields(self) -> list[tuple[str, str]]:
        """Hidden inputs that go with the texts."""
        return [(f"{KNOWN}{name}", value) for name, value in self.known.items()]


class ConcludeForm(forms.Form):
    reason = TypedLineField(required=False, max_length=REASON_LIMIT)
