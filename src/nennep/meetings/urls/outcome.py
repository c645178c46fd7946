"""Votes, conclusion, remarks, resolution, minutes, filing."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
