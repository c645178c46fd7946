"""One's own notices."""

from django.urls import path

from nennep.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.list_notifications, name="list"),
    path("da-doc/", views.mark_all_read, name="mark_all_read"),
    path("<uuid:public_id>/mo/", views.open_notification, name="open"),
]
