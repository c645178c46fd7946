from typing import Any

from django.db import migrations, models
from django.utils.timezone import localdate

from nennep.core.text import fold


def fill_keys(apps: Any, _editor: Any) -> None:
    """What is searched, and how long the first answer took."""
    petition_model, step_model = (apps.get_model("petitions", name) for name in ("Petition", "PetitionStep"))
    first = dict(
        step_model.objects.filter(kind="answered").order_by().values_list("petition").annotate(first=models.Min("at"))
    )
    for petition in petition_model.objects.order_by("pk").iterator(chunk_size=500):
        petition.key = fold(f"{petition.text} {petition.place}")
        if petition.pk in first:
            petition.answer_days = max((localdate(first[petition.pk]) - petition.raised_on).days, 0)
        petition.save(update_fields=["key", "answer_days"])


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0007_numbers_of_two_records'),
        ('organizations', '0006_planned_changes'),
        ('petitions', '0006_askers'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='petition',
            name='petition_of_holder',
        ),
        migrations.AddField(
            model_name='petition',
            name='answer_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='petition',
            name='key',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddIndex(
            model_name='petition',
            index=models.Index(fields=['holder', 'state', 'due_on'], name='petition_of_holder'),
        ),
        migrations.AddIndex(
            model_name='petition',
            index=models.Index(fields=['raised_on'], name='petition_raised_on'),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True),
    ]
