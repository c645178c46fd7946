"""What people type about members."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.core.days import WhichYear
from nennep.core.forms import DayField, PhoneField, TypedLineField, TypedNameField, set_choices
from nennep.members.choices import (
    CARD_LIMIT,
    LEAVINGS,
    NAME_LIMIT,
    TEXT_LIMIT,
    MembershipKind,
    PostKind,
    Reach,
    Sex,
    Standing,
)
from nennep.members.queries import CellMember
from nennep.members.queries.codes import CodesPage
from nennep.members.queries.planned_transfers import SplitPage
from nennep.members.rules import MemberDetails, PrivateDetails

YEAR_FIRST, YEAR_LAST = 1900, 2100


class DetailsForm(forms.Form):
    """The open part of a record."""

    full_name = TypedNameField(label=_("Họ và tên"), max_length=NAME_LIMIT)
    sex = forms.ChoiceField(label=_("Giới tính"), choices=[("", _("Chưa ghi")), *Sex.choices], required=False)
    born_on = DayField(year=WhichYear.NEEDED, label=_("Ngày sinh"), required=False)
    born_year = forms.IntegerField(
        label=_("Năm sinh"),
        help_text=_("Khi không biết ngày"),
        min_value=YEAR_FIRST,
        max_value=YEAR_LAST,
        required=False,
        localize=False,
    )
    phone = PhoneField(label=_("Số điện thoại"), required=False)
    email = forms.EmailField(label=_("Thư điện tử"), required=False)
    reach = forms.ChoiceField(label=_("Nhận tài liệu bằng"), choices=Reach.choices, initial=Reach.PRINT)
    education = TypedLineField(label=_("Trình độ"), max_length=TEXT_LIMIT, required=False)
    card_number = TypedLineField(label=_("Số thẻ đảng viên"), max_length=CARD_LIMIT, required=False)
    admitted_on = DayField(year=WhichYear.NEEDED, label=_("Ngày kết nạp"), required=False)
    official_on = DayField(year=WhichYear.NEEDED, label=_("Ngày công nhận chính thức"), required=False)
    note = TypedLineField(label=_("Ghi chú"), max_length=TEXT_LIMIT, required=False)

    def details(self) -> MemberDetails:
        data = self.cleaned_data
        values = {name: data[name] for name in DetailsForm.base_fields if name != "born_year"}
        return MemberDetails(**values, born_year=None if data["born_on"] else data["born_year"])


class NewMemberForm(DetailsForm):
    kind = forms.ChoiceField(
        label=_("Sinh hoạt"), choices=MembershipKind.choices, initial=MembershipKind.OFFICIAL, widget=forms.RadioSelect
    )
    standing = forms.ChoiceField(
        label=_("Tư cách"),
        choices=[(item.value, item.label) for item in Standing if item != Standing.ELSEWHERE],
        initial=Standing.OFFICIAL,
    )
    joined_on = DayField(label=_("Về chi bộ từ ngày"))
    despite_similar = forms.BooleanField(label=_("Là người khác, tuy cùng tên và ngày sinh"), required=False)


class PrivateForm(forms.Form):
    """The sensitive part."""

    ethnic_group = TypedLineField(label=_("Dân tộc"), max_length=60, required=False)
    religion = TypedLineField(label=_("Tôn giáo"), max_length=60, required=False)
    identity_number = TypedLineField(label=_("Số định danh cá nhân"), max_length=20, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identity_number"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean_identity_number(self) -> str:
        number = re.sub(r"\s", "", self.cleaned_data["identity_number"])
        if number and not re.fullmatch(r"\d{9}|\d{12}", number):
            raise forms.ValidationError(_("Số định danh có 12 chữ số (chứng minh nhân dân cũ có 9)."))
        return number

    def details(self) -> PrivateDetails:
        return PrivateDetails(**self.cleaned_data)


class ContactForm(forms.Form):
    """What members correct in their own record."""

    phone = DetailsForm.base_fields["phone"]
    email = DetailsForm.base_fields["email"]
    reach = forms.ChoiceField(label=_("Nhận tài liệu bằng"), choices=Reach.choices, widget=forms.RadioSelect)


class IdentityForm(forms.Form):
    number = TypedLineField(label=_("Số định danh cá nhân"), max_length=20)


class TransferManyForm(forms.Form):
    """Which of a cell's members go where for good."""

    chosen = forms.MultipleChoiceField(
        label=_("Những ai chuyển đi?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một đồng chí.")},
    )
    organization = TypedLineField(label=_("Chi bộ đến"), help_text=_("Tên hoặc mã"), max_length=260)
    on = DayField(label=_("Từ ngày"))
    decision = TypedLineField(label=_("Giấy giới thiệu, quyết định số"), max_length=TEXT_LIMIT, required=False)

    def __init__(self, *args: Any, members: Iterable[CellMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "chosen", [(str(one.public_id), one.label) for one in members])
        self.fields["organization"].widget.attrs |= {"list": "don-vi", "autocomplete": "off"}


class PartForm(forms.Form):
    """To which unit to come the chosen members go."""

    chosen = forms.MultipleChoiceField(
        label=_("Những ai?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một đồng chí.")},
    )
    code = forms.ChoiceField(
        label=_("Sang chi bộ nào?"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Hãy chọn một chi bộ sẽ lập khi chia tách, hoặc ở lại.")},
    )

    def __init__(self, *args: Any, page: SplitPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.public_id), f"{one.name} → {one.part}" if one.part else one.name) for one in page.members]
        set_choices(self, "chosen", named)
        set_choices(self, "code", page.choices)


