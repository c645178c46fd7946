"""Addresses of meetings.

The member's own page (`own`), before and in the room (`prepare`, `room`), what came of it (`outcome`), themes and what was
talked about (`contents`).
"""

from nennep.meetings.urls import contents, outcome, own, prepare, room

app_name = "meetings"
urlpatterns = [
    *own.urlpatterns,
    *prepare.urlpatterns,
    *room.urlpatterns,
    *outcome.urlpatterns,
    *contents.urlpatterns,
]
