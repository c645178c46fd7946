"""Sheets that came with the program name the fact of each line: until now the line's code stood for it."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FACTS = {
    "hd-42-2025": {
        "c1": "time",
        "c2": "attendance",
        "c3.1": "content",
        "c3.2": "preparation",
        "c4.1": "steps",
        "c4.2": "discussion",
        "c5": "criticism",
        "c6": "tasks",
        "c7": "ending",
    },
    "an-phu-2025": {
        "1": "time",
        "2": "attendance",
        "4.1": "steps",
        "4.5": "speakers",
        "6.2": "criticism",
        "7": "tasks",
    },
}


def name_facts(value: dict[str, Any]) -> dict[str, Any]:
    """The sheet with the facts of its lines; another sheet, and a line that names its own, stay as they are."""
    known = FACTS.get(value.get("code", ""), {})
    for group in value["groups"]:
        for item in group["items"]:
            if item["code"] in known:
                item.setdefault("fact", known[item["code"]])
    return value


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rules = apps.get_model("policies", "PolicyRule")
    for rule in rules.objects.using(schema_editor.connection.alias).filter(key="score.sheet"):
        rule.value = name_facts(rule.value)
        rule.save(update_fields=["value"])


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
