"""People, their standing, posts and files."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
