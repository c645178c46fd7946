from typing import Any

import django.db.models.deletion
from django.db import migrations, models

STEP = 4
PARTS_OF_A_BASE = {"sub", "group"}


def say_who_keeps(apps: Any, _schema_editor: Any) -> None:
    """Units that ended before this version: kept by what they were merged into, else by the committee above."""
    units = {unit.pk: unit for unit in apps.get_model("organizations", "Organization")._base_manager.all()}
    merged = apps.get_model("organizations", "Succession")._base_manager.filter(kind="merge")
    heirs = dict(merged.order_by("happened_on", "pk").values_list("predecessor_id", "successor_id"))
    by_path = {unit.path: unit for unit in units.values()}
    for unit in units.values():
        keeper = unit
        while keeper is not None and keeper.closed_on is not None:
            keeper = units.get(heirs.get(keeper.pk)) or _above(keeper, by_path)
        if unit.closed_on is not None and keeper is not None:
            unit.kept_by = keeper
            unit.save(update_fields=["kept_by"])


def _above(unit: Any, by_path: dict[str, Any]) -> Any:
    lengths = range(len(unit.path) - STEP, 0, -STEP)
    above = (by_path[unit.path[:length]] for length in lengths)
    return next((one for one in above if one.kind not in PARTS_OF_A_BASE), None)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="kept_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="keeps",
                to="organizations.organization",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_by", None), ("closed_on__isnull", False), _connector="OR"),
                name="organization_kept_once_closed",
            ),
        ),
        migrations.RunPython(say_who_keeps, migrations.RunPython.noop),
    ]
