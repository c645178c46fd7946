"""What people type about petitions."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.days import WhichYear
from nennep.core.forms import DayField, GuardedForm, TypedLineField, TypedNameField, TypedTextField, set_choices
from nennep.documents.forms import FileForm
from nennep.documents.rules.content import UPLOAD_SUFFIXES
from nennep.organizations.models import Organization
from nennep.petitions.choices import (
    CONTACT_LIMIT,
    LETTER_LIMIT,
    NAME_LIMIT,
    PLACE_LIMIT,
    TEXT_LIMIT,
    VIEW_NAME_LIMIT,
    BoardFigure,
    BoardGroup,
    PetitionField,
    Word,
    WorkList,
)
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.queries import CellMember, WorkFilter

Place = TypeVar("Place", bound=Organization | OutsideBody)
TOO_LONG = {"max_length": _("Dài quá. Hãy viết gọn lại.")}


def text_field(label: Any, missing: Any, *, rows: int = 3, hint: Any = "") -> forms.CharField:
    return TypedTextField(
        label=label,
        max_length=TEXT_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=hint,
        error_messages={"required": missing, **TOO_LONG},
    )


def file_field(label: Any) -> forms.FileField:
    """Not required: what goes with what is typed."""
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,
        help_text=_(
            "PDF, Word, Excel, ảnh JPG, PNG; nhiều nhất 20 MB. Không kèm tài liệu mật. Tên ghi trong tệp thì người xem thấy."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(UPLOAD_SUFFIXES))}),
        error_messages={"invalid": _("Hãy chọn lại tệp.")},
    )


class AttachForm(FileForm):
    """A file that goes with a petition."""


class PetitionNoteForm(forms.Form):
    """What was asked, by whom (a member of the cell, or a name), who shall answer."""

    text = text_field(_("Kiến nghị việc gì"), _("Chưa ghi nội dung kiến nghị."), rows=4)
    field = forms.ChoiceField(label=_("Lĩnh vực"), choices=PetitionField.choices, initial=PetitionField.OTHER)
    raised_by = forms.ChoiceField(
        label=_("Đồng chí nêu"),
        required=False,
        help_text=_("Đồng chí này sẽ thấy kiến nghị và câu trả lời trên trang của mình."),
        error_messages={"invalid_choice": _("Hãy chọn một đồng chí trong danh sách.")},
    )
    raised_by_name = TypedNameField(
        label=_("Hoặc ai nêu"),
        required=False,
        max_length=NAME_LIMIT,
        help_text=_("Ví dụ: nhân dân trong thôn, nhiều đảng viên."),
        error_messages=TOO_LONG,
    )
    others = forms.MultipleChoiceField(
        label=_("Cùng nêu"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Hãy chọn các đồng chí trong danh sách.")},
    )
    is_hidden = forms.BooleanField(
        label=_("Chi bộ nói thay, không nêu tên ra ngoài chi bộ"),
        required=False,
        help_text=_("Ngoài chi bộ chỉ thấy “Chi bộ nói thay người nêu”; nội dung không được ghi tên."),
    )
    place = TypedLineField(
        label=_("Ở đâu"), required=False, max_length=PLACE_LIMIT, help_text=_("Ví dụ: cầu Nà Khà, xóm Bản Chang.")
    )
    raised_on = DayField(
        year=WhichYear.PAST,
        label=_("Nêu ngày"),
        error_messages={
            "required": _("Hãy ghi ngày nêu, ví dụ 25/12."),
            "invalid": _("Ngày không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 25/12."),
        },
    )
    is_opinion = forms.BooleanField(
        label=_("Chỉ là ý kiến, không đề nghị giải quyết"),
        required=False,
        help_text=_("Ý kiến được đọc rồi khép lại, không tính hạn trả lời."),
    )
    file = file_field(_("Kèm tệp (ảnh, đơn, giấy tờ)"))
    holder = forms.ChoiceField(
        label=_("Nơi trả lời"), error_messages={"invalid_choice": _("Hãy chọn một đơn vị trong danh sách.")}
    )

    def __init__(
        self, *args: Any, askers: Iterable[CellMember], holders: Iterable[Organization], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._askers = {str(asker.public_id): asker for asker in askers}
        self._holders = {str(unit.public_id): unit for unit in holders}
        names = [(key, asker.label) for key, asker in self._askers.items()]
        set_choices(self, "raised_by", [("", _("Không phải một đảng viên của chi bộ")), *names])
        set_choices(self, "others", names)
        set_choices(self, "holder", [(key, unit.name) for key, unit in self._holders.items()])

    def asker(self) -> CellMember | None:
        return self._askers.get(self.cleaned_data["raised_by"])

    def other_askers(self) -> list[CellMember]:
        return [self._askers[key] for key in self.cleaned_data["others"]]

    def holder_unit(self) -> Organization:
        return self._holders[self.cleaned_data["holder"]]


class OwnPetitionForm(forms.Form):
    """What a member asks from their own page."""

    text = text_field(_("Đồng chí kiến nghị việc gì"), _("Chưa ghi nội dung kiến nghị."), rows=4)
    field = forms.ChoiceField(label=_("Lĩnh vực"), choices=PetitionField.choices, initial=PetitionField.OTHER)
    place = TypedLineField(
        label=_("Ở đâu"), required=False, max_length=PLACE_LIMIT, help_text=_("Ví dụ: cầu Nà Khà, xóm Bản Chang.")
    )
    is_hidden = forms.BooleanField(
        label=_("Nhờ chi bộ nói thay, không nêu tên tôi ra ngoài chi bộ"),
        required=False,
        help_text=_("Ngoài chi bộ chỉ thấy “Chi bộ nói thay người nêu”; nội dung không được ghi tên."),
    )
    file = file_field(_("Kèm tệp (ảnh, đơn, giấy tờ)"))


def day_field(label: Any, *, required: bool = True, hint: Any = "") -> DayField:
    return DayField(
        label=label,
        required=required,
        help_text=hint,
        error_messages={
            "required": _("Hãy ghi ngày, ví dụ 25/12."),
            "invalid": _("Ngày không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 25/12."),
        },
    )


class AnswerForm(GuardedForm):
    """With `settled` the matter was settled before the cell; else the cell confirms at its next meeting.

    Only those who speak for the cell are asked (`may_settle`). `for_body`: the answer of an office outside, with its letter.
    """

    answer = text_field(_("Trả lời"), _("Chưa ghi trả lời thế nào. Hãy ghi một câu để chi bộ biết."), rows=5)
    promised_for = day_field(
        _("Hẹn giải quyết xong chậm nhất ngày"),
        required=False,
        hint=_("Để trống nếu trả lời là xong. Ngày hẹn hiện trên trang kiến nghị; quá hẹn thì báo."),
    )
    letter = TypedLineField(label=_("Số công văn trả lời"), max_length=LETTER_LIMIT, required=False)
    letter_on = day_field(_("Ngày công văn"), required=False)
    file = file_field(_("Kèm công văn, giấy tờ trả lời"))
    settled = forms.BooleanField(
        label=_("Đã giải quyết xong ngay tại chi bộ"),
        required=False,
        help_text=_("Nếu không đánh dấu, chi bộ xác nhận ở kỳ sinh hoạt tới hoặc mở lại."),
    )

    def __init__(self, *args: Any, may_settle: bool, for_body: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_settle:
            del self.fields["settled"]
        if not for_body:
            del self.fields["letter"], self.fields["letter_on"]
        self.guard("answer")


class ExtendForm(forms.Form):
    """More time for the answer, and why."""

    until = day_field(_("Trả lời chậm nhất ngày"))
    text = text_field(_("Vì sao cần thêm thời gian"), _("Hãy ghi vì sao, để người nêu biết."))


class ClarifyForm(forms.Form):
    """A question to those who asked, or their word; or what was done."""

    text = text_field(_("Nội dung"), _("Hãy ghi nội dung."))


class CellWordForm(forms.Form):
    """The cell is not content with an answer, or only partly."""

    word = forms.ChoiceField(
        label=_("Chi bộ thấy thế nào"),
        choices=[(Word.NOT.value, Word.NOT.label), (Word.PARTLY.value, Word.PARTLY.label)],
        initial=Word.NOT.value,
        required=False,
        widget=forms.RadioSelect,
    )
    text = text_field(_("Vì sao, còn thiếu gì"), _("Hãy ghi vì sao, để cấp trả lời biết."))

    def chosen_word(self) -> Word:
        return Word(self.cleaned_data["word"] or Word.NOT)


class BodyForm(forms.Form):
    """An office outside the program."""

    name = TypedLineField(
        label=_("Tên nơi giải quyết"),
        max_length=NAME_LIMIT,
        help_text=_("Ví dụ: Điện lực Chiêm Hóa, Phòng Kinh tế xã."),
        error_messages={"required": _("Chưa ghi tên nơi giải quyết."), **TOO_LONG},
    )
    contact = TypedLineField(
        label=_("Địa chỉ, điện thoại cơ quan"), max_length=CONTACT_LIMIT, required=False, error_messages=TOO_LONG
    )
    fields_settled = forms.MultipleChoiceField(
        label=_("Lĩnh vực"), choices=PetitionField.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class JoinForm(forms.Form):
    """Which other petition is about the same matter."""

    other = forms.ChoiceField(
        label=_("Cùng việc với kiến nghị nào"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một kiến nghị.")},
    )

    def __init__(self, *args: Any, others: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "other", others)


class PetitionReasonForm(forms.Form):
    text = text_field(_("Vì sao"), _("Hãy ghi vì sao, để cấp trả lời biết."))


class WorkFilterForm(forms.Form):
    """What of a list is shown; sent with GET."""

    loc = forms.ChoiceField(choices=WorkList.choices, required=False)
    linh_vuc = forms.ChoiceField(
        label=_("Lĩnh vực"), choices=[("", _("Mọi lĩnh vực")), *PetitionField.choices], required=False
    )
    noi = forms.UUIDField(label=_("Nơi ngoài hệ thống"), required=False)
    chi_bo = forms.UUIDField(required=False)
    tim = TypedLineField(label=_("Tìm"), max_length=NAME_LIMIT, required=False)

    def chosen(self) -> WorkList:
        return WorkList(self._read("loc") or WorkList.TO_ANSWER)

    def chosen_filter(self) -> WorkFilter:
        return WorkFilter(
            self._read("linh_vuc") or "", self._read("noi"), self._read("chi_bo"), self._read("tim") or ""
        )

    def _read(self, name: str) -> Any:
        """What was not understood is not chosen."""
        self.is_valid()
        return self.cleaned_data.get(name)


class KeepViewForm(forms.Form):
    """The name under which what is shown is kept."""

    name = TypedLineField(
        label=_("Giữ danh sách đang xem với tên"),
        max_length=VIEW_NAME_LIMIT,
        help_text=_("Ví dụ: Giao thông quá hạn. Chỉ đồng chí thấy; tên cũ thì thay danh sách cũ."),
        error_messages={
            "required": _("Hãy đặt tên cho danh sách này."),
            "max_length": _("Tên dài quá. Hãy viết gọn lại."),
        },
    )


class BoardForm(forms.Form):
    """Year, division and figure of the board's view, and where petitions go; sent with GET."""

    nam = forms.IntegerField(min_value=2000, max_value=2099, required=False)
    nhom = forms.ChoiceField(choices=BoardGroup.choices, required=False)
    so = forms.ChoiceField(choices=BoardFigure.choices, required=False)
    ma = TypedLineField(max_length=NAME_LIMIT, required=False)
    den = TypedLineField(max_length=NAME_LIMIT, required=False)

    def read(self, name: str, default: Any) -> Any:
        """What was not understood is the default."""
        self.is_valid()
        return self.cleaned_data.get(name) or default


class PassOnForm(forms.Form, Generic[Place]):
    """Where a matter goes, a unit or an office outside. Each is a button: opening the page and pressing it are the two taps."""

    to = forms.ChoiceField(
        label=_("Chuyển đến"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một nơi."), "invalid_choice": _("Hãy chọn một nơi trong danh sách.")},
    )
    text = TypedLineField(
        label=_("Lời chuyển"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=TOO_LONG,
    )

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {str(place.public_id): place for place in places}
        set_choices(self, "to", [(key, str(place.name)) for key, place in self._places.items()])

    def place(self) -> Place:
        return self._places[self.cleaned_data["to"]]


class RouteManyForm(PassOnForm[Organization | OutsideBody]):
    """What was chosen in a list, and where all of it goes."""

    chon = forms.MultipleChoiceField(
        label=_("Kiến nghị"),
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": _("Hãy chọn kiến nghị trong danh sách trước."),
            "invalid_choice": _("Có kiến nghị không còn ở đây. Hãy chọn lại trong danh sách."),
        },
    )

    def __init__(self, *args: Any, chosen: Iterable[Petition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "chon", [(str(one.public_id), one.text) for one in chosen])
