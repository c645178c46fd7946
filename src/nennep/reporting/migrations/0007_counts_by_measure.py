"""Counts are kept by the names of measures, folded by difference from a queue: docs/adr/0038.

The rows of before go: they follow from the records, and the first fold counts every month anew. Until then months are counted
from the records.
"""

import django.db.models.deletion
from django.db import migrations, models


def make_rows(name: str, more: list[tuple[str, models.Field]]) -> migrations.CreateModel:
    label = {"CellMonth": "cell_month", "UnitMonth": "unit_month"}[name]
    return migrations.CreateModel(
        name=name,
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("month", models.DateField()),
            ("counts", models.JSONField(default=dict)),
            ("folded_at", models.DateTimeField()),
            *more,
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organizations.organization"
                ),
            ),
        ],
        options={
            "ordering": ["organization", "month"],
            "abstract": False,
            "indexes": [models.Index(fields=["month", "organization"], name=f"{label}_by_month")],
            "constraints": [models.UniqueConstraint(fields=("organization", "month"), name=f"{label}_once")],
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0007_ancestry"),
        ("reporting", "0006_round_forms"),
    ]

    operations = [
        migrations.DeleteModel(name="CellMonth"),
        migrations.DeleteModel(name="UnitMonth"),
        make_rows("CellMonth", [("lineage", models.JSONField(default=list))]),
        make_rows("UnitMonth", []),
        migrations.CreateModel(
            name="KeptMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True)),
                ("day", models.DateField(null=True)),
            ],
            options={"ordering": ["month"]},
        ),
        migrations.CreateModel(
            name="ChangedMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("moved", models.BooleanField(default=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organizations.organization"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["month", "organization"], name="changed_month_by_month")],
            },
        ),
    ]
