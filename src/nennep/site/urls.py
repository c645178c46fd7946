"""Root addresses; each context owns its own below a Vietnamese prefix."""

from django.urls import include, path

from nennep.site import views
from nennep.site.api import api

handler500 = "nennep.core.views.show_server_error"

urlpatterns = [
    path("", include("nennep.core.urls")),
    path("", views.show_home, name="home"),
    path("sinh-hoat/", include("nennep.meetings.urls")),
    path("bao-cao/", include("nennep.reporting.urls")),
    path("api/v1/", api.urls),
    path("tai-khoan/", include("allauth.account.urls")),
    path("tai-khoan/bao-mat/", include("allauth.mfa.urls")),
    path("tai-khoan/phien/", include("allauth.usersessions.urls")),
]
