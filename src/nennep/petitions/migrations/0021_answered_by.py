# An answer says whose it is, though the matter lies elsewhere since: the unit of its newest step.

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce


def name_who_answered(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Where no step says it, it stays empty: nobody else had the matter."""
    steps = apps.get_model("petitions", "PetitionStep").objects
    said = steps.filter(petition=OuterRef("pk"), kind="answered").order_by("-at", "-pk").values("unit__name")[:1]
    petitions = apps.get_model("petitions", "Petition").objects.exclude(answer="").order_by()
    petitions.update(answered_by=Coalesce(Subquery(said), Value("")))


class Migration(migrations.Migration):
    dependencies = [("petitions", "0020_corrected_clocks")]

    operations = [
        migrations.AddField(
            model_name="petition",
            name="answered_by",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(name_who_answered, migrations.RunPython.noop),
    ]
