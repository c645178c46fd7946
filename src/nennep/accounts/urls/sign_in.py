"""Those pages of allauth that we use, at Vietnamese addresses: nobody signs up, and nothing is confirmed by e-mail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path

urlpatterns = [
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("da-khoa/", account.account_inactive, name="account_inactive"),
    path("xac-nhan/", account.reauthenticate, name="account_reauthenticate"),
    path("doi-mat-khau/", account.password_change, name="account_change_password"),
    path("bao-mat/", mfa.index, name="mfa_index"),
    path("bao-mat/buoc-hai/", mfa.authenticate, name="mfa_authenticate"),
    path("bao-mat/xac-nhan/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("bao-mat/ung-dung/them/", totp.activate_totp, name="mfa_activate_totp"),
    path("bao-mat/ung-dung/bo/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("bao-mat/ma-du-phong/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("bao-mat/ma-du-phong/lap/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("bao-mat/ma-du-phong/tai/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("bao-mat/may/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("bao-mat/may/them/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("bao-mat/may/dang-nhap/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("bao-mat/may/xac-nhan/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("bao-mat/may/<int:pk>/sua/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("bao-mat/may/<int:pk>/bo/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("phien/", usersessions.list_usersessions, name="usersessions_list"),
]
