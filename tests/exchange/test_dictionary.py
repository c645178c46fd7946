"""A decision for every model and column of the program: exported, or not because of something that somebody wrote down."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from nennep.core.fields import EncryptedTextField, PhoneLine, TypedEmail, TypedName
from nennep.core.periods import Month
from nennep.exchange.importers.dictionary import read_decisions, read_descriptions, read_tables
from nennep.exchange.queries.rows import find_model, list_targets, meet_scope
from nennep.exchange.queries.shapes import key_of, make_shape
from nennep.exchange.rules import ExportDecision, Scope

MODELS = {model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)}
TABLES = sorted(read_tables())
SCOPE = Scope(1, "X", Month(2026, 1), Month(2026, 2), sensitive=True)
# Rows that need another row which is not their parent: it is exported with the same unit.
NEEDED = {("past_meetings", "source"), ("resolutions", "term")}


def test_every_model_is_decided() -> None:
    assert sorted(read_decisions()) == sorted(MODELS)


@pytest.mark.parametrize("label", sorted(read_decisions()))
def test_a_decision_is_a_table_or_a_reason(label: str) -> None:
    decision = read_decisions()[label]
    assert bool(decision.not_exported) != bool(decision.table and decision.holds and decision.columns)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_decided_once(table: str) -> None:
    decision = read_tables()[table]
    meta = find_model(decision.model)._meta
    named = [*decision.columns, *decision.sensitive, *decision.left_out]
    fields = {field.name for field in (*meta.concrete_fields, *meta.many_to_many)} - {"id"}
    assert (sorted(named), min(map(len, decision.left_out.values()), default=1) > 0) == (sorted(fields), True)


@pytest.mark.parametrize("table", TABLES)
def test_what_names_a_person_or_lies_encrypted_is_sensitive(table: str) -> None:
    decision = read_tables()[table]
    kinds = (EncryptedTextField, TypedName, PhoneLine, TypedEmail)
    fields = find_model(decision.model)._meta.concrete_fields
    private = {field.name for field in fields if isinstance(field, kinds) or field.name.endswith("by_name")}
    assert sorted(private & set(decision.columns)) == []


@pytest.mark.parametrize("table", TABLES)
def test_one_way_says_which_rows_are_taken(table: str) -> None:
    decision = read_tables()[table]
    ways = [decision.unit, decision.parent, decision.within, decision.reached]
    assert sum(map(bool, ways)) == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_row_never_needs_another_that_may_stay_behind(table: str) -> None:
    decision = read_tables()[table]
    fields: dict[str, Any] = {field.name: field for field in find_model(decision.model)._meta.concrete_fields}
    needed = {
        (table, name)
        for name, target in list_targets(decision)
        if not fields[name].null and not target.reached and name not in {decision.parent, decision.within}
    }
    assert needed <= NEEDED


@pytest.mark.parametrize("table", TABLES)
def test_every_column_says_what_it_holds(table: str) -> None:
    columns = make_shape(read_tables()[table], SCOPE, {}).columns
    assert [column.name for column in columns if not column.description.endswith(".")] == []


def test_no_description_is_of_a_column_that_is_gone() -> None:
    names = {name for one in read_tables().values() for name in one.list_columns(sensitive=True)}
    full = {f"{one.table}.{name}" for one in read_tables().values() for name in one.list_columns(sensitive=True)}
    assert sorted(set(read_descriptions()) - names - full) == []


@pytest.mark.parametrize(
    "table", sorted({target.table for one in read_tables().values() for _n, target in list_targets(one)})
)
def test_a_row_that_others_name_has_a_key(table: str) -> None:
    assert key_of(read_tables()[table])


def test_columns_that_hold_numbers_of_rows_are_translated() -> None:
    """`…_id` without a relation is a number of this database, but for ids of origins, which are public."""
    found = {
        (label, field.name)
        for label, model in MODELS.items()
        if read_decisions()[label].table
        for field in model._meta.concrete_fields
        if isinstance(field, models.IntegerField) and field.name.endswith("_id")
    }
    translated = {(one.model, name) for one in read_tables().values() for name in one.points}
    assert found == translated


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_every_scope_is_a_condition_that_the_database_takes(table: str) -> None:
    decision: ExportDecision = read_tables()[table]
    assert find_model(decision.model)._base_manager.filter(meet_scope(decision, SCOPE)).count() >= 0
