"""Addresses of tasks."""

from django.urls import path

from nennep.duties import views

app_name = "duties"
urlpatterns = [
    path("", views.show_own, name="show_own"),
    path("chi-bo/<uuid:cell>/", views.show_cell, name="show_cell"),
    path("chi-bo/<uuid:cell>/phan-cong/", views.show_workload, name="show_workload"),
    path("chi-bo/<uuid:cell>/phan-cong/giao/", views.give_standing, name="give_standing"),
    path("don-vi/<uuid:unit>/", views.show_unit, name="show_unit"),
    path("chi-bo/<uuid:cell>/giao/", views.give_duty, name="give_duty"),
    path("<uuid:duty>/", views.show_duty, name="show_duty"),
    path("<uuid:duty>/bao-ket-qua/", views.report_duty, name="report_duty"),
    path("<uuid:duty>/sua/", views.change_duty, name="change_duty"),
    path("<uuid:duty>/chuyen/", views.hand_over_duty, name="hand_over_duty"),
    path("<uuid:duty>/thoi-giao/", views.drop_duty, name="drop_duty"),
]
