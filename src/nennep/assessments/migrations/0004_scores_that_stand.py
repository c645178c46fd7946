"""What counted until now is the cell's own score: it goes on to count, whatever rules come."""

from typing import Any

from django.db import migrations

BATCH = 1000


def write_standing(apps: Any, schema_editor: Any) -> None:
    sheets = apps.get_model("assessments", "ScoreSheet").objects.using(schema_editor.connection.alias)
    standing = apps.get_model("assessments", "StandingScore")
    rows = sheets.filter(state="agreed").order_by("pk").values_list("meeting_id", "agreed_at", "total", "grade")
    made = (
        standing(meeting_id=meeting, at=at, side="cell", total=total, grade=grade)
        for meeting, at, total, grade in rows.iterator(BATCH)
    )
    standing.objects.using(schema_editor.connection.alias).bulk_create(made, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_three_sides")]

    operations = [migrations.RunPython(write_standing, migrations.RunPython.noop, elidable=True)]
