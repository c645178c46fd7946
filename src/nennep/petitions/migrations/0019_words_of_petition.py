# Whether a petition has a word is asked of an index that holds both.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("petitions", "0018_flows")]

    operations = [
        migrations.AlterField(
            model_name="petitionword",
            name="petition",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="words",
                to="petitions.petition",
            ),
        ),
        migrations.AddIndex(
            model_name="petitionword",
            index=models.Index(fields=["petition", "word"], name="petition_has_word"),
        ),
    ]
