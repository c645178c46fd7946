"""Addresses of reports, below /bao-cao/."""

from django.urls import path

from nennep.reporting.views import papers

app_name = "reporting"
urlpatterns = [
    path("buoi/<uuid:public_id>/<slug:paper>.docx", papers.download_paper, name="paper"),
]
