"""Addresses of papers."""

from django.urls import path

from nennep.documents import views

app_name = "documents"
urlpatterns = [
    path("chi-bo/<uuid:cell>/", views.show_cell, name="show_cell"),
    path("chi-bo/<uuid:cell>/them/", views.add_document, name="add_document"),
    path("<uuid:document>/", views.show_document, name="show_document"),
    path("<uuid:document>/mo/", views.open_document, name="open_document"),
    path("<uuid:document>/thay/", views.replace_document, name="replace_document"),
    path("<uuid:document>/lay-lai/", views.restore_document, name="restore_document"),
    path("<uuid:document>/rut/", views.remove_document, name="remove_document"),
]
