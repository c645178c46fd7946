"""The plan of themes, the map of contents."""

from django.urls import path

from nennep.core import converters  # noqa: F401  makes <year:…> known
from nennep.meetings.views import coverage, themes

urlpatterns = [
    path("chuyen-de/<uuid:cell>/", themes.show_themes, name="show_themes"),
    path("chuyen-de/<uuid:cell>/<year:year>/", themes.show_themes, name="show_themes_of"),
    path("chuyen-de/<uuid:cell>/<year:year>/them/", themes.add_theme, name="add_theme"),
    path("chuyen-de/muc/<uuid:theme>/", themes.edit_theme, name="edit_theme"),
    path("chuyen-de/muc/<uuid:theme>/thoi/", themes.drop_theme, name="drop_theme"),
    path("chuyen-de/muc/<uuid:theme>/gan/", themes.take_up_theme, name="take_up_theme"),
    path("chuyen-de/muc/<uuid:theme>/hop-rieng/", themes.meet_on_theme, name="meet_on_theme"),
    path("chuyen-de/don-vi/<uuid:unit>/<year:year>/", themes.list_themes, name="list_themes"),
    path("noi-dung/<uuid:cell>/", coverage.show_coverage, name="show_coverage"),
    path("noi-dung/<uuid:cell>/<slug:topic>/<slug:month>/", coverage.show_topic, name="show_topic"),
    path("noi-dung/don-vi/<uuid:unit>/", coverage.list_coverage, name="list_coverage"),
]
