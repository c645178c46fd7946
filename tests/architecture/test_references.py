"""Whatever points at a member or a unit has a decision for the day on which that is merged, split, closed or moved."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from nennep.core.models import DatedModel
from nennep.core.references import ByService, Change, Ends, Follows, Reference, Stays, list_references
from tests.architecture.source import expect_none

CHANGES = {"members.Member": {Change.MERGED}, "organizations.Organization": set(Change)}


# Text that names something which is never merged, or that only says what was then.
NAMES_NOTHING_THAT_ENDS = {
    "audit.AuditEvent.target_id": "append-only: it says which record was changed",
    "documents.Document.origin_id": "a meeting or a visit",
    "documents.Enclosure.origin_id": "a petition",
    "duties.Duty.origin_id": "a meeting or a visit",
    "meetings.Advice.origin_id": "a visit or a review",
    "meetings.AgendaItem.origin_id": "a paper, a task, a petition",
    "notifications.Delivery.origin_id": "a meeting or a visit",
    "petitions.Petition.origin_id": "a meeting or a visit",
    "room.Guest.origin_id": "a visit",
}


def columns_of_text() -> list[str]:
    """Text columns of ours that name a row elsewhere, by their names."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if model.__module__.startswith("nennep.")
        and isinstance(field, models.CharField)
        and not field.is_relation
        and field.name.endswith("_id")
    )


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
    declared = {one.name: set(one.decisions) for one in list_references(target) if not one.names}
    assert declared == dict.fromkeys(columns_that_point_at(target), CHANGES[target])


def test_text_that_names_a_row_is_declared_or_names_nothing_that_ends() -> None:
    declared = {one.name for one in list_references() if one.names}
    assert columns_of_text() == sorted(declared | set(NAMES_NOTHING_THAT_ENDS))


@pytest.mark.parametrize("target", sorted(CHANGES))
def test_text_has_its_decisions_too(target: str) -> None:
    declared = {one.name: set(one.decisions) for one in list_references(target) if one.names}
    assert declared == dict.fromkeys(declared, CHANGES[target])


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
