
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('petitions', '0007_work_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='petition',
            name='silent_meetings',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='petition',
            name='silent_on',
            field=models.DateField(blank=True, null=True),
        ),
    ]
