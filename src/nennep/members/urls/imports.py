"""The import wizard."""

from django.urls import URLPattern, path

from nennep.members.views import imports as views

urlpatterns: list[URLPattern] = [
    path("nhap/", views.choose_file, name="choose_import_file"),
    path("nhap/<uuid:file>/", views.review_import, name="review_import"),
    path("nhap/<uuid:file>/sua/", views.mend_import, name="mend_import"),
    path("nhap/<uuid:file>/cot/", views.change_import_columns, name="change_import_columns"),
    path("nhap/<uuid:file>/ghi/", views.write_import, name="write_import"),
    path("nhap/<uuid:file>/ket-qua/", views.show_import_outcome, name="show_import_outcome"),
    path("nhap/<uuid:file>/can-sua.xlsx", views.download_waiting, name="download_waiting"),
    path("nhap/<uuid:file>/bo/", views.discard_import, name="discard_import"),
]
