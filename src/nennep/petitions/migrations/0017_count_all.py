import re
from collections import Counter
from typing import Any

from django.db import migrations

RUNNING = ("open", "clarifying")
UNANSWERED = (*RUNNING, "joined")
WAITING = (*RUNNING, "promised", "answered")
BY_DAY = ("unanswered", "running", "waiting")
STEP = 4
COLUMNS = (
    *("pk", "organization_id", "field", "body_id", "state", "raised_on", "due_on", "missed_on", "settled_on"),
    *("answered_on", "answer_days", "late_days", "on_spot", "word"),
)


def count_all(apps: Any, _editor: Any) -> None:
    """As the board of before counted: everything where its cell stands today. What changes later is counted where it stands then."""
    petitions, counts = (apps.get_model("petitions", name) for name in ("Petition", "PetitionCount"))
    sums = apps.get_model("petitions", "PetitionSum")
    places = _make_places(apps)
    found: Counter[tuple[Any, ...]] = Counter()
    batch = []
    for row in petitions.objects.order_by("pk").values(*COLUMNS).iterator(5000):
        place, units = places[row["organization_id"]]
        body = str(row["body_id"] or "trong")
        lines = [[*line, place, row["field"], body] for line in _list_lines(row)]
        batch.append(counts(petition_id=row["pk"], raised_place_id=place, place_id=place, lines=lines))
        for tally, day, value, _place, field, _body in lines:
            for unit, below in units:
                for group, key in (("linh-vuc", field), ("don-vi", str(below)), ("noi", body)):
                    found[(unit, group, tally, day, key, value)] += 1
        if len(batch) == 2000:
            counts.objects.bulk_create(batch)
            batch = []
    counts.objects.bulk_create(batch)
    names = ("unit_id", "group", "tally", "day", "key", "value")
    sums.objects.bulk_create(
        (sums(**dict(zip(names, key, strict=True)), number=number) for key, number in found.items()), batch_size=2000
    )


def index_words(apps: Any, _editor: Any) -> None:
    """Of what is not settled."""
    words, rows = apps.get_model("petitions", "PetitionWord"), []
    waiting = apps.get_model("petitions", "Petition").objects.filter(settled_on=None).order_by("pk")
    for pk, key in waiting.values_list("pk", "key").iterator(5000):
        rows += [words(petition_id=pk, word=word) for word in sorted({word[:20] for word in re.findall(r"\w+", key)})]
        if len(rows) > 5000:
            words.objects.bulk_create(rows, batch_size=2000)
            rows = []
    words.objects.bulk_create(rows, batch_size=2000)


def _make_places(apps: Any) -> dict[int, tuple[int, list[tuple[int, int]]]]:
    """For each unit that asked: its place, and the units above cells with the one next below."""
    units, asked = apps.get_model("organizations", "Organization"), apps.get_model("petitions", "Petition")
    place = apps.get_model("petitions", "PetitionPlace")
    ids = dict(units.objects.values_list("path", "pk"))
    found = {}
    wanted = asked.objects.order_by().values("organization_id").distinct()
    for unit in units.objects.filter(pk__in=wanted).order_by("path"):
        lineage = [ids[unit.path[:end]] for end in range(STEP, len(unit.path) + 1, STEP)]
        of_cell = unit.kind == "cell"
        row = place.objects.create(lineage=f".{'.'.join(map(str, lineage))}.", of_cell=of_cell)
        pairs = list(zip(lineage, (*lineage[1:], lineage[-1]), strict=True))
        found[unit.pk] = (row.pk, pairs[:-1] if of_cell else pairs)
    return found


def _list_lines(row: dict[str, Any]) -> list[list[Any]]:
    if row["state"] in ("opinion", "read"):
        return []
    raised, owed = row["raised_on"], row["missed_on"] or row["due_on"]
    answered = row["answered_on"] is not None and row["state"] not in RUNNING
    unanswered = row["state"] in UNANSWERED and not answered
    late, solved = row["late_days"] > 0, row["state"] == "solved"
    lines = [
        ("raised", True, raised),
        ("on_spot", row["on_spot"], raised),
        ("ended", row["answer_days"] is not None, raised),
        ("unanswered", row["answer_days"] is None and row["state"] in UNANSWERED, raised),
        ("in_time", answered and not late, owed),
        ("late", answered and late, owed),
        ("missed", unanswered and late, owed),
        ("running", unanswered and not late, owed),
        ("solved", solved, row["settled_on"]),
        ("satisfied", solved and row["word"] == "satisfied", row["settled_on"]),
        ("waiting", row["state"] in WAITING, raised),
    ]
    return [
        [tally, str(day if tally in BY_DAY else day.replace(day=1)), row["answer_days"] if tally == "ended" else 0]
        for tally, is_so, day in lines
        if is_so
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('petitions', '0016_board_sums'),
    ]

    operations = [
        migrations.RunPython(count_all, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(index_words, migrations.RunPython.noop, elidable=True),
    ]
