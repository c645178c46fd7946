"""Addresses of our own account pages; those that allauth serves are in `sign_in` (they have no namespace)."""

from django.urls import path

from nennep.accounts.views import codes, users

app_name = "accounts"
urlpatterns = [
    path("ma/", codes.enter_code, name="enter_code"),
    path("nguoi-dung/", users.list_users, name="list_users"),
    path("nguoi-dung/moi/", users.create_user, name="create_user"),
    path("nguoi-dung/<uuid:public_id>/", users.show_user, name="show_user"),
    path("nguoi-dung/<uuid:public_id>/giao-quyen/", users.grant_role, name="grant_role"),
    path("nguoi-dung/<uuid:public_id>/ma/", users.issue_code, name="issue_code"),
    path("nguoi-dung/<uuid:public_id>/khoa/", users.set_active, name="set_active"),
    path("quyen/<uuid:public_id>/pham-vi/", users.change_reach, name="change_reach"),
    path("quyen/<uuid:public_id>/thu/", users.revoke_grant, name="revoke_grant"),
]
