"""Keeping an installation running: what is looked at, how it stands, what a backup is called."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Light(TextChoices):
    """How one point of the check stands. WARN: somebody should look at it; FAIL: something is lost, or will be."""

    OK = "ok", _("Tốt")
    WARN = "warn", _("Cần xem")
    FAIL = "fail", _("Hỏng")


class Point(TextChoices):
    """What `nennep check` looks at, in its order."""

    DIRECTORY = "directory", _("Thư mục dữ liệu")
    KEYS = "keys", _("Khóa mã hóa")
    DATABASE = "database", _("Cơ sở dữ liệu")
    MIGRATIONS = "migrations", _("Cấu trúc dữ liệu")
    RULES = "rules", _("Quy định của Trung ương")
    FILES = "files", _("Tệp đã đưa lên")
    CLOCK = "clock", _("Đồng hồ")
    DISK = "disk", _("Ổ đĩa")
    MAIL = "mail", _("Thư điện tử")
    SMS = "sms", _("Tin nhắn SMS")
    PUSH = "push", _("Thông báo trên máy")
    JOBS = "jobs", _("Việc nền")
    BACKUP = "backup", _("Sao lưu")


ERROR_LIMIT = 500
FILE_NAME_LIMIT = 200