class CodesForm(forms.Form):
    """Who gets a code; chosen at first is whoever has never come in. The service names whom another cell answers for."""

    chosen = forms.MultipleChoiceField(
        label=_("Ai cần mã?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một đồng chí.")},
    )

    def __init__(self, *args: Any, page: CodesPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "chosen", [(one.key, one.name) for one in page.people])
        self.initial.setdefault("chosen", [one.key for one in page.people if one.answered_here and not one.has_entered])


class DuplicateForm(forms.Form):
    """The other record of the same person, by its card number or the address of its page."""

    duplicate = TypedLineField(
        label=_("Hồ sơ trùng"), help_text=_("Số thẻ đảng viên, hoặc địa chỉ trang hồ sơ ấy"), max_length=300
    )


class StandingChangeForm(forms.Form):
    standing = forms.ChoiceField(
        label=_("Tư cách mới"),
        choices=[(item.value, item.label) for item in Standing if item != Standing.ELSEWHERE],
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("Từ ngày"))
    decision = TypedLineField(label=_("Quyết định, nghị quyết số"), max_length=TEXT_LIMIT, required=False)
    reason = TypedLineField(
        label=_("Lý do"),
        help_text=_("Được mã hóa; chỉ đồng chí ấy và bí thư đọc được"),
        max_length=TEXT_LIMIT,
        required=False,
    )


class TransferForm(forms.Form):
    """Where to. `temporary` without a unit means: outside this installation."""

    manner = forms.ChoiceField(
        label=_("Cách chuyển"),
        choices=[
            ("official", _("Chuyển sinh hoạt chính thức đến chi bộ khác")),
            ("temporary", _("Đi sinh hoạt tạm thời nơi khác")),
        ],
        widget=forms.RadioSelect,
    )
    organization = TypedLineField(
        label=_("Chi bộ đến"),
        help_text=_("Tên hoặc mã. Để trống khi đi tạm thời ra ngoài các chi bộ ở đây"),
        max_length=260,
        required=False,
    )
    on = DayField(label=_("Từ ngày"))
    decision = TypedLineField(label=_("Giấy giới thiệu, quyết định số"), max_length=TEXT_LIMIT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].widget.attrs |= {"list": "don-vi", "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("manner") == "official" and not data.get("organization"):
            self.add_error("organization", _("Hãy ghi chi bộ đến."))
        return data


class ReturnForm(forms.Form):
    on = DayField(label=_("Về từ ngày"))


class LeaveForm(forms.Form):
    ending = forms.ChoiceField(
        label=_("Vì sao"), choices=[(item.value, item.label) for item in LEAVINGS], widget=forms.RadioSelect
    )
    on = DayField(label=_("Từ ngày"))
    decision = TypedLineField(label=_("Quyết định, giấy giới thiệu số"), max_length=TEXT_LIMIT, required=False)


class RejoinForm(forms.Form):
    """Somebody who had left comes back to a cell."""

    organization = TypedLineField(label=_("Chi bộ"), help_text=_("Tên hoặc mã"), max_length=260)
    standing = NewMemberForm.base_fields["standing"]
    kind = NewMemberForm.base_fields["kind"]
    on = DayField(label=_("Từ ngày"))
    decision = TypedLineField(label=_("Giấy giới thiệu, quyết định số"), max_length=TEXT_LIMIT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].widget.attrs |= {"list": "don-vi", "autocomplete": "off"}


class PostForm(forms.Form):
    kind = forms.ChoiceField(label=_("Chức vụ"), choices=PostKind.choices, widget=forms.RadioSelect)
    on = DayField(label=_("Từ ngày"))


class EndPostForm(forms.Form):
    on = DayField(label=_("Thôi từ ngày"))


class StandInForm(forms.Form):
    """Who does the secretary's work, from when to when; both days belong to it."""

    member = forms.ChoiceField(
        label=_("Giao cho"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một đồng chí.")},
    )
    since = DayField(label=_("Bí thư vắng từ ngày"))
    last_day = DayField(
        label=_("Đến hết ngày"), help_text=_("Tự hết sau ngày này; bí thư về sớm thì kết thúc sớm ở đây")
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "member", choices)


class LinkForm(forms.Form):
    username = TypedLineField(label=_("Tên đăng nhập của tài khoản đã có"), max_length=60)
