"""The report of a visit as it is typed: prefilled from the records of the meeting, so that little is left to say."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from nennep.assessments.choices import Grade
from nennep.assessments.forms import points_field
from nennep.core.errors import DomainError
from nennep.core.forms import (
    NumberField,
    TypedLineField,
    TypedTextField,
    add_domain_error,
    label_with_hint,
    set_choices,
)
from nennep.organizations.models import Organization
from nennep.petitions.choices import OPINIONS, PLACE_LIMIT, PetitionField, PetitionState
from nennep.petitions.models import Petition
from nennep.reporting.queries.visit_report import GroupScore, ReportPage
from nennep.reporting.rules.visit_report import (
    CONCLUDED,
    CONDUCT,
    CRITICISM,
    DIRECTIVES,
    IN_ORDER,
    MANY_SPOKE,
    NEWS,
    Section,
    join_conduct,
    join_section,
    split_conduct,
    split_section,
    sum_score,
)
from nennep.visits.choices import (
    COMMENT_LIMIT,
    COMMENTS_PER_VISIT,
    OPINION_LIMIT,
    OPINIONS_LIMIT,
    TEXT_LIMIT,
    OpinionOutcome,
    SpeakerKind,
)
from nennep.visits.services.advising import Comment
from nennep.visits.services.reports import OpinionDraft, ReportDraft, ReportSavedElsewhere

# What is stored is Vietnamese; the labels are said in the reader's language.
LABELS: dict[str, str | Promise] = {
    IN_ORDER: _("Đủ các bước theo trình tự"),
    MANY_SPOKE: _("Nhiều đồng chí phát biểu"),
    CRITICISM: _("Tự phê bình và phê bình nghiêm túc"),
    CONCLUDED: _("Có kết luận, phân công rõ việc"),
    NEWS: _("Tình hình thời sự nổi bật"),
    DIRECTIVES: _("Chủ trương, chỉ đạo mới của cấp trên"),
}
ATTACH = "kem-"  # the button of a row of opinions that leads to its files, with the row's number from 0
TOO_LONG = {"max_length": _("Dài quá %(limit_value)s chữ. Hãy viết gọn lại.")}


def _text(label: Any, rows: int = 1, limit: int = TEXT_LIMIT) -> forms.CharField:
    return TypedTextField(
        label=label,
        required=False,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=TOO_LONG,
    )


def _ticks(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Chương trình vừa đổi. Hãy tải lại trang rồi chọn lại.")},
    )


class VisitReportForm(forms.Form):
    """Everything but opinions and comments. A field `points_<code>` for each group of the score sheet."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput({"autocomplete": "off"}))
    grade = forms.ChoiceField(
        label=_("Nhìn chung"),
        required=False,
        choices=[(grade.value, grade.label) for grade in Grade],
        widget=forms.RadioSelect,
    )
    conduct = _ticks(_("Buổi sinh hoạt có"))
    conduct_other = _text(_("Ghi thêm"))
    discussed = _ticks(_("Chi bộ đã bàn"))
    discussed_other = _text(_("Nội dung khác chi bộ đã bàn"))
    information = _ticks(_("Đã thông tin"))
    information_other = _text(_("Nội dung khác đã thông tin, chỉ đạo"))
    settled = _text(_("Việc đã giải quyết, trả lời ngay tại buổi"), rows=2)
    score_reason = _text(_("Vì sao khác điểm chi bộ?"))

    def __init__(self, *args: Any, page: ReportPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page
        set_choices(self, "conduct", [(line, _hint(line, page)) for line in CONDUCT])
        set_choices(self, "discussed", [(line, line.rstrip(".")) for line in page.topics])
        set_choices(self, "information", [(line, LABELS.get(line, line.rstrip("."))) for line in page.information])
        for group in page.groups:
            self.fields[_field_of(group)] = _points_field(group)

    def group_fields(self) -> Iterable[tuple[GroupScore, Any]]:
        """Each group of the score sheet with its field."""
        for group in self._page.groups:
            yield group, self[_field_of(group)]

    def points(self) -> dict[str, float]:
        """The points that were typed, by group; the form is valid."""
        typed = {group.code: self.cleaned_data[_field_of(group)] for group in self._page.groups}
        return {code: float(points) for code, points in typed.items() if points is not None}

    def sections(self) -> dict[str, str]:
        data = self.cleaned_data
        conduct = Section(tuple(data["conduct"]), data["conduct_other"])
        parts = {
            name: join_section(Section(tuple(data[name]), data[f"{name}_other"]))
            for name in ("discussed", "information")
        }
        kept = {name: data[name] for name in ("settled", "score_reason")}
        return {"conduct": join_conduct(data["grade"], conduct), **parts, **kept}


class OpinionForm(forms.Form):
    """One opinion or petition and what became of it; empty ones are left out."""

    petition = forms.UUIDField(required=False, widget=forms.HiddenInput)
    public_id = forms.UUIDField(required=False, widget=forms.HiddenInput({"autocomplete": "off"}))
    text = _text(_("Ý kiến, kiến nghị"), rows=2, limit=OPINION_LIMIT)
    speaker = forms.ChoiceField(label=_("Ai nêu"), choices=SpeakerKind.choices, initial=SpeakerKind.MEMBER)
    outcome = forms.ChoiceField(
        label=_("Giải quyết thế nào"),
        choices=OpinionOutcome.choices,
        widget=forms.RadioSelect,
        initial=OpinionOutcome.NOTED,
    )
    passed_to = forms.ChoiceField(label=_("Chuyển đến"), required=False)
    passed_to_name = TypedLineField(
        label=_("Nơi khác"),
        required=False,
        max_length=200,
        error_messages=TOO_LONG,
        help_text=_("Phòng, ban, đơn vị ngoài cây tổ chức"),
    )
    field = forms.ChoiceField(
        label=_("Lĩnh vực"),
        choices=PetitionField.choices,
        initial=PetitionField.OTHER,
        required=False,
        error_messages={"invalid_choice": _("Hãy chọn một lĩnh vực trong danh sách.")},
    )
    place = TypedLineField(
        label=_("Ở đâu"),
        required=False,
        max_length=PLACE_LIMIT,
        help_text=_("Ví dụ: cầu Nà Khà, xóm Bản Chang."),
        error_messages=TOO_LONG,
    )

    def __init__(self, *args: Any, page: ReportPage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units, noted = (page.units, page.noted) if page else ((), ())
        self._files = page.files if page else {}
        self._units = {str(unit.public_id): unit for unit in units}
        self._noted = {petition.public_id: petition for petition in noted}
        set_choices(self, "passed_to", [*((key, unit.name) for key, unit in self._units.items()), ("", _("Nơi khác"))])

    def count_files(self) -> int:
        """How many wait with this opinion."""
        return self._files.get(str(self["public_id"].value() or ""), 0)

    def draft(self) -> OpinionDraft:
        """Only on a valid form."""
        data = self.cleaned_data
        outcome = OpinionOutcome(data["outcome"])
        passed = outcome == OpinionOutcome.PASSED_ON
        name = data["passed_to_name"] if passed else ""
        return OpinionDraft(
            text=data["text"],
            speaker=SpeakerKind(data["speaker"]),
            outcome=outcome,
            passed_to=self._units.get(data["passed_to"]) if passed and not name else None,
            passed_to_name=name,
            petition=self._noted.get(data["petition"]),
            field=PetitionField(data["field"] or PetitionField.OTHER),
            place=data["place"],
            public_id=data["public_id"],
        )


class CommentForm(forms.Form):
    """One pointed comment with a good example; an empty one is left out."""

    text = _text(_("Góp ý"), rows=2, limit=COMMENT_LIMIT)
    example = _text(_("Cách làm hay để tham khảo"), limit=COMMENT_LIMIT)
    topic = TypedLineField(required=False, max_length=20, widget=forms.HiddenInput)
    keep = forms.BooleanField(label=_("Giữ làm câu góp ý mẫu"), required=False)

    def draft(self) -> Comment:
        """Only on a valid form."""
        data = self.cleaned_data
        return Comment(data["text"], data["example"], data["topic"], keep=data["keep"])


# One more empty opinion each time: without scripts, a further one comes with the next page.
OpinionFormSet = forms.formset_factory(
    OpinionForm, extra=1, max_num=OPINIONS_LIMIT, absolute_max=OPINIONS_LIMIT, validate_max=True
)
CommentFormSet = forms.formset_factory(
    CommentForm, extra=1, max_num=COMMENTS_PER_VISIT, absolute_max=COMMENTS_PER_VISIT + 1, validate_max=True
)


class ReportForms:
    """The three together. `data` None shows what was saved, or what the records propose."""

    def __init__(self, data: QueryDict | None, *, page: ReportPage) -> None:
        given = {"page": page}
        self.page, self._data = page, data
        self.main = VisitReportForm(data, page=page, initial=_initial_of(page))
        self.opinions: BaseFormSet[OpinionForm] = OpinionFormSet(
            data, prefix="y", initial=_initial_opinions(page), form_kwargs=given
        )
        self.comments: BaseFormSet[CommentForm] = CommentFormSet(data, prefix="g", initial=_initial_comments(page))

    @property
    def all(self) -> list[forms.Form]:
        """For the summary of what is to be mended."""
        return [self.main, *self.opinions.forms, *self.comments.forms]

    def is_valid(self) -> bool:
        """All three are looked at, so that all errors are said at once. A file goes with an opinion that has words."""
        valid = all([self.main.is_valid(), self.opinions.is_valid(), self.comments.is_valid()])
        row = self.attach_row
        if row is not None and not self.opinions.forms[row].cleaned_data.get("text"):
            self.opinions.forms[row].add_error("text", gettext("Hãy ghi ý kiến trước, rồi kèm ảnh, công văn."))
            return False
        return valid

    @property
    def attach_row(self) -> int | None:
        """The row, from 0, whose button for files was pressed; None for any other button."""
        pressed = str(self._data.get("action", "")) if self._data is not None else ""
        number = pressed.removeprefix(ATTACH)
        if number == pressed or not number.isdecimal() or int(number) >= len(self.opinions.forms):
            return None
        return int(number)

    def position_of(self, row: int) -> int:
        """Where that row stands in the report once it is saved, from 1: rows without words are left out. Only when valid."""
        return sum(bool(form.cleaned_data.get("text")) for form in self.opinions.forms[: row + 1])

    @property
    def is_bound(self) -> bool:
        return self.main.is_bound

    def show_refusal(self, error: DomainError) -> None:
        """Saved on another device meanwhile: what was typed stays, and saving once more puts it over the other."""
        if isinstance(error, ReportSavedElsewhere) and self._data is not None:
            newer = self._data.copy()
            newer["version"] = str(error.details["version"])
            self.main.data = newer
        add_domain_error(self.main, error)

    def draft(self, *, besides: Sequence[Comment] = ()) -> ReportDraft:
        """What was typed; `besides` are comments chosen by a button. Only when valid."""
        points = self.main.points()
        opinions = [form.draft() for form in self.opinions.forms if form.cleaned_data.get("text")]
        comments = [form.draft() for form in self.comments.forms if form.cleaned_data.get("text")]
        known = {comment.text for comment in comments}
        return ReportDraft(
            **self.main.sections(),
            score=sum_score(points, starts_at=self.page.starts_at),
            group_scores=points,
            opinions=opinions,
            comments=[*comments, *(comment for comment in besides if comment.text not in known)],
            emptied=self._list_emptied() if self._data and self._data.get("action") == "auto" else frozenset(),
        )

    def _list_emptied(self) -> frozenset[UUID]:
        """Saved as one goes, while words are being written anew: what was saved is not gone yet."""
        forms = [form.cleaned_data for form in self.opinions.forms]
        return frozenset(data["public_id"] for data in forms if data.get("public_id") and not data.get("text"))


def _field_of(group: GroupScore) -> str:
    return f"points_{group.code.replace('.', '_')}"


def _points_field(group: GroupScore) -> NumberField:
    return points_field(group.title, minimum=group.minimum, maximum=group.maximum)


def _hint(line: str, page: ReportPage) -> str | Promise:
    """The line with the fact that speaks for it or against it."""
    room, label = page.room, LABELS[line]
    if line == MANY_SPOKE and room.attending:
        words = {"speakers": room.speakers, "attending": room.attending}
        return label_with_hint(label, gettext("%(speakers)s trên %(attending)s, theo ghi nhận tại buổi") % words)
    if line == IN_ORDER and room.items:
        return label_with_hint(
            label,
            ngettext("bàn %(taken)s/%(items)s mục", "bàn %(taken)s/%(items)s mục", room.items)
            % {"taken": room.taken, "items": room.items},
        )
    if line == CRITICISM and room.criticism_minutes:
        minutes = ngettext("%(minutes)s phút", "%(minutes)s phút", room.criticism_minutes)
        return label_with_hint(label, minutes % {"minutes": room.criticism_minutes})
    return label


def _initial_of(page: ReportPage) -> dict[str, Any]:
    """What was saved; before that what the records say, and the cell's own score."""
    own = {_field_of(group): _plain(group.own) for group in page.groups}
    report = page.report
    if report is None:
        cell = {_field_of(group): _plain(group.cell) for group in page.groups}
        proposed = {"conduct": page.proposed, "discussed": page.taken_topics, "grade": page.cell_grade}
        return {"version": 0, **proposed, **cell}
    grade, conduct = split_conduct(report.conduct)
    discussed = split_section(report.discussed, page.topics)
    information = split_section(report.information, page.information)
    initial: dict[str, Any] = {"version": report.version, "grade": grade}
    for name, section in (("conduct", conduct), ("discussed", discussed), ("information", information)):
        initial |= {name: section.chosen, f"{name}_other": section.other}
    return initial | own | {"settled": report.settled, "score_reason": report.score_reason}


def _plain(value: object) -> str:
    """`4.5`, `5`: as a field of numbers wants it."""
    return "" if value is None else f"{float(str(value)):g}"


def _initial_opinions(page: ReportPage) -> list[dict[str, Any]]:
    if page.report is None:
        return [_initial_noted(petition, page) for petition in page.noted]
    first = str(page.units[0].public_id) if page.units else ""
    return [
        {
            "petition": opinion.petition.public_id if opinion.petition else None,
            "public_id": opinion.public_id,
            "field": opinion.field,
            "place": opinion.place,
            "text": opinion.text,
            "speaker": opinion.speaker,
            "outcome": opinion.outcome,
            "passed_to": _public_id(opinion.passed_to) or ("" if opinion.passed_to_name else first),
            "passed_to_name": opinion.passed_to_name,
        }
        for opinion in page.report.opinions.all()
    ]


def _initial_noted(petition: Petition, page: ReportPage) -> dict[str, Any]:
    """A petition that the cell noted: passed on already, settled at the meeting, or noted only."""
    passed = petition.holder_id != petition.organization_id
    outcome = OpinionOutcome.PASSED_ON if passed else OpinionOutcome.NOTED
    if petition.state == PetitionState.SOLVED:
        outcome = OpinionOutcome.SETTLED_ON_SPOT
    if PetitionState(petition.state) in OPINIONS:
        outcome = OpinionOutcome.OPINION
    unit = petition.holder if passed else (page.units[0] if page.units else None)
    return {
        "petition": petition.public_id,
        "text": petition.text[:OPINION_LIMIT],
        "outcome": outcome,
        "passed_to": _public_id(unit),
    }


def _public_id(unit: Organization | None) -> str:
    return str(unit.public_id) if unit else ""


def _initial_comments(page: ReportPage) -> list[dict[str, Any]]:
    return list(page.report.comments) if page.report else []
