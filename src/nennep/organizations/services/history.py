"""What every change of a unit shares: the lock, the dated history, the trail."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.text import compose
from nennep.organizations.choices import NAME_LIMIT, REASON_LIMIT, Verb
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.rules import STEP, Period

TARGET_KIND = "organizations.organization"


class NameMissing(DomainError):
    code = "unit_name_missing"
    message = _("Hãy ghi tên đơn vị, tối đa 200 ký tự.")
    field = "name"


class ReasonMissing(DomainError):
    code = "unit_reason_missing"
    message = _("Hãy ghi căn cứ, lý do (số quyết định, ngày), tối đa 500 ký tự.")
    field = "reason"


class DateInFuture(DomainError):
    code = "unit_date_in_future"
    message = _("Ngày %(on)s chưa tới. Hãy ghi khi quyết định đã có hiệu lực.")
    field = "on"


def clean_name(name: str) -> str:
    """Composed, trimmed; raises NameMissing."""
    name = compose(name)
    if not 0 < len(name) <= NAME_LIMIT:
        raise NameMissing
    return name


def clean_reason(reason: str) -> str:
    """Composed, trimmed; raises ReasonMissing."""
    reason = compose(reason)
    if not 0 < len(reason) <= REASON_LIMIT:
        raise ReasonMissing
    return reason


def refuse_future(on: date, now: datetime) -> None:
    """Raise DateInFuture: a unit's row says what holds today."""
    if on > now.date():
        raise DateInFuture(on=f"{on:%d/%m/%Y}")


def lock_units(*units: Organization) -> list[Organization]:
    """The rows read anew and locked, with the roots above them first, so that changes of one tree wait for each other."""
    roots = {unit.path[:STEP] for unit in units}
    list(Organization.objects.get_queryset().select_for_update().filter(path__in=roots).order_by("path"))
    ids = [unit.pk for unit in units]
    rows = {row.pk: row for row in Organization.objects.get_queryset().select_for_update().filter(pk__in=ids)}
    if len(rows) != len(set(ids)):
        raise NotFound
    return [rows[pk] for pk in ids]


def read_history(unit: Organization) -> list[Period]:
    """The unit's periods, oldest first."""
    rows = OrganizationPeriod.objects.filter(organization=unit).order_by("valid_from")
    return [Period(*row) for row in rows.values_list("valid_from", "valid_to", "name", "kind", "parent_id")]


def read_histories_above(unit: Organization, *, since: date) -> dict[int, list[Period]]:
    """Histories of the unit and of all that stood above it on some day from `since` on. One query per level."""
    histories: dict[int, list[Period]] = {}
    level = {unit.pk}
    while level:
        rows = OrganizationPeriod.objects.filter(organization_id__in=level).order_by("valid_from")
        fields = ("organization_id", "valid_from", "valid_to", "name", "kind", "parent_id")
        for pk, *facts in rows.values_list(*fields):
            histories.setdefault(pk, []).append(Period(*facts))
        parents = {
            item.parent
            for pk in level
            for item in histories.get(pk, ())
            if item.valid_to is None or item.valid_to > since
        }
        level = {parent for parent in parents if parent is not None} - histories.keys()
    return histories


def write_history(unit: Organization, before: Sequence[Period], after: Iterable[Period], reason: str) -> None:
    """Store what differs between two histories: the last period changed, perhaps one more begun."""
    for number, period in enumerate(after):
        if number < len(before) and before[number] == period:
            continue
        facts: dict[str, Any] = {
            "valid_to": period.valid_to,
            "name": period.name,
            "kind": period.kind,
            "parent_id": period.parent,
        }
        if number >= len(before) or before[number].name != period.name or before[number].parent != period.parent:
            facts["reason"] = reason
        OrganizationPeriod.objects.update_or_create(organization=unit, valid_from=period.valid_from, defaults=facts)


def record_change(
    verb: Verb, *, unit: Organization, actor: Actor, now: datetime, on: date | None = None, **details: Any
) -> None:
    """Append to the trail of the unit."""
    target = audit.Target(TARGET_KIND, str(unit.public_id), unit.name, unit.path)
    said = details | ({"on": on.isoformat()} if on else {})
    audit.record(verb, actor=actor, target=target, now=now, details=said)
