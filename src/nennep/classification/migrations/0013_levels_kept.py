"""That a decision was looked at again and stands, and when a complaint was answered: a decision after that has weighed it."""

import django.db.models.deletion
from django.db import migrations, models

import nennep.core.fields


class Migration(migrations.Migration):
    dependencies = [("classification", "0012_former_notes_of_caps")]

    operations = [
        migrations.AddField(model_name="ratingcomplaint", name="settled_at", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="LevelKept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", nennep.core.fields.EncryptedTypedText(limit=1000)),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "rating",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept",
                        to="classification.rating",
                    ),
                ),
            ],
            options={"ordering": ["rating", "pk"]},
        ),
    ]
