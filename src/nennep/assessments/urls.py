"""Addresses of score sheets."""

from django.urls import path

from nennep.assessments import views

app_name = "assessments"
urlpatterns = [
    path("khung/<uuid:public_id>/", views.show_template, name="show_template"),
    path("khung/<uuid:public_id>/tep/", views.load_sheet, name="load_sheet"),
    path("chot/<uuid:unit>/", views.calibrate, name="calibrate"),
    path("<uuid:meeting>/", views.show_sheet, name="show_sheet"),
    path("<uuid:meeting>/so-lieu/<str:code>/", views.show_rows, name="show_rows"),
    path("<uuid:meeting>/chot-tung-muc/", views.confirm_lines, name="confirm_lines"),
    path("<uuid:meeting>/bat-dau/", views.start_sheet, name="start_sheet"),
    path("<uuid:meeting>/mo-lai/", views.reopen_sheet, name="reopen_sheet"),
]
