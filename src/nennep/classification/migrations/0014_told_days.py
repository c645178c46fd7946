"""Of which days of a round that passed people were told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classification", "0013_levels_kept")]

    operations = [
        migrations.AddField(model_name="unitreview", name="told_days", field=models.JSONField(default=list)),
    ]
