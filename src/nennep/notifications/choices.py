"""Channels by which a notice reaches somebody."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    APP = "app", _("Trong chương trình")
    EMAIL = "email", _("Thư điện tử")
    PRINT = "print", _("Bản in")


class DeliveryState(TextChoices):
    WAITING = "waiting", _("Đang chờ gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Chưa gửi được")


TITLE_LIMIT = 200
