"""Line c3.2 of the frame of HD 42 says "in time" of the notice too: one sent on any day was proposed. What was scored keeps its points."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CODE, LINE = "hd-42-2025", "c3.2"
WRONG = ["committee_met_with_minutes", "members_told", "papers_in_time"]
RIGHT = ["committee_met_with_minutes", "notice_in_time", "papers_in_time"]


def name_notice(value: dict[str, Any]) -> bool:
    """Whether the sheet had the line as it was delivered; another sheet stays as it is."""
    lines = [item for group in value.get("groups", []) for item in group.get("items", [])]
    wrong = [item for item in lines if item.get("code") == LINE and item.get("parts") == WRONG]
    for item in wrong:
        item["parts"] = RIGHT
    return bool(wrong)


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rules = apps.get_model("policies", "PolicyRule").objects.using(schema_editor.connection.alias)
    for rule in rules.filter(key="score.sheet", pack__code=CODE, pack__organization=None):
        if name_notice(rule.value):
            rule.save(update_fields=["value"])


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_committee_of_hd_42")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
