"""Root addresses; each context owns its own below a Vietnamese prefix."""

from django.urls import include, path

from nennep.notifications.views import devices
from nennep.site import views
from nennep.site.api import api

handler500 = "nennep.core.views.show_server_error"

urlpatterns = [
    path("", include("nennep.core.urls")),
    path("", views.show_home, name="home"),
    path("thang-nay/<uuid:cell>/", views.show_month, name="month"),
    path("ban-giao/<uuid:cell>/", views.show_handover, name="handover"),
    path("vai/", views.list_own_hats, name="hats"),
    path("vai/<uuid:grant>/", views.wear_hat, name="wear_hat"),
    path("cua-chi-bo/<slug:page>/", views.go_to_own, name="own"),
    path("huong-dan/", views.show_guide, name="guides"),
    path("huong-dan/<slug:name>/", views.show_guide, name="guide"),
    path("huong-dan/hinh/<slug:name>.png", views.show_guide_picture, name="guide_picture"),
    path("tim/", views.search, name="search"),
    path("theo-doi/", views.show_followed, name="followed"),
    path("sw.js", devices.show_worker, name="worker"),
    path("lich/<str:token>.ics", views.show_calendar, name="calendar"),
    path("don-vi/", include("nennep.organizations.urls")),
    path("quy-dinh/", include("nennep.policies.urls")),
    path("sinh-hoat/", include("nennep.meetings.urls")),
    path("sinh-hoat/", include("nennep.room.urls")),
    path("sinh-hoat/", include("nennep.records.urls")),
    path("du-sinh-hoat/", include("nennep.visits.urls")),
    path("nhiem-vu/", include("nennep.duties.urls")),
    path("kien-nghi/", include("nennep.petitions.urls")),
    path("cham-diem/", include("nennep.assessments.urls")),
    path("xep-loai/", include("nennep.classification.urls")),
    path("lich-du/", include("nennep.planning.urls")),
    path("tai-lieu/", include("nennep.documents.urls")),
    path("dang-vien/", include("nennep.members.urls")),
    path("thong-bao/", include("nennep.notifications.urls")),
    path("bao-cao/", include("nennep.reporting.urls")),
    path("van-hanh/", include("nennep.operations.urls")),
    path("api/v1/", api.urls),
    path("tai-khoan/", include("nennep.accounts.urls.sign_in")),
    path("tai-khoan/", include("nennep.accounts.urls")),
]
