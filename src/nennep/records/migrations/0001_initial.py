# The tables are those of `meetings` (docs/adr/0024): nothing changes in the database.

import django.db.models.deletion
import nennep.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0005_room_and_records_stand_alone'),
        ('organizations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Resolution',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                        ('number', models.PositiveIntegerField()),
                        ('issued_on', models.DateField()),
                        ('thinking', models.TextField(blank=True)),
                        ('shortcomings', models.TextField(blank=True)),
                        ('directions', models.TextField(blank=True)),
                        ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='resolution', to='meetings.meeting')),
                        ('term', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.term')),
                    ],
                    options={
                        'db_table': 'meetings_resolution',
                        'ordering': ['issued_on', 'number'],
                    },
                ),
                migrations.CreateModel(
                    name='MinutesVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                        ('number', models.PositiveIntegerField()),
                        ('content', models.JSONField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('reason', models.CharField(blank=True, max_length=500)),
                        ('approved_at', models.DateTimeField()),
                        ('approved_by_name', models.CharField(max_length=200)),
                        ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='minutes_versions', to='meetings.meeting')),
                    ],
                    options={
                        'db_table': 'meetings_minutesversion',
                        'ordering': ['meeting', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'number'), name='minutes_version_once'), models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='minutes_correction_has_reason')],
                    },
                ),
            ],
        ),
    ]
