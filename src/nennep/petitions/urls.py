"""Addresses of petitions."""

from django.urls import path

from nennep.petitions import views

app_name = "petitions"
urlpatterns = [
    path("", views.show_own, name="show_own"),
    path("chi-bo/<uuid:cell>/", views.show_cell, name="show_cell"),
    path("chi-bo/<uuid:cell>/ghi/", views.note_petition, name="note_petition"),
    path("don-vi/<uuid:unit>/", views.show_unit, name="show_unit"),
    path("<uuid:petition>/", views.show_petition, name="show_petition"),
    path("<uuid:petition>/chuyen/", views.pass_on, name="pass_on"),
    path("<uuid:petition>/tra-loi/", views.answer_petition, name="answer_petition"),
    path("<uuid:petition>/xac-nhan/", views.confirm_solved, name="confirm_solved"),
    path("<uuid:petition>/mo-lai/", views.reopen_petition, name="reopen_petition"),
    path("<uuid:petition>/gop/", views.join_petition, name="join_petition"),
    path("<uuid:petition>/tach/", views.separate_petition, name="separate_petition"),
    path("<uuid:petition>/thoi/", views.withdraw_petition, name="withdraw_petition"),
]
