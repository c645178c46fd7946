"""Addresses of meetings.

The member's own page (`own`), before the meeting (`prepare`), themes and what was talked about (`contents`).
"""

from nennep.meetings.urls import contents, own, prepare

app_name = "meetings"
urlpatterns = [*own.urlpatterns, *prepare.urlpatterns, *contents.urlpatterns]
