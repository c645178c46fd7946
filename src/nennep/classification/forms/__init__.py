"""What people type about ratings."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import (
    COMMON_MAX,
    NAME_LIMIT,
    NUMBER_LIMIT,
    REASON_LIMIT,
    RESULTS_MAX,
    TEXT_LIMIT,
    CommentSource,
    FormSection,
    ListedKind,
    RatedForm,
    RatingFigure,
    RatingLevel,
)
from nennep.classification.models import Rating
from nennep.classification.rules import share_weights, weigh_duties
from nennep.core.forms import DayField, NumberField, TypedLineField, TypedTextField
from nennep.core.rounding import round_half_up
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.organizations.models import Organization
from nennep.policies.rules import PointItem, RatingSheet

_DAY = {"invalid": _("Hãy ghi ngày như 31/12/2026."), "required": _("Hãy ghi ngày như 31/12/2026.")}
ITEM = "item_"  # before the code of a line
_NUMBER = _("Hãy ghi một số từ 0 trở lên.")


def _points(label: Any, maximum: int, *, required: bool = False) -> NumberField:
    wrong = _("Điểm phải từ 0 đến %(maximum)s, lẻ nhiều nhất hai chữ số.") % {"maximum": maximum}
    names = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")
    return NumberField(
        label=label % {"maximum": maximum},
        required=required,
        min_value=0,
        max_value=maximum,
        max_digits=5,
        decimal_places=2,
        error_messages=dict.fromkeys(names, wrong),
    )


def _levels(*, required: bool = True) -> forms.ChoiceField:
    choices = [*RatingLevel.choices] if required else [("", _("Chưa chọn")), *RatingLevel.choices]
    return forms.ChoiceField(
        label=_("Mức xếp loại"),
        choices=choices,
        required=required,
        error_messages={"required": _("Hãy chọn một mức."), "invalid_choice": _("Hãy chọn một mức.")},
    )


def _count(label: Any, most: int = 10000, *, help_text: Any = "") -> forms.IntegerField:
    wrong = _("Hãy ghi một số từ 0 đến %(most)s.") % {"most": most} if most < 10000 else _NUMBER
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=most,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )


def _reason(*, required: bool = False) -> TypedTextField:
    return TypedTextField(
        label=_("Lý do"),
        required=required,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy ghi lý do.")},
    )


class RoundForm(forms.Form):
    """Which round is opened; the day is that of the rules in force unless another is typed."""

    year = forms.IntegerField(
        label=_("Năm"), min_value=2020, max_value=2099, error_messages={"invalid": _("Hãy ghi năm như 2026.")}
    )
    quarter = forms.TypedChoiceField(
        label=_("Kỳ"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Cả năm")), *((str(one), _("Quý %(quarter)s") % {"quarter": one}) for one in range(1, 5))],
    )
    cutoff_on = DayField(
        label=_("Ngày chốt danh sách"),
        required=False,
        help_text=_(
            "Đảng viên được xếp loại ở chi bộ đang sinh hoạt chính thức vào ngày này. Để trống: ngày theo quy định của năm, "
            "ngày cuối quý của quý."
        ),
        error_messages=_DAY,
    )


class CutoffForm(forms.Form):
    """Another day on which the list is looked at."""

    cutoff_on = DayField(
        label=_("Ngày chốt danh sách"),
        help_text=_("Đảng viên được xếp loại ở chi bộ đang sinh hoạt chính thức vào ngày này."),
        error_messages=_DAY,
    )


class ReviewForm(forms.Form):
    """When the unit holds its review, and when the forms went out."""

    meeting_on = DayField(label=_("Ngày hội nghị kiểm điểm"), required=False, error_messages=_DAY)
    drafts_sent_on = DayField(label=_("Đã gửi bản kiểm điểm ngày"), required=False, error_messages=_DAY)


class HeldForm(forms.Form):
    """On which day the review was held."""

    held_on = DayField(label=_("Hội nghị đã họp ngày"), error_messages=_DAY)
    days = _count(_("Số ngày họp"))
    note = TypedLineField(
        label=_("Lý do, nếu bản kiểm điểm gửi muộn hay chưa ghi ngày gửi, họp ngắn hơn hay trước ngày mở đợt"),
        required=False,
        max_length=REASON_LIMIT,
    )


class PointsForm(forms.Form):
    """Points of 30 and of 70: two sums, or line by line where the round has a sheet; then the sums follow from the lines."""

    def __init__(self, *args: Any, sheet: RatingSheet | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sheet = sheet

    def add_points(self) -> None:
        """The fields, after those that stand before them."""
        if self._sheet is None:
            self.fields["common"] = _points(_("Tiêu chí chung (tối đa %(maximum)s)"), COMMON_MAX)
            self.fields["results"] = _points(_("Kết quả thực hiện nhiệm vụ (tối đa %(maximum)s)"), RESULTS_MAX)
            return
        for line in (*self._sheet.common, *self._sheet.results):
            label = f"{line.title.replace('%', '%%')} {_('(tối đa %(maximum)s)')}"
            self.fields[f"{ITEM}{line.code}"] = _points(label, line.maximum)

    def items(self) -> dict[str, Decimal]:
        """Points by line, those that were given; the form is valid."""
        lines = (*self._sheet.common, *self._sheet.results) if self._sheet else ()
        given = {line.code: self.cleaned_data[f"{ITEM}{line.code}"] for line in lines}
        return {code: points for code, points in given.items() if points is not None}

    def sums(self) -> tuple[Decimal | None, Decimal | None]:
        """Of 30 and of 70; None where a line is missing. The form is valid."""
        if self._sheet is None:
            return self.cleaned_data["common"], self.cleaned_data["results"]
        items = self.items()
        return _sum_lines(self._sheet.common, items), _sum_lines(self._sheet.results, items)


def _sum_lines(lines: Iterable[PointItem], items: Mapping[str, Decimal]) -> Decimal | None:
    given = [items.get(line.code) for line in lines]
    return None if None in given else sum((one for one in given if one is not None), Decimal(0))


class RatingPaperForm(PointsForm):
    """The review form: its parts in words, points, the level one gives oneself."""

    def __init__(self, *args: Any, rating: Rating, sections: Iterable[FormSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rating.member_id:
            self.fields["form"] = forms.ChoiceField(
                label=_("Mẫu"), choices=[(form.value, form.label) for form in RatedForm.of_members()]
            )
        self._sections = tuple(sections)
        for section in self._sections:
            self.fields[section.value] = TypedTextField(
                label=section.label,
                required=False,
                max_length=TEXT_LIMIT,
                widget=forms.Textarea(attrs={"rows": 5}),
                error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
            )
        self.add_points()
        self.fields["level"] = _levels(required=False)

    def texts(self) -> dict[FormSection, str]:
        """The parts; the form is valid."""
        return {section: self.cleaned_data[section.value] for section in self._sections}


class WeighingForm(forms.Form):
    """A weight and the share done of each task of the year (`duties`); weights start alike, shares as reported."""

    def __init__(self, *args: Any, duties: Sequence[Duty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._duties = duties
        for number, (duty, weight) in enumerate(zip(duties, share_weights(len(duties)), strict=True)):
            self.fields[f"weight_{number}"] = _points(_("Trọng số (tối đa %(maximum)s)"), RESULTS_MAX)
            self.fields[f"share_{number}"] = _count(_("Đã làm được (%)"), most=100)
            self.initial[f"weight_{number}"], self.initial[f"share_{number}"] = weight, _share_of(duty)

    def lines(self) -> list[tuple[Duty, forms.BoundField, forms.BoundField]]:
        return [(duty, self[f"weight_{number}"], self[f"share_{number}"]) for number, duty in enumerate(self._duties)]

    def points(self) -> Decimal:
        """Of 70, rounded half up to the hundredth once; the form is valid. Raises WeightsNotFull."""
        given = [
            (
                Fraction(self.cleaned_data[f"weight_{number}"] or 0),
                Fraction(self.cleaned_data[f"share_{number}"] or 0, 100),
            )
            for number in range(len(self._duties))
        ]
        exact = weigh_duties(given)
        return round_half_up(Decimal(exact.numerator) / Decimal(exact.denominator), 2)


def _share_of(duty: Duty) -> int:
    return 100 if duty.state == DutyState.DONE else duty.percent


class AnswersForm(forms.Form):
    """What the records do not know, or know otherwise, each beside what they say (`recorded`); empty: as the records say."""

    def __init__(self, *args: Any, recorded: Mapping[str, int], asks_discipline: bool, **kwargs: Any) -> None:
        """`asks_discipline`: of a collective of which no recorded case answers it already."""
        super().__init__(*args, **kwargs)
        for figure in RatingFigure:
            self.fields[figure.value] = _count(figure.label)
            if figure in recorded:
                said = {"count": recorded[figure]}
                self.fields[figure.value].help_text = _("Sổ sách: %(count)s. Để trống thì theo sổ sách.") % said
        if asks_discipline:
            self.fields["disciplined"] = forms.TypedChoiceField(
                label=_("Có thành viên hoặc đơn vị trực thuộc bị kỷ luật"),
                required=False,
                coerce=lambda value: value == "yes",
                empty_value=None,
                choices=[("", _("Chưa rõ")), ("no", _("Không")), ("yes", _("Có"))],
            )
        if recorded:
            self.fields["reason"] = TypedLineField(
                label=_("Vì sao khác sổ sách"),
                required=False,
                max_length=REASON_LIMIT,
                help_text=_("Ghi khi có số khác sổ sách."),
                error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
            )

    def answers(self) -> dict[str, int | bool | None]:
        """The figures; the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class OutsideCommentForm(forms.Form):
    """What somebody outside the review wrote."""

    source = forms.ChoiceField(label=_("Nơi nhận xét"), choices=CommentSource.choices)
    from_name = TypedLineField(label=_("Tên nơi nhận xét"), max_length=NAME_LIMIT)
    given_on = DayField(label=_("Ngày"), error_messages=_DAY)
    text = TypedTextField(label=_("Nội dung nhận xét"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 5}))


