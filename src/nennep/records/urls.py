"""Addresses of minutes, resolutions and filing, beside those of meetings."""

from django.urls import path

from nennep.core import converters  # noqa: F401  makes <year:…> known
from nennep.records import views

app_name = "records"
urlpatterns = [
    path("<uuid:meeting>/sau-hop/", views.follow_meeting, name="follow_meeting"),
    path("<uuid:meeting>/mo-lai/", views.reopen_meeting, name="reopen_meeting"),
    path("<uuid:meeting>/bien-ban/", views.show_minutes, name="show_minutes"),
    path("<uuid:meeting>/bien-ban/ban-<int:number>/", views.show_version, name="show_version"),
    path("<uuid:meeting>/bien-ban/sua/", views.edit_minutes, name="edit_minutes"),
    path("<uuid:meeting>/bien-ban/thong-qua/", views.approve_minutes, name="approve_minutes"),
    path("<uuid:meeting>/nghi-quyet/", views.show_resolution, name="show_resolution"),
    path("<uuid:meeting>/nghi-quyet/dinh-chinh/", views.correct_resolution, name="correct_resolution"),
    path("<uuid:meeting>/gui-luu/", views.show_filing, name="show_filing"),
    path("<uuid:meeting>/gui-luu/bo/", views.take_back_filing, name="take_back_filing"),
    path("so-bien-ban/<uuid:cell>/", views.show_book, name="show_book"),
    path("so-bien-ban/<uuid:cell>/<year:year>/", views.show_book, name="show_book_year"),
    path("nghi-quyet/<uuid:cell>/", views.list_resolutions, name="list_resolutions"),
]
