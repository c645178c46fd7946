"""Votes, conclusion, remarks, resolution, minutes, filing."""

from django.urls import path

from nennep.meetings.urls import years  # noqa: F401  makes <year:…> known
from nennep.meetings.views import minutes, outcome

urlpatterns = [
    path("<uuid:meeting>/bieu-quyet/", outcome.record_vote, name="record_vote"),
    path("<uuid:meeting>/bieu-quyet/<uuid:vote>/bo/", outcome.remove_vote, name="remove_vote"),
    path("<uuid:meeting>/ket-luan/", outcome.write_conclusion, name="write_conclusion"),
    path("<uuid:meeting>/bieu-duong/<uuid:duty>/", outcome.praise_duty, name="praise_duty"),
    path("<uuid:meeting>/nhan-xet/", outcome.add_remark, name="add_remark"),
    path("<uuid:meeting>/nhan-xet/bo/", outcome.remove_remark, name="remove_remark"),
    path("<uuid:meeting>/giao-viec/", outcome.give_task, name="give_task"),
    path("<uuid:meeting>/be-mac/", outcome.close, name="close"),
    path("<uuid:meeting>/sau-hop/", minutes.follow_meeting, name="follow_meeting"),
    path("<uuid:meeting>/bien-ban/", minutes.show_minutes, name="show_minutes"),
    path("<uuid:meeting>/bien-ban/ban-<int:number>/", minutes.show_version, name="show_version"),
    path("<uuid:meeting>/bien-ban/sua/", minutes.edit_minutes, name="edit_minutes"),
    path("<uuid:meeting>/bien-ban/thong-qua/", minutes.approve_minutes, name="approve_minutes"),
    path("<uuid:meeting>/nghi-quyet/", minutes.show_resolution, name="show_resolution"),
    path("<uuid:meeting>/gui-luu/", minutes.show_filing, name="show_filing"),
    path("so-bien-ban/<uuid:cell>/", minutes.show_book, name="show_book"),
    path("so-bien-ban/<uuid:cell>/<year:year>/", minutes.show_book, name="show_book_year"),
    path("nghi-quyet/<uuid:cell>/", minutes.list_resolutions, name="list_resolutions"),
]
