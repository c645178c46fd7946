"""Whatever points at a member or a unit has a decision for the day on which that is merged, split, closed or moved."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from nennep.core.models import DatedModel
from nennep.core.references import ByService, Change, Ends, Follows, Reference, Stays, list_references
from tests.architecture.source import expect_none

CHANGES = {"members.Member": {Change.MERGED}, "organizations.Organization": set(Change)}


def columns_that_point_at(target: str) -> list[str]:
    """Foreign keys, one-to-one and many-to-many fields of all models, of other people's too."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if isinstance(field.related_model, type) and field.related_model._meta.label == target
    )


@pytest.mark.parametrize("target", sorted(CHANGES))
def test_every_column_has_its_decisions_and_no_other_is_named(target: str) -> None:
    declared = {one.name: set(one.decisions) for one in list_references(target)}
    assert declared == dict.fromkeys(columns_that_point_at(target), CHANGES[target])


def test_nothing_else_is_declared() -> None:
    assert {one.target for one in list_references()} == set(CHANGES)


def decisions(*kinds: type) -> list[tuple[Reference, Change, Any]]:
    return [
        (one, change, decision)
        for one in list_references()
        for change, decision in one.decisions.items()
        if isinstance(decision, kinds)
    ]


def test_what_stays_says_why() -> None:
    expect_none(one.name for one, _, decision in decisions(Stays) if len(decision.because.split()) < 4)


def test_only_what_is_merged_has_somebody_to_follow() -> None:
    expect_none(f"{one.name} {change}" for one, change, _ in decisions(Follows) if change != Change.MERGED)


def test_only_dated_rows_end() -> None:
    expect_none(one.name for one, _, _ in decisions(Ends) if not issubclass(one.column.model, DatedModel))


def test_the_declaring_context_is_the_models_own() -> None:
    """`references.py` of a context speaks of its own models, and calls its own services."""
    expect_none(
        f"{one.name} {decision.run.__module__}"
        for one, _, decision in decisions(ByService)
        if decision.run.__module__ != f"nennep.{one.name.split('.')[0]}.references"
    )


def test_a_many_to_many_field_is_followed_in_its_own_table() -> None:
    column = Reference("duties.Duty.helpers").column
    assert isinstance(column, models.ForeignKey)
    assert (column.model._meta.label, column.name) == ("duties.Duty_helpers", "member")
