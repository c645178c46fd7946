"""One's own notices, devices, calendar; what was sent in a unit's name."""

from django.urls import path

from nennep.notifications.views import deliveries, devices, notices

app_name = "notifications"
urlpatterns = [
    path("", notices.list_notifications, name="list"),
    path("da-doc/", notices.mark_all_read, name="mark_all_read"),
    path("<uuid:public_id>/mo/", notices.open_notification, name="open"),
    path("chua-gui/<uuid:unit>/", deliveries.list_undelivered, name="list_undelivered"),
    path("chua-gui/<uuid:unit>/gui-lai/", deliveries.resend_all, name="resend_all"),
    path("tin/<uuid:delivery>/gui-lai/", deliveries.resend, name="resend"),
    path("tin/<uuid:delivery>/da-dua/", deliveries.mark_handed, name="mark_handed"),
    path("tan-tay/<uuid:unit>/", deliveries.list_by_hand, name="list_by_hand"),
    path("tan-tay/<uuid:unit>/tat-ca/", deliveries.mark_many, name="mark_many"),
    path("may-nay/", devices.show_devices, name="devices"),
    path("may-nay/bat/", devices.subscribe, name="subscribe"),
    path("may-nay/<uuid:device>/tat/", devices.unsubscribe, name="unsubscribe"),
    path("lich/", devices.show_feed, name="feed"),
    path("lich/lay-dia-chi/", devices.make_feed, name="make_feed"),
    path("lich/khong-hop/", devices.choose_cancelled, name="choose_cancelled"),
    path("lich/huy/", devices.revoke_feed, name="revoke_feed"),
]
