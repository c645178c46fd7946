import nennep.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_reach'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='public_id',
            field=models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True),
        ),
    ]
