"""What an export may look like, what the trail says of it, and the version of its shape."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SCHEMA_VERSION = 1  # of tables, columns and how values are written; an import takes this one only
DICTIONARY = "datapackage.json"
DATA = "data"  # the directory with the tables
DAYS_OFF = "days_off"  # a table that no model holds: the public holidays by which meeting days are judged


class ExportFormat(TextChoices):
    CSV = "csv", "CSV"
    PARQUET = "parquet", "Parquet"


class Verb(TextChoices):
    """What the audit trail says: `subject.past-participle`."""

    EXPORTED = "export.made", _("xuất dữ liệu gốc")
    IMPORTED = "export.taken", _("nhập một bản xuất dữ liệu gốc")
