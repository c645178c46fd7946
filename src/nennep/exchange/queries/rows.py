"""Which rows of a model an export takes, as conditions: nothing is read into memory here."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from nennep.exchange.importers.dictionary import read_decisions, read_tables
from nennep.exchange.rules import ExportDecision, Scope
from nennep.organizations.models import Ancestry, Organization

UNIT = "organizations.organization"


def find_model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def list_rows(decision: ExportDecision, scope: Scope) -> QuerySet[Any]:
    """The rows of a table, in the order in which they were written: another import keeps it."""
    return find_model(decision.model)._base_manager.filter(meet_scope(decision, scope)).order_by("pk")  # noqa: SLF001  past every scope


def meet_scope(decision: ExportDecision, scope: Scope, prefix: str = "") -> Q:
    """Rows that the scope takes along; with `prefix`, of a model that points at one."""
    if decision.parent:
        return meet_scope(_find_target(decision, decision.parent), scope, f"{prefix}{decision.parent}__")
    if decision.reached:
        return Q(**{f"{prefix}pk__in": list_reached(decision, scope)})
    if decision.within:
        units = {f"{prefix}{decision.within}__in": list_reached(read_decisions()[UNIT], scope)}
        return Q(**units) | Q(**{f"{prefix}{decision.within}": None})
    return _meet_unit(decision, scope, prefix) & _meet_time(decision, scope, prefix)


def _meet_unit(decision: ExportDecision, scope: Scope, prefix: str) -> Q:
    below = Ancestry.objects.filter(ancestor=scope.unit).order_by().values("unit")
    return reduce(or_, (Q(**{f"{prefix}{way}__in": below}) for way in decision.unit))


def _meet_time(decision: ExportDecision, scope: Scope, prefix: str) -> Q:
    time = Q()
    if decision.month:
        time &= Q(**{f"{prefix}{decision.month}__range": (scope.first_day, scope.last_day)})
    if decision.begun:
        field = find_model(decision.model)._meta.get_field(decision.begun)  # noqa: SLF001  Django's own way
        day = f"{decision.begun}__date" if isinstance(field, models.DateTimeField) else decision.begun
        time &= Q(**{f"{prefix}{day}__lte": scope.last_day})
    if decision.dated:
        lasting = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": scope.first_day})
        time &= lasting & Q(**{f"{prefix}valid_from__lte": scope.last_day})
    return time


def list_reached(decision: ExportDecision, scope: Scope) -> QuerySet[Any]:
    """Keys of what rows of the other tables name; of units also all that ever stood above those."""
    model = find_model(decision.model)
    named = reduce(or_, (Q(pk__in=rows) for rows in _list_naming(decision, scope)))
    if model is Organization:
        below = Q(pk__in=Ancestry.objects.filter(ancestor=scope.unit).order_by().values("unit"))
        units = model._base_manager.filter(named | below).order_by().values("pk")  # noqa: SLF001  past every scope
        return Ancestry.objects.filter(unit__in=units).order_by().values("ancestor")
    if decision.also:
        named |= Q(**{f"{decision.also}__in": model._base_manager.filter(named).order_by().values("pk")})  # noqa: SLF001  as above
    return model._base_manager.filter(named).order_by().values("pk")  # noqa: SLF001  as above


def _list_naming(decision: ExportDecision, scope: Scope) -> Iterator[QuerySet[Any]]:
    """Columns of other tables that point at this model. What follows from it (`within`), or points at itself, does not count."""
    for other in read_tables().values():
        if other.within or other.model == decision.model or (other.reached and decision.model not in _below(other)):
            continue
        for name in list_pointing(other, decision.model):
            if name in other.list_columns(sensitive=True):
                yield list_rows(other, scope).order_by().exclude(**{name: None}).values(name)


def _below(reached: ExportDecision) -> tuple[str, ...]:
    """Models that a reached row itself takes along: none that take it."""
    pointed = {target.model for _name, target in list_targets(reached)}
    return tuple(pointed - {reached.model})


def list_pointing(decision: ExportDecision, label: str) -> list[str]:
    return [name for name, target in list_targets(decision) if target.model == label]


def list_targets(decision: ExportDecision) -> list[tuple[str, ExportDecision]]:
    """Columns that point at a row of another table, or of the same one."""
    fields = find_model(decision.model)._meta.concrete_fields  # noqa: SLF001  Django's own way
    exported = decision.list_columns(sensitive=True)
    pointing = [(field.name, field.related_model) for field in fields if field.related_model and field.name in exported]
    return [(name, read_decisions()[model._meta.label_lower]) for name, model in pointing]  # noqa: SLF001  as above


def _find_target(decision: ExportDecision, name: str) -> ExportDecision:
    return dict(list_targets(decision))[name]
