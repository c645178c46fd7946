"""Run by the program of the old commit, inside its Django: make its demonstration small, and write down what it says.

It names models by table, because tables keep their names when models move.
"""

import importlib
import io
import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction

KEPT_UNITS = ("LB", "LB-LC")
# With a committee's meeting and petitions, renamed, split, and what they were split from.
KEPT_NAMES = (
    "Chi bộ thôn Nặm Chá",
    "Chi bộ thôn Nặm Đíp",
    "Chi bộ thôn Bản Kè A",
    "Chi bộ thôn Bản Kè B",
    "Chi bộ thôn Bản Kè",
)
MONTHS = ["2025-11", "2025-12", *(f"2026-{month:02d}" for month in range(1, 12))]
GROWING = {"auth_permission", "django_content_type"}  # with every model that is added
Facts = dict[str, Any]


def table(name: str) -> Any:
    """The model whose rows are in that table."""
    return next(model for model in list_models() if model._meta.db_table == name)


def list_models() -> list[Any]:
    return list(apps.get_models(include_auto_created=True))


# ── less ──────────────────────────────────────────────────────────────────────
def cut() -> None:
    """Keep a few cells. What belongs to another goes with it, as the program's own foreign keys say."""
    units = table("organizations_organization").objects
    kept = units.filter(models.Q(code__in=KEPT_UNITS) | models.Q(name__in=KEPT_NAMES))
    paths = list(kept.values_list("path", flat=True))
    table("audit_auditevent").objects.exclude(unit_path__in=["", *paths]).delete()
    remove(units.exclude(path__in=paths))
    while any([remove_orphans(), remove_strangers()]):
        pass
    for unit in units.all():
        children = [path for path in paths if path[: -unit.steplen] == unit.path]
        units.filter(pk=unit.pk).update(numchild=len(children))


def remove(rows: Any) -> int:
    """Without the ORM's collecting, which would refuse. Keys are checked at the end of the transaction."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), 500):
        rows.model._base_manager.filter(pk__in=keys[start : start + 500])._raw_delete(rows.db)
    return len(keys)


def remove_orphans() -> int:
    """Rows whose foreign key leads nowhere; a key that may be emptied when its row goes is emptied."""
    found = 0
    for model in list_models():
        for key in model._meta.get_fields():
            if not (isinstance(key, models.ForeignKey) and key.column):
                continue
            targets = key.related_model._base_manager.values(key.target_field.attname)
            rows = model._base_manager.order_by()  # an order by the target would join it, and orphans have none
            orphans = rows.exclude(**{key.attname: None}).exclude(**{f"{key.attname}__in": targets})
            emptied = key.remote_field.on_delete is models.SET_NULL
            found += orphans.update(**{key.attname: None}) if emptied else remove(orphans)
    return found


def remove_strangers() -> int:
    """Members of cells that are gone."""
    members = table("members_membership").objects.values("member")
    return remove(table("members_member").objects.exclude(pk__in=members))


# ── more ──────────────────────────────────────────────────────────────────────
def add_what_it_lacks() -> None:
    """A ballot that two tellers counted, an opinion that was reserved, a second version of minutes."""
    rules = importlib.import_module("nennep.meetings.rules.minutes")  # where the old program has it
    first = (
        table("meetings_minutesversion")
        .objects.filter(meeting__organization__name=KEPT_NAMES[0])
        .order_by("meeting__month")
        .last()
    )
    meeting = first.meeting
    vote = meeting.votes.get()
    tellers = [entry.member for entry in meeting.roll_call.filter(state="present").order_by("pk")[:2]]
    ballot = table("meetings_secretballot").objects.create(
        meeting=meeting,
        subject=vote.subject,
        issued=vote.base,
        first_teller=tellers[0],
        second_teller=tellers[1],
        started_at=vote.at,
        vote=vote,
    )
    for teller in tellers:
        ballot.counts.create(
            teller=teller,
            in_favour=vote.in_favour,
            against=vote.against,
            other=vote.other,
            entered_at=vote.at,
            entered_by_name=teller.full_name,
        )
    text = "Đề nghị làm mương trước, làm đường sau."
    meeting.reserved_opinions.create(vote=vote, member=tellers[0], text=text, at=vote.at)
    content = first.content | {"extra": "Sửa giờ kết thúc theo sổ ghi của đồng chí ghi biên bản."}
    table("meetings_minutesversion").objects.create(
        meeting=meeting,
        number=2,
        content=content,
        sha256=rules.hash_content(content),
        reason="Ghi nhầm giờ kết thúc",
        approved_at=first.approved_at + timedelta(days=1),
        approved_by=first.approved_by,
        approved_by_name=first.approved_by_name,
    )


# ── what it says ──────────────────────────────────────────────────────────────
def collect_facts() -> Facts:
    return {
        "rows": {
            model._meta.db_table: model._base_manager.count()
            for model in list_models()
            if model._meta.db_table not in GROWING
        },
        "figures": {
            unit: {month: ask_figures(unit, month) for month in MONTHS} for unit in ("LB", "LB-LC", find_code())
        },
        "minutes": list_rows("meetings_minutesversion", "number", "sha256"),
        "votes": list_rows("meetings_vote", "base", "in_favour", "against", "other", "passed"),
        "roll_calls": count_states(),
        "ethnic_groups": dict(sorted(Counter(member.ethnic_group for member in list_members()).items())),  # encrypted
    }


def find_code() -> str:
    return str(table("organizations_organization").objects.get(name=KEPT_NAMES[0]).code)


def list_members() -> list[Any]:
    return list(table("members_member").objects.all())


def ask_figures(unit: str, month: str) -> Any:
    output = io.StringIO()
    call_command("figures", "--unit", unit, "--month", month, "--json", stdout=output)
    return json.loads(output.getvalue())


def list_rows(name: str, *columns: str) -> list[list[Any]]:
    """[code of the cell, moment, …columns], in this order."""
    rows = table(name).objects.values_list("meeting__organization__code", "meeting__planned_for", *columns)
    return sorted([code, f"{moment:%Y-%m-%dT%H:%MZ}", *values] for code, moment, *values in rows)


def count_states() -> dict[str, dict[str, int]]:
    """How often each mark stands in the roll calls of a cell."""
    tallies: dict[str, Counter[str]] = {}
    for code, state in table("meetings_rollcallentry").objects.values_list("meeting__organization__code", "state"):
        tallies.setdefault(code, Counter())[state] += 1
    return {code: dict(sorted(tally.items())) for code, tally in sorted(tallies.items())}


def main() -> None:
    django.setup()
    with transaction.atomic():
        cut()
        add_what_it_lacks()
    call_command("rollups", "rebuild", "--from", MONTHS[0])
    facts = collect_facts()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    Path(sys.argv[1]).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
