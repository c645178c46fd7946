"""Addresses of units, below /don-vi/."""

from django.urls import path

from nennep.organizations.views import changes, pages, settings

app_name = "organizations"
urlpatterns = [
    path("", pages.browse_units, name="browse_units"),
    path("dinh-truoc/<uuid:public_id>/huy/", changes.cancel_planned, name="cancel_planned"),
    path("<uuid:public_id>/", pages.show_unit, name="show_unit"),
    path("<uuid:public_id>/nhat-ky/", pages.show_trail, name="show_trail"),
    path("<uuid:public_id>/lap-don-vi/", changes.create_child, name="create_child"),
    path("<uuid:public_id>/doi-ten/", changes.rename_unit, name="rename_unit"),
    path("<uuid:public_id>/chuyen/", changes.move_unit, name="move_unit"),
    path("<uuid:public_id>/sap-nhap/", changes.merge_unit, name="merge_unit"),
    path("<uuid:public_id>/chia-tach/", changes.split_unit, name="split_unit"),
    path("<uuid:public_id>/giai-the/", changes.close_unit, name="close_unit"),
    path("<uuid:public_id>/thong-tin/", settings.change_settings, name="change_settings"),
    path("<uuid:public_id>/nhiem-ky/", settings.start_term, name="start_term"),
]
