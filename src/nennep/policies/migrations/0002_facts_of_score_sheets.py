"""Sheets that came with the program name the fact of each line and its bands: until now the line's code stood for both."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TIME = {"fact": "time", "bands": [[100, 5], [50, 2], [0, 1]], "short_by": [[15, 4], [30, 3]]}
ATTENDANCE = {"fact": "attendance", "bands": [[75, 3], [65, 2], [0, 1]]}
TASKS = {"fact": "tasks", "bands": [[90, 30], [80, 27], [70, 24], [60, 20], [50, 15], [0, 10]]}
SPEAKERS = {"fact": "speakers", "bands": [[50, 5], [40, 4], [30, 3], [0, 2]]}
LINES: dict[str, dict[str, dict[str, Any]]] = {
    "hd-42-2025": {
        "c1": TIME,
        "c2": ATTENDANCE,
        "c3.1": {"fact": "content"},
        "c3.2": {"fact": "preparation"},
        "c4.1": {"fact": "steps"},
        "c4.2": {"fact": "discussion"},
        "c5": {"fact": "criticism"},
        "c6": TASKS,
        "c7": {"fact": "ending"},
    },
    "an-phu-2025": {
        "1": TIME,
        "2": ATTENDANCE,
        "4.1": {"fact": "steps"},
        "4.5": SPEAKERS,
        "6.2": {"fact": "criticism"},
        "7": TASKS,
    },
}


def name_facts(value: dict[str, Any]) -> dict[str, Any]:
    """The sheet with the facts and bands of its lines; another sheet, and a line that names its own, stay as they are."""
    known = LINES.get(value.get("code", ""), {})
    for group in value["groups"]:
        for item in group["items"]:
            if "fact" not in item:
                item.update(known.get(item["code"], {}))
    return value


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rules = apps.get_model("policies", "PolicyRule")
    for rule in rules.objects.using(schema_editor.connection.alias).filter(key="score.sheet"):
        rule.value = name_facts(rule.value)
        rule.save(update_fields=["value"])


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
