"""Addresses of members: `records` (people, standing, posts) and `imports` (the wizard)."""

from nennep.members.urls import imports, records

app_name = "members"
urlpatterns = [*imports.urlpatterns, *records.urlpatterns]
