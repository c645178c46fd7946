"""Random lives of petitions: none ends without answer and word or reason, none is lost, no clock is wrong, no hidden name gets out."""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core import serializers
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.periods import DaysOff
from nennep.documents.models import Enclosure
from nennep.members.choices import MembershipKind
from nennep.notifications.models import Notification
from nennep.organizations import services as organizations
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import OPINIONS, PetitionState, StepKind, Word
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.queries import read_stored_clock
from nennep.petitions.queries.past import stand_on
from nennep.petitions.services import AnswerFacts, PetitionDetails
from nennep.policies.choices import PolicyKey
from nennep.policies.models import PolicyPack, PolicyRule
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import FOUNDED, join_cell
from tests.factories.core import NOW
from tests.factories.documents import make_named_picture, make_upload
from tests.factories.people import client_of
from tests.factories.policies import make_pack
from tests.petitions.recount import Whereabouts, check_boards, check_rows

HIDDEN = "Ẩn Danh Hòa"
ENDS = {PetitionState.SOLVED, PetitionState.WITHDRAWN, PetitionState.READ, PetitionState.JOINED}
BOARDS_EVERY = 5  # steps: what one step got wrong is still wrong then
# After a question only these, or its own end, let a petition wait for an answer again.
ASKING = {StepKind.ASKED, StepKind.CLARIFIED, StepKind.ANSWERED, StepKind.WITHDRAWN}
UPLOADS = 3  # of one life: taking names out of each is a process of its own
picks = st.integers(0, 30)