class TallyForm(forms.Form):
    """The count of a vote: no ballot is anybody's."""

    excellent = _count(RatingLevel.EXCELLENT.label)
    good = _count(RatingLevel.GOOD.label)
    satisfactory = _count(RatingLevel.SATISFACTORY.label)
    unsatisfactory = _count(RatingLevel.UNSATISFACTORY.label)
    voters = _count(_("Số người bỏ phiếu"))
    base = _count(_("Số đảng viên chính thức được triệu tập"))


class SaidForm(PointsForm):
    """Points, level, why."""

    level = _levels()
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_points()
        after = [name for name in self.fields if name not in type(self).base_fields]
        self.order_fields([*after, *type(self).base_fields])


class DecidingForm(SaidForm):
    """A decision with its document."""

    number = TypedLineField(label=_("Số quyết định"), max_length=NUMBER_LIMIT)
    on = DayField(label=_("Ngày quyết định"), error_messages=_DAY)


class DecisionPaperForm(forms.Form):
    """The document by which many are decided."""

    number = TypedLineField(label=_("Số quyết định"), max_length=NUMBER_LIMIT)
    on = DayField(label=_("Ngày quyết định"), error_messages=_DAY)


class RatingReasonForm(forms.Form):
    """Why a step is taken back."""

    reason = _reason(required=True)


