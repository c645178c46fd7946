"""Addresses of meetings: the member's own page (`own`), before and in the room (`prepare`), and what came of it (`outcome`)."""

from nennep.meetings.urls import outcome, own, prepare

app_name = "meetings"
urlpatterns = [*own.urlpatterns, *prepare.urlpatterns, *outcome.urlpatterns]
