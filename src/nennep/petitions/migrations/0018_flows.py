from collections import Counter
from typing import Any

from django.db import migrations, models


def count_flows(apps: Any, _editor: Any) -> None:
    """Who answers is kept with each line, and what was raised is counted by it."""
    counts, sums = (apps.get_model("petitions", name) for name in ("PetitionCount", "PetitionSum"))
    places = {place.pk: place for place in apps.get_model("petitions", "PetitionPlace").objects.all()}
    found: Counter[tuple[Any, ...]] = Counter()
    batch = []
    rows = counts.objects.order_by("pk").select_related("petition").defer("petition__text", "petition__answer")
    for row in rows.iterator(2000):
        petition = row.petition
        answers = f"b{petition.body_id}" if petition.body_id else f"h{petition.holder_id}"
        row.lines = [[*line[:6], answers] for line in row.lines]
        batch.append(row)
        for tally, day, value, place, _field, _body, _answers in row.lines:
            if tally == "raised":
                for unit, below in _list_units(places[place]):
                    found[(unit, "dong", tally, day, f"{below}>{answers}", value)] += 1
        if len(batch) == 1000:
            counts.objects.bulk_update(batch, ["lines"])
            batch = []
    counts.objects.bulk_update(batch, ["lines"])
    names = ("unit_id", "group", "tally", "day", "key", "value")
    sums.objects.bulk_create(
        (sums(**dict(zip(names, key, strict=True)), number=number) for key, number in found.items()), batch_size=2000
    )


def _list_units(place: Any) -> list[tuple[int, int]]:
    ids = [int(one) for one in place.lineage.strip(".").split(".")]
    pairs = list(zip(ids, (*ids[1:], ids[-1]), strict=True))
    return pairs[:-1] if place.of_cell else pairs


class Migration(migrations.Migration):

    dependencies = [
        ('petitions', '0017_count_all'),
    ]

    operations = [
        migrations.AlterField(
            model_name='petitionsum',
            name='group',
            field=models.CharField(max_length=10),
        ),
        migrations.RunPython(count_flows, migrations.RunPython.noop, elidable=True),
    ]
