"""Addresses of meetings: before and in the room (`prepare`), and what came of it (`outcome`)."""

from nennep.meetings.urls import outcome, prepare

app_name = "meetings"
urlpatterns = [*prepare.urlpatterns, *outcome.urlpatterns]
