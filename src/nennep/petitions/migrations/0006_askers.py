
import django.db.models.deletion
import nennep.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0007_numbers_of_two_records'),
        ('petitions', '0005_states_and_bodies'),
    ]

    operations = [
        migrations.AddField(
            model_name='petition',
            name='is_hidden',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='petition',
            name='more_askers',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='petition',
            name='place',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.CreateModel(
            name='PetitionAsker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', nennep.core.fields.EncryptedTextField(blank=True)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='askers', to='petitions.petition')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('petition', 'member'), name='petition_asker_once')],
            },
        ),
    ]
