# What happens in the room and what stays of it are contexts of their own (docs/adr/0024): the models move, the tables stay.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0004_praise_topic'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name='TellerCount'),
                migrations.DeleteModel(name='ReservedOpinion'),
                migrations.DeleteModel(name='SecretBallot'),
                migrations.DeleteModel(name='Vote'),
                migrations.DeleteModel(name='Guest'),
                migrations.DeleteModel(name='RollCallEntry'),
                migrations.DeleteModel(name='Speech'),
                migrations.DeleteModel(name='Remark'),
                migrations.DeleteModel(name='Resolution'),
                migrations.DeleteModel(name='MinutesVersion'),
            ],
        ),
    ]
