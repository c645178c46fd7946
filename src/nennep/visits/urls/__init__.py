"""Addresses of visits, below /du-sinh-hoat/."""

from nennep.visits.urls import one

app_name = "visits"
urlpatterns = [*one.urlpatterns]
