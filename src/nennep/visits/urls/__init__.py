"""Addresses of visits, below /du-sinh-hoat/."""

from nennep.visits.urls import board, one

app_name = "visits"
urlpatterns = [*board.urlpatterns, *one.urlpatterns]