class Lives(RuleBasedStateMachine):
    """Two cells of a commune of a province; the program acts, so that only what may follow is asked."""

    now: datetime
    noted: int

    def __init__(self) -> None:
        """Each life in a savepoint of its own."""
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        facts: dict[str, Any] = {"opened_on": FOUNDED}
        self.province = Organization.objects.add_root(
            {"code": "T", "name": "Tỉnh ủy", "kind": UnitKind.PROVINCE, **facts}
        )
        self.communes = [
            Organization.objects.add_child(
                self.province, {"code": f"X{n}", "name": f"Đảng ủy xã {n}", "kind": UnitKind.BASE, **facts}
            )
            for n in range(2)
        ]
        self.cells = [
            Organization.objects.add_child(
                self.communes[0], {"code": f"C{n}", "name": f"Chi bộ {n}", "kind": UnitKind.CELL, **facts}
            )
            for n in range(2)
        ]
        for unit in Organization.objects.order_by("path"):
            above = Organization.objects.filter(path=unit.path[: -Organization.steplen]).first()
            unit.periods.create(name=unit.name, kind=unit.kind, parent=above, valid_from=FOUNDED)
        self.read_units()
        self.member = join_cell(self.cells[0], HIDDEN, kind=MembershipKind.OFFICIAL)
        self.now, self.noted, self.actor, self.where = NOW, 0, Actor.system(), Whereabouts()
        self.looked, self.uploads = 0, 0
        reader = make_user("Ban Tổ chức")
        grant_role(reader, Role.COMMUNE_OFFICER, self.province, subtree=True)
        self.above = client_of(reader)

    def read_units(self) -> None:
        """As they stand in the tree now."""
        every = Organization.objects.in_bulk()
        self.province, self.communes = every[self.province.pk], [every[one.pk] for one in self.communes]
        self.cells = [every[one.pk] for one in self.cells]
        self.units = [self.province, self.communes[0], *self.cells[:2]]

    def change(self, act: Any, **facts: Any) -> None:
        """Change the tree from today on; what the rules refuse changes nothing."""
        with suppress(DomainError), transaction.atomic():
            act(actor=self.actor, on=self.now.date(), reason="Sắp xếp lại", now=self.now, **facts)
        self.read_units()

    def pick(self, number: int) -> Petition | None:
        rows = list(Petition.objects.order_by("pk").select_related("organization", "holder", "joined_to__organization"))
        return rows[number % len(rows)] if rows else None

    def attempt(self, act: Any, number: int, **facts: Any) -> None:
        petition = self.pick(number)
        if petition is None:
            return
        with suppress(DomainError):
            act(actor=self.actor, petition=petition, now=self.now, **facts)

    @rule(cell=st.integers(0, 1), holder=st.integers(0, 3), hidden=st.booleans(), opinion=st.booleans())
    def note(self, cell: int, holder: int, hidden: bool, opinion: bool) -> None:
        unit = self.cells[cell]
        if unit.closed_on is not None or self.units[holder].closed_on is not None:
            return
        self.noted += 1
        details = PetitionDetails(
            f"Việc thứ {self.noted}",
            raised_by=self.member if hidden else None,
            is_hidden=hidden,
            is_opinion=opinion,
            holder=self.units[holder],
        )
        services.note_petition(
            actor=self.actor, organization=unit, details=details, raised_on=self.now.date(), now=self.now
        )

    def draw(self, petitions: Iterable[Petition]) -> Any:
        """A picture that names its writer, in its name too: whoever is spoken for where one of these is hidden."""
        if self.uploads >= UPLOADS:
            return None
        self.uploads += 1
        name = HIDDEN if any(one.is_hidden for one in petitions) else "Người Chụp"
        return make_upload(make_named_picture(name), f"{name} chụp.png")

    @rule(number=picks)
    def attach(self, number: int) -> None:
        petition = self.pick(number)
        upload = self.draw([petition]) if petition else None
        if upload:
            self.attempt(services.attach_file, number, upload=upload)

    @rule(number=picks, file=st.integers(1, 3))
    def remove(self, number: int, file: int) -> None:
        self.attempt(partial(services.remove_file, number=file), number)

    @rule(number=picks, file=st.integers(1, 3))
    def restore(self, number: int, file: int) -> None:
        self.attempt(partial(services.restore_file, number=file), number)

    @rule()
    def look_from_above(self) -> None:
        """What is opened on the way, page, files and their headers, names nobody who is spoken for."""
        for row in Petition.objects.filter(is_hidden=True):
            pages = [reverse("petitions:show_petition", args=[row.public_id])]
            kept = Enclosure.objects.filter(origin_id=str(row.public_id), removed_at=None)
            pages += [reverse("petitions:open_file", args=[row.public_id, one.number]) for one in kept]
            for address in pages:
                answer = self.above.get(address)
                content = b"".join(answer) if answer.streaming else answer.content
                assert answer.status_code == 200
                assert HIDDEN not in f"{unquote(str(answer.headers))} {content.decode(errors='replace')}"

    @rule(number=picks, to=st.integers(0, 3))
    def pass_on(self, number: int, to: int) -> None:
        self.attempt(services.pass_on, number, to=self.units[to])

    @rule(number=picks, promised=st.sampled_from([None, 0, 20]), settled=st.booleans(), letter=st.booleans())
    def answer(self, number: int, promised: int | None, settled: bool, letter: bool) -> None:
        petition = self.pick(number)
        if petition is None:
            return
        day = None if promised is None else self.now.date() + timedelta(days=promised)
        upload = self.draw([petition, *petition.joined.all()]) if letter else None
        facts = AnswerFacts(promised_for=day, upload=upload)
        self.attempt(services.answer_petition, number, answer="Sẽ làm", facts=facts, settled=settled)

    @rule(number=picks, days=st.sampled_from([1, 20, 60]))
    def extend(self, number: int, days: int) -> None:
        petition = self.pick(number)
        if petition is not None:
            until = petition.due_on + timedelta(days=days)
            self.attempt(services.extend_answer, number, until=until, text="Chờ khảo sát")

    @rule(number=picks)
    def ask(self, number: int) -> None:
        self.attempt(services.ask_asker, number, text="Ở đâu?")

    @rule(number=picks)
    def clarify(self, number: int) -> None:
        self.attempt(services.clarify, number, text="Ở đây")

    @rule(number=picks)
    def done(self, number: int) -> None:
        self.attempt(services.report_done, number, text="Đã làm")

    @rule(number=picks)
    def confirm(self, number: int) -> None:
        self.attempt(services.confirm_solved, number)

    @rule(number=picks, word=st.sampled_from([Word.NOT, Word.PARTLY]))
    def reopen(self, number: int, word: Word) -> None:
        self.attempt(services.reopen_petition, number, text="Còn thiếu", word=word)

    @rule(number=picks)
    def withdraw(self, number: int) -> None:
        self.attempt(services.withdraw_petition, number, text="Thôi")

    @rule(number=picks)
    def read(self, number: int) -> None:
        self.attempt(services.read_opinion, number)

    @rule(number=picks, other=picks)
    def join(self, number: int, other: int) -> None:
        second = self.pick(other)
        if second is not None:
            self.attempt(services.join_petitions, number, other=second)

    @rule(number=picks)
    def separate(self, number: int) -> None:
        self.attempt(services.separate_petition, number)

    @rule()
    def merge_cells(self) -> None:
        """The second cell goes on in the first."""
        self.change(organizations.merge_organization, organization=self.cells[1], successor=self.cells[0])

    @rule(number=st.integers(0, 1))
    def move_cell(self, number: int) -> None:
        """The first cell goes below the other commune, with what waits above it."""
        self.change(organizations.move_organization, organization=self.cells[0], parent=self.communes[number])

    @rule()
    def merge_communes(self) -> None:
        self.change(organizations.merge_organization, organization=self.communes[0], successor=self.communes[1])

    @rule()
    def split_cell(self) -> None:
        """A new cell out of the first, which goes on with what it asked for."""
        number = Organization.objects.count()
        details = organizations.UnitDetails(f"C{number}", f"Chi bộ {number}", UnitKind.CELL)
        self.change(organizations.split_organization, organization=self.cells[0], parts=[details])

    @rule(day=st.integers(1, 60))
    def correct_days_off(self, day: int) -> None:
        off = [str(self.now.date() + timedelta(days=day))]
        make_pack(
            {PolicyKey.DAYS_OFF: {"off": off, "working": []}},
            valid_from=self.now.date(),
            code=f"n{PolicyPack.objects.count()}",
        )
        services.recount_clocks(actor=self.actor, organization_id=self.province.pk, now=self.now)

    @rule(days=st.sampled_from([1, 7, 45]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        services.keep_clocks(actor=self.actor, now=self.now)

    @invariant()
    def nothing_is_lost_or_ends_by_itself(self) -> None:
        if not hasattr(self, "noted"):
            return
        rows = list(Petition.objects.prefetch_related("steps"))
        assert len(rows) == self.noted
        for row in rows:
            kinds = {step.kind for step in row.steps.all()}
            assert StepKind.NOTED in kinds
            if row.state == PetitionState.SOLVED:
                assert row.answer
                assert row.word == Word.SATISFIED or row.on_spot or row.closed_because
            assert (row.settled_on is not None) == (row.state in ENDS)
            if row.state == PetitionState.JOINED:
                assert row.joined_to_id is not None
            assert (
                "kết thúc hoạt động" not in row.closed_because
            )  # each cell here went on in another: it gives its word
            asked = [step.kind for step in row.steps.all() if step.kind in ASKING][-1:] == [StepKind.ASKED]
            assert row.state != PetitionState.OPEN or not asked

    @invariant()
    def clocks_are_what_the_steps_say(self) -> None:
        """Read anew by the newest days off, what is stored of every one; a mark never goes away.

        What is asked no longer keeps the last day that it had: a list of days off moves what is still owed.
        """
        if not hasattr(self, "noted"):
            return
        for row in Petition.objects.exclude(state__in=OPINIONS).select_related("holder", "joined_to"):
            steps = list(row.steps.order_by("at", "pk"))
            clock = read_stored_clock(row, steps, newest_days_off())
            assert (clock.late_days, clock.missed_on) == (row.late_days, row.missed_on)
            is_over = PetitionState.WITHDRAWN in {row.state, row.joined_to and row.joined_to.state}
            assert is_over or clock.due_on == row.due_on
            marks = [
                (step.at.date() - step.stood).days for step in steps if step.kind == StepKind.EXTENDED and step.stood
            ]
            assert row.late_days >= max([0, *marks])

    @invariant()
    def the_course_alone_says_how_everything_stands(self) -> None:
        """Counted anew from the steps, and so every figure that counts states."""
        if not hasattr(self, "noted"):
            return
        stands = stand_on(Petition.objects.all(), self.now.date())
        told = {stand.row.public_id: stand.row.state for stand in stands}
        assert told == dict(Petition.objects.values_list("public_id", "state"))

    @invariant()
    def the_board_says_what_is_counted_by_hand(self) -> None:
        """Through mergers and moves: what was settled stays where it was, what waits goes with its cell."""
        if not hasattr(self, "noted"):
            return
        self.where.look()
        self.looked += 1
        if self.looked % BOARDS_EVERY == 0:
            check_boards(self.actor, [self.province, *self.communes, self.cells[0]], self.where, today=self.now.date())

    @rule()
    def fold(self) -> None:
        """Nothing is found that does not agree; each figure opens its rows."""
        assert services.reconcile_sums(actor=self.actor, now=self.now) == []
        for unit in (self.province, *self.communes):
            check_rows(self.actor, unit, today=self.now.date())

    @invariant()
    def no_hidden_name_is_written_anywhere(self) -> None:
        if not hasattr(self, "noted"):
            return
        rows = [
            *Petition.objects.all(),
            *PetitionStep.objects.all(),
            *Notification.objects.all(),
            *AuditEvent.objects.all(),
            *Enclosure.objects.all(),
        ]
        assert HIDDEN not in serializers.serialize("json", rows, ensure_ascii=False)

    @invariant()
    def every_file_stays_as_it_came_and_names_nobody_spoken_for(self) -> None:
        """Also those taken out, and those of an answer that went to several."""
        if not hasattr(self, "noted"):
            return
        kept = list(Enclosure.objects.all())
        numbers = {(one.origin_id, one.number) for one in kept}
        assert (len(numbers), len({one.file.name for one in kept})) == (len(kept), len(kept))
        for one in kept:
            content = Path(one.file.path).read_bytes()
            assert sha256(content).hexdigest() == one.sha256
            assert HIDDEN.encode() not in content


def newest_days_off() -> DaysOff:
    """By hand: the newest list that was decided."""
    newest = PolicyRule.objects.filter(key=PolicyKey.DAYS_OFF).order_by("-pack__valid_from", "-pack_id").first()
    if newest is None:
        return DaysOff()
    return DaysOff(frozenset(date.fromisoformat(day) for day in newest.value["off"]))


LIVES = int(os.environ.get("NENNEP_LIVES", "6"))  # thousands, when somebody wants to know: NENNEP_LIVES=2000
CHOSEN = settings(
    max_examples=LIVES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
def test_no_life_of_a_petition_goes_wrong() -> None:
    run_state_machine_as_test(Lives, settings=CHOSEN)
