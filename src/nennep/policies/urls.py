"""Addresses of rules, below /quy-dinh/."""

from django.urls import path

from nennep.policies import views

app_name = "policies"
urlpatterns = [
    path("<uuid:public_id>/", views.show_rules, name="show_rules"),
    path("<uuid:public_id>/ban-moi/", views.add_version, name="add_version"),
    path("<uuid:public_id>/rut/<int:pack>/", views.withdraw_pack, name="withdraw_pack"),
    path("<uuid:public_id>/thoi/<int:pack>/", views.end_pack, name="end_pack"),
    path("<uuid:public_id>/ap-dung-tiep/<int:pack>/", views.resume_pack, name="resume_pack"),
    path("<uuid:public_id>/van-ban-san-co/", views.apply_pack, name="apply_pack"),
]
