"""What people type into the minutes and the resolution."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT, AttendanceState
from nennep.meetings.queries.minutes import MinutesPage
from nennep.meetings.rules.minutes import ItemTexts
from nennep.meetings.rules.resolution import ResolutionTexts
from nennep.meetings.services.minutes import EntryChange, MinutesChanges

_TOO_LONG = {"max_length": _("Dài quá. Hãy viết gọn lại.")}


class MinutesForm(forms.Form):
    """Every text of the minutes and every person of the roll call, as they stand now.

    `version` is what the writer saw: the approved version, or before the approval the revision of the meeting. `reason`
    is asked when the minutes are approved already: then it is a correction.
    """

    conclusion = forms.CharField(
        label=_("Kết luận của người chủ trì"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=_TOO_LONG,
    )
    fee_note = forms.CharField(label=_("Đảng phí"), required=False, max_length=TITLE_LIMIT, error_messages=_TOO_LONG)
    reason = forms.CharField(
        label=_("Vì sao đính chính"),
        max_length=REASON_LIMIT,
        help_text=_("Lý do nằm trong biên bản, chi bộ và cấp trên đọc được."),
        error_messages={"required": _("Hãy ghi vì sao phải đính chính."), **_TOO_LONG},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, page: MinutesPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page
        self.fields["conclusion"].initial = page.paper.conclusion
        self.fields["fee_note"].initial = page.paper.fee_note
        self._add_items()
        self._add_entries()
        if page.is_approved:
            self.fields["version"].initial = page.versions[0].number
            self.order_fields(["reason", *self.fields])
        else:
            self.fields["version"].initial = page.meeting.revision
            del self.fields["reason"]

    def _add_items(self) -> None:
        for number, item in enumerate(self._page.paper.items):
            texts = (("note", _("Diễn biến, ý kiến"), item.note, 5), ("end", _("Kết luận của mục"), item.conclusion, 2))
            for kind, label, text, rows in texts:
                self.fields[f"{kind}_{number}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=NOTE_LIMIT,
                    strip=False,
                    initial=text,
                    widget=forms.Textarea(attrs={"rows": rows}),
                    error_messages=_TOO_LONG,
                )

    def _add_entries(self) -> None:
        for number, entry in enumerate(self._page.entries):
            self.fields[f"state_{number}"] = forms.ChoiceField(
                label=entry.name,
                choices=[(state.value, state.label) for state in entry.states],
                initial=entry.state.value,
            )
            self.fields[f"why_{number}"] = forms.CharField(
                label=_("Lý do"),
                required=False,
                max_length=REASON_LIMIT,
                initial=entry.reason,
                error_messages=_TOO_LONG,
            )

    def item_fields(self) -> Iterable[tuple[str, Any, Any]]:
        """Title, field of the course and field of the conclusion of each item."""
        for number, item in enumerate(self._page.paper.items):
            yield item.title, self[f"note_{number}"], self[f"end_{number}"]

    def entry_fields(self) -> Iterable[tuple[Any, Any]]:
        """Field of the state and field of the reason of each person."""
        for number in range(len(self._page.entries)):
            yield self[f"state_{number}"], self[f"why_{number}"]

    def changes(self) -> MinutesChanges:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return MinutesChanges(
            items={
                UUID(item.id): ItemTexts(data[f"note_{number}"], data[f"end_{number}"])
                for number, item in enumerate(self._page.paper.items)
            },
            entries={
                entry.public_id: EntryChange(AttendanceState(data[f"state_{number}"]), data[f"why_{number}"])
                for number, entry in enumerate(self._page.entries)
            },
            conclusion=data["conclusion"],
            fee_note=data["fee_note"],
        )


class ApprovalForm(forms.Form):
    extra = forms.CharField(
        label=_("Ghi thêm vào biên bản"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Điều chưa có chỗ nào khác ghi; có thể để trống"),
        error_messages=_TOO_LONG,
    )


class ResolutionForm(forms.Form):
    """The resolution's own words."""

    thinking = forms.CharField(
        label=_("Tình hình tư tưởng đảng viên, dư luận quần chúng"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-nn-draft": ""}),
        error_messages=_TOO_LONG,
    )
    shortcomings = forms.CharField(
        label=_("Hạn chế, khuyết điểm và nguyên nhân"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-nn-draft": ""}),
        help_text=_("Một là … Nguyên nhân: …"),
        error_messages=_TOO_LONG,
    )
    directions = forms.CharField(
        label=_("Phương hướng, nhiệm vụ tháng tới"),
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-nn-draft": ""}),
        help_text=_("Mỗi việc: ai chủ trì, làm gì, xong khi nào"),
        error_messages={"required": _("Chưa ghi phương hướng, nhiệm vụ tháng tới."), **_TOO_LONG},
    )

    def texts(self) -> ResolutionTexts:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return ResolutionTexts(data["thinking"], data["shortcomings"], data["directions"])
