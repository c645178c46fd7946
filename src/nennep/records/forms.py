"""What people type into the minutes and the resolution."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.forms import GuardedForm, MomentField, TypedLineField, TypedTextField
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT
from nennep.records.queries.minutes import Corrigible, MinutesPage
from nennep.records.rules.corrections import EntryChange, MinutesChanges, VoteChange, conclusion_name, note_name
from nennep.records.rules.minutes import ItemTexts
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.minutes import EntryChangedMeanwhile
from nennep.room.choices import AttendanceState

_MOMENT = "%d/%m/%Y %H:%M"
_TOO_LONG = {"max_length": _("Dài quá. Hãy viết gọn lại.")}


class MinutesForm(GuardedForm):
    """Every text of the minutes and every person of the roll call, as they stand now.

    Each field carries along what it was opened with: what others wrote meanwhile is put beside it. `reason` is asked when
    the minutes are approved already: then it is a correction, also of votes, remarks and tasks (`corrigible`).
    """

    conclusion = TypedTextField(
        label=_("Kết luận của người chủ trì"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=_TOO_LONG,
    )
    fee_note = TypedLineField(label=_("Đảng phí"), required=False, max_length=TITLE_LIMIT, error_messages=_TOO_LONG)
    reason = TypedLineField(
        label=_("Vì sao đính chính"),
        max_length=REASON_LIMIT,
        help_text=_("Lý do nằm trong biên bản, chi bộ và cấp trên đọc được."),
        error_messages={"required": _("Hãy ghi vì sao phải đính chính."), **_TOO_LONG},
    )

    def __init__(self, *args: Any, page: MinutesPage, corrigible: Corrigible | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page, self._corrigible = page, corrigible
        self.fields["conclusion"].initial = page.paper.conclusion
        self.fields["fee_note"].initial = page.paper.fee_note
        self.fields["opened_at"] = _moment_field(_("Khai mạc"), page.paper.opened)
        self.fields["closed_at"] = _moment_field(_("Bế mạc"), page.paper.closed)
        self._add_items()
        self._add_entries()
        if corrigible:
            self._add_corrigible(corrigible)
            self.order_fields(["reason", *self.fields])
        else:
            del self.fields["reason"]
        self.guard(*[name for name, field in self.fields.items() if name != "reason" and not _is_box(field)])

    def _add_items(self) -> None:
        for number, item in enumerate(self._page.paper.items):
            texts = (("note", _("Diễn biến, ý kiến"), item.note, 5), ("end", _("Kết luận của mục"), item.conclusion, 2))
            for kind, label, text, rows in texts:
                self.fields[f"{kind}_{number}"] = TypedTextField(
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
            self.fields[f"why_{number}"] = _line_field(_("Lý do"), entry.reason, limit=REASON_LIMIT)

    def _add_corrigible(self, corrigible: Corrigible) -> None:
        for number, vote in enumerate(corrigible.votes):
            self.fields[f"vote_{number}"] = _line_field(_("Biểu quyết việc"), vote.subject)
            counts = (
                (_("Tán thành"), vote.in_favour),
                (_("Không tán thành"), vote.against),
                (_("Ý kiến khác"), vote.other),
            )
            for kind, (label, count) in zip(("yes", "no", "other"), counts, strict=True):
                self.fields[f"{kind}_{number}"] = _count_field(label, count)
            self.fields[f"no_vote_{number}"] = _drop_field(_("Ghi nhầm, không có lần biểu quyết này"))
        for number, remark in enumerate(corrigible.remarks):
            title = f"{remark.kind.label}: {remark.name}"
            self.fields[f"remark_{number}"] = _line_field(title, remark.text)
            self.fields[f"no_remark_{number}"] = _drop_field(_("Ghi nhầm, bỏ dòng này"))
        for number, duty in enumerate(corrigible.duties):
            label = format_lazy("{}: {}", _("Giao nhầm"), duty.title)
            self.fields[f"no_duty_{number}"] = _drop_field(label, hint=duty.assignee)

    def item_fields(self) -> Iterable[tuple[str, Any, Any]]:
        """Title, field of the course and field of the conclusion of each item."""
        for number, item in enumerate(self._page.paper.items):
            yield item.title, self[f"note_{number}"], self[f"end_{number}"]

    def entry_fields(self) -> Iterable[tuple[Any, Any]]:
        """Field of the state and field of the reason of each person."""
        for number in range(len(self._page.entries)):
            yield self[f"state_{number}"], self[f"why_{number}"]

    def vote_fields(self) -> Iterable[list[Any]]:
        """The fields of each vote: subject, counts, whether there was none."""
        for number in range(len(self._corrigible.votes if self._corrigible else ())):
            yield [self[f"{kind}_{number}"] for kind in ("vote", "yes", "no", "other", "no_vote")]

    def remark_fields(self) -> Iterable[list[Any]]:
        """The fields of each remark: its words, whether there was none."""
        for number in range(len(self._corrigible.remarks if self._corrigible else ())):
            yield [self[f"remark_{number}"], self[f"no_remark_{number}"]]

    def duty_fields(self) -> Iterable[Any]:
        """One box for each task that the meeting gave."""
        for number in range(len(self._corrigible.duties if self._corrigible else ())):
            yield self[f"no_duty_{number}"]

    def show_refusal(self, error: DomainError) -> None:
        if isinstance(error, EntryChangedMeanwhile):
            self._show_entries(self._page)
        super().show_refusal(error)

    def text_names(self) -> dict[str, str]:
        """The field of each text, by the name under which texts are merged."""
        names = {"conclusion": "conclusion", "fee_note": "fee_note"}
        for number, item in enumerate(self._page.paper.items):
            names |= {note_name(item.id): f"note_{number}", conclusion_name(item.id): f"end_{number}"}
        return names

    def changes(self) -> MinutesChanges:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        changes = MinutesChanges(
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
            opened_at=data["opened_at"] if self.is_touched("opened_at") else None,
            closed_at=data["closed_at"] if self.is_touched("closed_at") else None,
        )
        return self._add_corrections(changes, self._corrigible) if self._corrigible else changes

    def _add_corrections(self, changes: MinutesChanges, corrigible: Corrigible) -> MinutesChanges:
        data = self.cleaned_data
        return replace(
            changes,
            votes=dict(self._read_votes(corrigible)),
            remarks={
                remark.id: None if data[f"no_remark_{number}"] else data[f"remark_{number}"]
                for number, remark in enumerate(corrigible.remarks)
                if data[f"no_remark_{number}"] or self.is_touched(f"remark_{number}")
            },
            mistaken_duties=frozenset(
                duty.public_id for number, duty in enumerate(corrigible.duties) if data[f"no_duty_{number}"]
            ),
        )

    def _read_votes(self, corrigible: Corrigible) -> Iterator[tuple[UUID, VoteChange | None]]:
        data = self.cleaned_data
        for number, vote in enumerate(corrigible.votes):
            kinds = [f"{kind}_{number}" for kind in ("vote", "yes", "no", "other")]
            if data[f"no_vote_{number}"]:
                yield vote.public_id, None
            elif any(map(self.is_touched, kinds)):
                subject, *counts = [data[kind] for kind in kinds]
                yield vote.public_id, VoteChange(subject, *(count or 0 for count in counts))

    def base(self) -> MinutesChanges:
        """What the writer began with, as far as the request says so."""
        texts = self.begun_texts(self.text_names())
        items = {}
        for item in self._page.paper.items:
            if {note_name(item.id), conclusion_name(item.id)} <= texts.keys():
                items[UUID(item.id)] = ItemTexts(texts[note_name(item.id)], texts[conclusion_name(item.id)])
        return MinutesChanges(
            items=items,
            entries=dict(self._begun_entries()),
            conclusion=texts.get("conclusion"),
            fee_note=texts.get("fee_note"),
        )

    def _begun_entries(self) -> Iterator[tuple[UUID, EntryChange]]:
        for number, entry in enumerate(self._page.entries):
            state, reason = self.begun(f"state_{number}"), self.begun(f"why_{number}")
            if state in AttendanceState.values and reason is not None:
                yield entry.public_id, EntryChange(AttendanceState(state), reason)

    def _show_entries(self, page: MinutesPage) -> None:
        """Somebody else marked a person meanwhile: what the writer left alone shows what stands there now."""
        data = dict(self.data.items())
        for number, entry in enumerate(page.entries):
            for name, words in ((f"state_{number}", entry.state.value), (f"why_{number}", entry.reason)):
                if not self.is_touched(name):
                    data[name] = words
                data[f"base_{name}"] = words
        self.data = data


def _is_box(field: forms.Field) -> bool:
    return isinstance(field, forms.BooleanField)


def _line_field(label: Any, text: str, *, limit: int = TITLE_LIMIT) -> forms.CharField:
    return TypedLineField(label=label, required=False, max_length=limit, initial=text, error_messages=_TOO_LONG)


def _count_field(label: Any, count: int) -> forms.IntegerField:
    wrong = _("Hãy gõ một số, từ 0 trở lên.")
    messages = dict.fromkeys(("invalid", "min_value"), wrong)
    return forms.IntegerField(label=label, required=False, min_value=0, initial=count, error_messages=messages)


def _drop_field(label: Any, *, hint: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=hint)


def _moment_field(label: Any, moment: datetime | None) -> MomentField:
    return MomentField(
        label=label,
        required=False,
        initial=f"{localtime(moment):{_MOMENT}}" if moment else "",
        help_text=_("Ví dụ 25/12 19:30"),
        error_messages={"invalid": _("Ngày giờ không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 25/12 19:30.")},
    )


class ApprovalForm(forms.Form):
    extra = TypedTextField(
        label=_("Ghi thêm vào biên bản"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Điều chưa có chỗ nào khác ghi; có thể để trống"),
        error_messages=_TOO_LONG,
    )


RESOLUTION_TEXTS = {name: name for name in ("thinking", "shortcomings", "directions")}


class ResolutionForm(GuardedForm):
    """The resolution's own words."""

    thinking = TypedTextField(
        label=_("Tình hình tư tưởng đảng viên, dư luận quần chúng"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-nn-draft": ""}),
        error_messages=_TOO_LONG,
    )
    shortcomings = TypedTextField(
        label=_("Hạn chế, khuyết điểm và nguyên nhân"),
        required=False,
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-nn-draft": ""}),
        help_text=_("Một là … Nguyên nhân: …"),
        error_messages=_TOO_LONG,
    )
    directions = TypedTextField(
        label=_("Phương hướng, nhiệm vụ tháng tới"),
        max_length=NOTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-nn-draft": ""}),
        help_text=_("Mỗi việc: ai chủ trì, làm gì, xong khi nào"),
        error_messages={"required": _("Chưa ghi phương hướng, nhiệm vụ tháng tới."), **_TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard(*RESOLUTION_TEXTS)

    def base(self) -> dict[str, str]:
        """What the writer began with, by the name of the text."""
        return self.begun_texts(RESOLUTION_TEXTS)

    def texts(self) -> ResolutionTexts:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return ResolutionTexts(data["thinking"], data["shortcomings"], data["directions"])


class ResolutionCorrectionForm(ResolutionForm):
    """Other words for a resolution that was filed, and why."""

    reason = TypedLineField(
        label=_("Vì sao đính chính"),
        max_length=REASON_LIMIT,
        help_text=_("Lý do in trên nghị quyết đã sửa; cấp trên đọc được."),
        error_messages={"required": _("Hãy ghi vì sao phải đính chính."), **_TOO_LONG},
    )
    field_order = ("reason", *RESOLUTION_TEXTS)
