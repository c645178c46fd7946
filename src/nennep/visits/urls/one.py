"""One visit."""

from django.urls import path

from nennep.visits.views import visits

urlpatterns = [
    path("buoi/<uuid:visit>/", visits.show_visit, name="show_visit"),
    path("buoi/<uuid:visit>/nhan/", visits.confirm, name="confirm_visit"),
    path("buoi/<uuid:visit>/khong-du/", visits.miss, name="miss_visit"),
    path("buoi/<uuid:visit>/du-thay/", visits.substitute, name="substitute_visit"),
    path("buoi/<uuid:visit>/thoi/", visits.cancel, name="cancel_visit"),
    path("buoi/<uuid:visit>/da-du/", visits.attend, name="attend_visit"),
]
