"""Columns of a query that count the rows of something else: no query of their own."""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce


def count_rows(rows: QuerySet[Any, Any], by: str, of: str = "pk") -> Combinable:
    """How many rows there are for the outer one, which all have the same `by`; with `of` how many different ones."""
    counted = rows.order_by().values(by).annotate(n=Count(of, distinct=of != "pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
