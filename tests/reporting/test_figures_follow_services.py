"""Whatever people do, in whatever order: every figure of every unit is at once what counting the records gives, and so are kept rows.

A change of which nothing tells the figures would be found here; so would a difference that is taken off the wrong sums.
"""

from collections.abc import Callable

from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nennep.core.errors import DomainError
from nennep.core.measures import add_counts
from nennep.organizations.models import Organization
from nennep.reporting.queries.counting import count_cells
from nennep.reporting.queries.figures import read_figures
from nennep.reporting.queries.tree import list_cells_of_months
from nennep.reporting.services import fold_figures, verify_figures
from tests.reporting.acts import ACTS, MONTHS, SYSTEM, Life, Nobody


def compare(life: Life) -> None:
    """Read from rows and queue, against counting the cells that stood there."""
    units = list(Organization.objects.order_by("pk"))
    figures = read_figures(units=units, months=MONTHS, today=life.today)
    places = list_cells_of_months(under=None, months=MONTHS, today=life.today)
    for month, cells in places.items():
        counts = count_cells(cells=[cell.id for cell in cells], month=month, today=life.today)
        for unit in units:
            below = add_counts(counts[cell.id] for cell in cells if unit.pk in cell.lineage)
            assert figures[unit.pk, month] == below, (unit.name, str(month))


class TestFiguresFollow(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**6), st.lists(st.sampled_from(ACTS), min_size=10, max_size=40))
    def test_after_each_act(self, seed: int, acts: list[Callable[[Life], None]]) -> None:
        life, done = Life(seed), 0
        for act in acts:
            with override_settings(NENNEP_CLOCK=life.now):
                done += self.try_to(act, life)
            with override_settings(NENNEP_CLOCK=life.now):
                compare(life)
        self.compare_rows(life)

    def try_to(self, act: Callable[[Life], None], life: Life) -> bool:
        """False for what is refused, or has nobody to do it with."""
        try:
            with transaction.atomic():
                act(life)
        except (DomainError, Nobody):
            return False
        return True

    def compare_rows(self, life: Life) -> None:
        fold_figures(actor=SYSTEM, now=life.now)
        assert verify_figures(actor=SYSTEM, now=life.now) == []


def test_every_act_is_done_in_some_life(db: None) -> None:
    """None of them is refused always: then it would prove nothing."""
    missing = {act.__name__: act for act in ACTS}
    tries = TestFiguresFollow()
    for number in range(3000):
        if number % 300 == 0:  # where everything was merged, little can be done
            life = Life(number)
        act = life.dice.choice(list(missing.values()) if life.dice.random() < 0.3 else ACTS)
        with override_settings(NENNEP_CLOCK=life.now):
            if tries.try_to(act, life):
                missing.pop(act.__name__, None)
        if not missing:
            break
    assert set(missing) == set()
