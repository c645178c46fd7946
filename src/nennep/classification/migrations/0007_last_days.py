"""Rounds get the last day of what they look back on.

A round that is closed, or in which somebody was proposed, was judged up to its cut-off: it keeps that day. Any other one gets the
end of its year or quarter.
"""

from datetime import date, timedelta
from typing import Any

from django.db import migrations


def end_of_period(year: int, quarter: int | None) -> date:
    """As `rules.find_period` has it on this day."""
    month = 12 if quarter is None else quarter * 3
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def set_last_days(apps: Any, _schema_editor: Any) -> None:
    campaigns = apps.get_model("classification", "Campaign").objects
    verdicts = apps.get_model("classification", "Verdict").objects
    judged = set(verdicts.exclude(side="self").values_list("rating__campaign", flat=True).distinct())
    for pk, state, year, quarter, cutoff in campaigns.values_list("pk", "state", "year", "quarter", "cutoff_on"):
        stays = state == "closed" or pk in judged
        campaigns.filter(pk=pk).update(last_day=cutoff if stays else end_of_period(year, quarter))


class Migration(migrations.Migration):
    dependencies = [
        ("classification", "0006_kept_steps"),
    ]

    operations = [
        migrations.RunPython(set_last_days, migrations.RunPython.noop),
    ]
