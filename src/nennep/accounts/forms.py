"""What people type on the account pages."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import NAME_LIMIT, USERNAME_LIMIT, GrantReach, Role
from nennep.accounts.rules import DESCRIPTIONS, normalize_username
from nennep.core.forms import DayField, PhoneField, TypedLineField, TypedNameField, label_with_hint, set_choices

UNIT_LIMIT = 260


class LoginForm(allauth_forms.LoginForm):
    """Sign-in that forgives capitals, spaces, dots and +84 in the name."""

    def clean_login(self) -> str:
        return normalize_username(self.cleaned_data["login"])


class RedeemForm(forms.Form):
    """A printed code and a new password."""

    username = TypedLineField(label=_("Số điện thoại hoặc tên đăng nhập"), max_length=USERNAME_LIMIT)
    code = TypedLineField(label=_("Mã trên giấy"), help_text=_("Tám chữ và số, ví dụ ABCD-2345"), max_length=20)
    password = forms.CharField(
        label=_("Mật khẩu mới"),
        help_text=_("Ít nhất 10 ký tự. Dễ nhớ nhất là ba, bốn từ không liên quan nhau."),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "characters"}
        self.fields["password"].widget.attrs["autocomplete"] = "new-password"


class GrantForm(forms.Form):
    """A role on a unit. `roles` are those that the reader may hand out, `units` suggestions of where."""

    role = forms.ChoiceField(label=_("Vai trò"), widget=forms.RadioSelect)
    organization = TypedLineField(label=_("Đơn vị"), help_text=_("Gõ tên hoặc mã đơn vị"), max_length=UNIT_LIMIT)
    reach = forms.ChoiceField(label=_("Phạm vi"), choices=GrantReach.choices, required=False, widget=forms.RadioSelect)
    valid_from = DayField(label=_("Từ ngày"))
    valid_to = DayField(label=_("Đến hết trước ngày"), help_text=_("Để trống khi chưa định ngày thôi"), required=False)

    def __init__(self, *args: Any, roles: frozenset[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, label_with_hint(role.label, DESCRIPTIONS[role])) for role in Role if role in roles]
        set_choices(self, "role", choices)
        self.fields["organization"].widget.attrs |= {"list": "don-vi", "autocomplete": "off"}

    @property
    def subtree(self) -> bool:
        """Whether the role holds below the unit too: as said, or as it usually does. For a valid form."""
        reach = self.cleaned_data["reach"]
        return Role(self.cleaned_data["role"]).reaches_below if not reach else reach == GrantReach.BELOW


class NewUserForm(GrantForm):
    """An account for somebody in office, with the first role."""

    full_name = TypedNameField(label=_("Họ và tên"), max_length=NAME_LIMIT)
    phone = PhoneField(label=_("Số điện thoại"), required=False)
    email = forms.EmailField(label=_("Thư điện tử"), required=False)
    username = TypedLineField(
        label=_("Tên đăng nhập"),
        help_text=_("Để trống thì lấy số điện thoại, hoặc tên kèm một số"),
        max_length=USERNAME_LIMIT,
        required=False,
    )


class EndGrantForm(forms.Form):
    on = DayField(label=_("Thôi quyền từ ngày"))
