"""The signed-in member's own page."""

from django.urls import path

from nennep.meetings.views import member_home

urlpatterns = [path("cua-toi/", member_home.show_member_home, name="member_home")]
