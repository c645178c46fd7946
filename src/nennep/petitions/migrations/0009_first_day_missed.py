from typing import Any

from django.db import migrations, models


def fill_missed(apps: Any, _editor: Any) -> None:
    """What was late before missed the last day that it has."""
    apps.get_model("petitions", "Petition").objects.filter(late_days__gt=0).update(missed_on=models.F("due_on"))


class Migration(migrations.Migration):

    dependencies = [
        ('petitions', '0008_silence'),
    ]

    operations = [
        migrations.AddField(
            model_name='petition',
            name='missed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunPython(fill_missed, migrations.RunPython.noop, elidable=True),
    ]
