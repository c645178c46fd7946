"""Addresses of meetings.

The member's own page (`own`), before and in the room (`prepare`), what came of it (`outcome`), themes and what was talked
about (`contents`).
"""

from nennep.meetings.urls import contents, outcome, own, prepare

app_name = "meetings"
urlpatterns = [*own.urlpatterns, *prepare.urlpatterns, *outcome.urlpatterns, *contents.urlpatterns]
