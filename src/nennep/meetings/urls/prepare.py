"""Schedule, agenda, notice, room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
