"""What people type when they put a paper up."""

from pathlib import PurePath
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.days import WhichYear
from nennep.core.forms import DayField, TypedLineField, set_choices
from nennep.documents.choices import NUMBER_LIMIT, TITLE_LIMIT, DocumentTarget, PaperType
from nennep.documents.queries import Offer, Whom
from nennep.documents.rules.content import UPLOAD_SUFFIXES
from nennep.documents.services import DocumentDetails
from nennep.organizations.choices import CellType


class FileForm(forms.Form):
    """One file, and the promise that it is not secret."""

    file = forms.FileField(
        label=_("Tệp"),
        help_text=_("PDF, Word, Excel, PowerPoint, OpenDocument, ảnh JPG, PNG hoặc TXT; nhiều nhất 20 MB"),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(UPLOAD_SUFFIXES))}),
        allow_empty_file=True,
        error_messages={"required": _("Hãy chọn một tệp."), "invalid": _("Hãy chọn lại tệp.")},
    )
    not_secret = forms.BooleanField(
        label=_("Tài liệu này không thuộc bí mật nhà nước"),
        error_messages={"required": _("Chỉ đưa lên tài liệu không mật. Hãy xác nhận.")},
    )


class DocumentForm(FileForm):
    """A paper with its file. Without a title, the file's name is the title."""

    title = TypedLineField(
        label=_("Tên tài liệu"),
        required=False,
        max_length=TITLE_LIMIT,
        help_text=_("Để trống thì lấy tên tệp"),
        error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
    )
    paper_type = forms.ChoiceField(label=_("Loại văn bản"), choices=PaperType.choices, initial=PaperType.OTHER)
    number = TypedLineField(label=_("Số, ký hiệu"), required=False, max_length=NUMBER_LIMIT)
    issued_by = TypedLineField(label=_("Nơi ban hành"), required=False, max_length=TITLE_LIMIT)
    issued_on = DayField(
        year=WhichYear.PAST,
        label=_("Ngày ban hành"),
        required=False,
        help_text=_("Ngày/tháng, ví dụ 25/12"),
        error_messages={"invalid": _("Ngày không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 25/12.")},
    )
    received_on = DayField(
        year=WhichYear.PAST,
        label=_("Ngày nhận được"),
        required=False,
        help_text=_("Ngày văn bản của cấp trên đến nơi"),
        error_messages={"invalid": _("Ngày không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 25/12.")},
    )
    field_order = ["file", "title", "paper_type", "number", "issued_by", "issued_on", "received_on", "not_secret"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        issued, received = data.get("issued_on"), data.get("received_on")
        if issued and received and received < issued:
            self.add_error("received_on", _("Không thể nhận được trước ngày ban hành. Hãy xem lại hai ngày."))
        return data

    def details(self) -> DocumentDetails:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return DocumentDetails(
            title=data["title"] or PurePath(data["file"].name).stem,
            paper_type=PaperType(data["paper_type"]),
            number=data["number"],
            issued_by=data["issued_by"],
            issued_on=data["issued_on"],
            received_on=data["received_on"],
        )


class TargetForm(forms.Form):
    """To whom below a paper is sent. What can be chosen is set by `for_unit`."""

    target = forms.ChoiceField(
        label=_("Gửi tới"),
        choices=DocumentTarget.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn gửi tới đâu.")},
    )
    cell_types = forms.MultipleChoiceField(
        label=_("Loại hình chi bộ"), required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.MultipleChoiceField(
        label=_("Đơn vị"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Có đơn vị không còn trong danh sách. Hãy chọn lại.")},
    )

    def offer(self, offered: Offer) -> "TargetForm":
        """Fill in what the unit has below it, each choice with how many units it means."""
        labels = [(kind, f"{kind.label} ({offered.counts[kind]})") for kind in DocumentTarget if offered.counts[kind]]
        set_choices(self, "target", [(str(kind), label) for kind, label in labels])
        set_choices(self, "cell_types", [(str(kind), f"{kind.label} ({many})") for kind, many in offered.types.items()])
        set_choices(self, "units", [(str(unit.public_id), unit.name) for unit in offered.units])
        return self

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("target") == DocumentTarget.TYPES and not data.get("cell_types"):
            self.add_error("cell_types", _("Hãy chọn ít nhất một loại hình."))
        if data.get("target") == DocumentTarget.SINGLE and not data.get("units") and "units" not in self.errors:
            self.add_error("units", _("Hãy chọn ít nhất một đơn vị."))
        return data

    def whom(self) -> Whom:
        """What was chosen; the form is valid."""
        data = self.cleaned_data
        return Whom(
            target=DocumentTarget(data["target"]),
            cell_types=frozenset(CellType(kind) for kind in data["cell_types"]),
            unit_ids=frozenset(UUID(unit) for unit in data["units"]),
        )
