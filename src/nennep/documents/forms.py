"""What people type when they put a paper up."""

from pathlib import PurePath

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.documents.choices import NUMBER_LIMIT, TITLE_LIMIT, UPLOAD_SUFFIXES, PaperType
from nennep.documents.services import DocumentDetails


class FileForm(forms.Form):
    """One file, and the promise that it is no secret."""

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

    title = forms.CharField(
        label=_("Tên tài liệu"),
        required=False,
        max_length=TITLE_LIMIT,
        help_text=_("Để trống thì lấy tên tệp"),
        error_messages={"max_length": _("Dài quá. Hãy viết gọn lại.")},
    )
    paper_type = forms.ChoiceField(label=_("Loại văn bản"), choices=PaperType.choices, initial=PaperType.OTHER)
    number = forms.CharField(label=_("Số, ký hiệu"), required=False, max_length=NUMBER_LIMIT)
    issued_by = forms.CharField(label=_("Nơi ban hành"), required=False, max_length=TITLE_LIMIT)
    issued_on = forms.DateField(
        label=_("Ngày ban hành"),
        required=False,
        help_text=_("Ví dụ 03/11/2026"),
        error_messages={"invalid": _("Ngày không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 03/11/2026.")},
    )
    field_order = ["file", "title", "paper_type", "number", "issued_by", "issued_on", "not_secret"]

    def details(self) -> DocumentDetails:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return DocumentDetails(
            title=data["title"] or PurePath(data["file"].name).stem,
            paper_type=PaperType(data["paper_type"]),
            number=data["number"],
            issued_by=data["issued_by"],
            issued_on=data["issued_on"],
        )