class ComplaintForm(forms.Form):
    """What somebody does not agree with."""

    text = TypedTextField(
        label=_("Nội dung khiếu nại"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 6})
    )


class ComplaintAnswerForm(forms.Form):
    """What the committee found."""

    upheld = forms.ChoiceField(
        label=_("Kết luận"),
        choices=[("no", _("Giữ kết quả xếp loại")), ("yes", _("Khiếu nại đúng, phải xếp loại lại"))],
        error_messages={"required": _("Hãy chọn kết luận."), "invalid_choice": _("Hãy chọn kết luận.")},
    )
    answer = TypedTextField(label=_("Trả lời"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 5}))


class ListedCaseForm(forms.Form):
    """A listed case with its document."""

    kind = forms.ChoiceField(label=_("Trường hợp"), choices=ListedKind.choices)
    document_number = TypedLineField(label=_("Số văn bản kết luận"), max_length=NUMBER_LIMIT)
    document_on = DayField(label=_("Ngày văn bản"), error_messages=_DAY)
    breach_unit = forms.ChoiceField(
        label=_("Vi phạm khi ở đơn vị"),
        help_text=_("Vi phạm ở đơn vị nào thì tính cho đơn vị ấy, dù nơi khác xử lý."),
        error_messages={"required": _("Hãy chọn đơn vị."), "invalid_choice": _("Hãy chọn đơn vị trong danh sách.")},
    )
    note = TypedTextField(
        label=_("Ghi chú"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, units: Sequence[Organization], **kwargs: Any) -> None:
        """`units`: where it may have been done, the first one unless another is chosen; of one nothing is asked."""
        super().__init__(*args, **kwargs)
        self._units = {str(unit.public_id): unit for unit in units}
        field = self.fields.pop("breach_unit")
        if isinstance(field, forms.ChoiceField) and len(units) > 1:
            field.choices = [(key, unit.name) for key, unit in self._units.items()]
            self.fields["breach_unit"], self.initial["breach_unit"] = field, next(iter(self._units))
            self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    def find_breach_unit(self) -> Organization | None:
        """Where it was done; None: where the rating is. The form is valid."""
        return self._units.get(self.cleaned_data.get("breach_unit", ""))


class CapNoteForm(forms.Form):
    """Why more are excellent than the cap allows."""

    note = TypedLineField(label=_("Vì sao vượt tỷ lệ"), required=False, max_length=REASON_LIMIT)
    excellent = _count(_("Ghi chú cho bao nhiêu mục xuất sắc"), help_text=_("Nhiều hơn số này thì phải ghi chú lại."))
    outstanding = forms.BooleanField(label=_("Đơn vị tiêu biểu (được tỷ lệ cao hơn)"), required=False)
