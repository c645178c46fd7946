"""A process is killed right before or right after any of its commits: what is done afterwards is what one run would have done."""

import os
import signal
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.members import queries, services
from nennep.members.models import PlannedTransfer
from nennep.notifications.models import Notification
from nennep.organizations.choices import ChangeKind, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import UnitChange, carry_out_planned, plan_change
from nennep.policies.models import PolicyPack
from nennep.policies.services import end_pack
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
JANUARY = date(2027, 1, 1)
NEW_YEAR = NOW + (JANUARY - TODAY)
Facts = tuple[object, ...]


def run_until_killed(work: Callable[[], object], *, commit: int, after: bool) -> bool:
    """Whether `work` got as far as its commit of that number, at which its own process was killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        _kill_at(commit, after=after)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _kill_at(number: int, *, after: bool) -> None:
    connection.ensure_connection()
    place: Any = connection  # its types know no `_commit`
    commit, left = place._commit, iter(range(number - 1))

    def kill() -> None:
        if next(left, None) is not None:
            commit()
            return
        if after:
            commit()
        os.kill(os.getpid(), signal.SIGKILL)

    place._commit = kill


def begin_year() -> None:
    carry_out_planned(actor=SYSTEM, now=NEW_YEAR)
    services.carry_out_planned_transfers(actor=SYSTEM, now=NEW_YEAR)


class Split:
    """A cell of three that is split on 1 January; two of them were chosen for its parts."""

    def __init__(self, commune: Organization, number: int) -> None:
        self.number, self.code = number, f"NC-{number}"
        self.cell = make_unit(f"Chi bộ thôn Nặm Chá {number}", parent=commune)
        self.members = [make_member(f"{name} {number}", cell=self.cell) for name in ("An", "Bình", "Dũng")]
        parts = [[f"{self.code}-{letter}", f"Chi bộ thôn Nặm Chá {number}{letter}"] for letter in "AB"]
        change = UnitChange(ChangeKind.SPLIT, self.cell, JANUARY, "Thôn đông người", {"parts": parts})
        plan_change(actor=SYSTEM, change=change, now=NOW)
        self.choose(0, "A")
        self.choose(1, "B")

    def choose(self, member: int, letter: str) -> None:
        services.choose_part(
            actor=SYSTEM,
            organization=self.cell,
            members=[self.members[member]],
            code=f"{self.code}-{letter}",
            now=NOW,
        )

    def facts(self) -> Facts:
        """Who is where on 1 January, what waits, how often the trail and the notices tell of it."""
        units = [self.cell, *Organization.objects.filter(code__startswith=f"{self.code}-").order_by("code")]
        people = [self._names_in(unit) for unit in units]
        events = AuditEvent.objects.filter(target_id__in=[str(unit.public_id) for unit in units]).order_by("verb")
        return (
            people,
            PlannedTransfer.objects.waiting().filter(organization=self.cell).count(),
            list(events.values_list("verb", flat=True)),
            Notification.objects.filter(kind="members.transfer_failed").count(),
        )

    def _names_in(self, unit: Organization) -> list[str]:
        there = queries.list_cell_members(organization_id=unit.pk, on=JANUARY)
        return [member.full_name.removesuffix(f" {self.number}") for member in there]


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_a_planned_split_killed_at_any_commit_ends_as_one_run(after: bool) -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    whole = Split(commune, 0)
    begin_year()
    expected = whole.facts()
    assert expected[:2] == ([["Dũng"], ["An"], ["Bình"]], 0)
    commit = 0
    killed = True
    while killed:
        commit += 1
        split = Split(commune, commit)
        killed = run_until_killed(begin_year, commit=commit, after=after)
        begin_year()
        assert (commit, split.facts()) == (commit, expected)
    assert commit > 2


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_a_choice_of_a_part_killed_at_its_commit_is_there_whole_or_not_at_all(after: bool) -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    split = Split(commune, 1)
    before = split.facts()
    assert run_until_killed(lambda: split.choose(2, "A"), commit=1, after=after)
    now = split.facts()
    assert (now == before) is not after
    assert (now[1], len(now[2])) == ((3, len(before[2]) + 1) if after else (2, len(before[2])))  # type: ignore[arg-type]


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_the_end_of_a_document_killed_at_its_commit_is_there_whole_or_not_at_all(after: bool) -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    pack = make_pack({"meeting.fixed_day": 5}, organization=commune, code="xa-khac", valid_from=date(2026, 10, 31))
    events = AuditEvent.objects.count()

    def end() -> None:
        end_pack(actor=SYSTEM, organization=commune, pack_id=pack.pk, valid_to=date(2026, 12, 1), now=NOW)

    assert run_until_killed(end, commit=1, after=after)
    ended = PolicyPack.objects.get(pk=pack.pk).valid_to
    assert (ended, AuditEvent.objects.count() - events) == ((date(2026, 12, 1), 1) if after else (None, 0))
