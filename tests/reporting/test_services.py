"""What services of reporting keep: rows of finished months, who took which paper, who was reminded of what."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.origins import Origin
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.meetings.services.advice import AdviceDraft
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting import services
from nennep.reporting.choices import Form
from nennep.reporting.models import CellMonth, UnitMonth
from nennep.reporting.services.advice import advise_cell
from nennep.reporting.services.reminders import AlreadyReminded, NobodyToRemind, NothingToRemind
from nennep.visits.models import CommentBankEntry
from tests.conftest import Committing
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, make_actor
from tests.factories.meetings import at
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting
from tests.factories.trails import list_trail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, number) for number in (9, 10, 11))
SYSTEM = Actor.system()


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cells(commune: Organization) -> list[Organization]:
    return [make_unit(f"Chi bộ thôn {name}", parent=commune) for name in ("A", "B")]


def rebuild(*months: Month) -> None:
    services.rebuild_figures(actor=SYSTEM, months=months, now=NOW)


def list_dirty() -> list[tuple[str, int, bool]]:
    """(unit, month, dirty) of every row, cells first."""
    rows: list[tuple[str, int, bool]] = []
    for model in (CellMonth, UnitMonth):
        found = model.objects.order_by("month", "organization__path")
        rows += found.values_list("organization__name", "month__month", "dirty")
    return rows


A, B, UNIT = "Chi bộ thôn A", "Chi bộ thôn B", "Đảng bộ xã Lăng Can"


def test_only_the_program_writes_figures(cells: list[Organization]) -> None:
    actor = make_actor(Permission.FIGURES_READ, path=cells[0].path)
    with pytest.raises(NotAllowed):
        services.outdate_months(actor=actor, organization_ids=[cells[0].pk], months=[OCTOBER])
    with pytest.raises(NotAllowed):
        services.outdate_since(actor=actor, day=date(2026, 10, 1))
    with pytest.raises(NotAllowed):
        services.fold_figures(actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        services.rebuild_figures(actor=actor, months=[OCTOBER], now=NOW)


def test_a_change_makes_the_rows_of_its_cells_and_every_sum_old(cells: list[Organization]) -> None:
    rebuild(SEPTEMBER, OCTOBER)
    services.outdate_months(actor=SYSTEM, organization_ids=[cells[0].pk], months=[OCTOBER, NOVEMBER])
    assert list_dirty() == [
        (A, 9, False),
        (B, 9, False),
        (A, 10, True),
        (B, 10, False),
        (A, 11, True),
        (UNIT, 9, False),
        (UNIT, 10, True),
    ]


def test_what_was_marked_is_folded_after_the_commit(cells: list[Organization], committing: Committing) -> None:
    with committing():
        services.outdate_months(actor=SYSTEM, organization_ids=[cell.pk for cell in cells], months=[OCTOBER])
    assert list_dirty() == [(A, 10, False), (B, 10, False), (UNIT, 10, False)]
    with committing():
        services.outdate_since(actor=SYSTEM, day=date(2026, 10, 31))
    assert {dirty for _unit, _month, dirty in list_dirty()} == {False}


def test_a_change_of_the_tree_makes_every_row_from_its_month_on_old(
    cells: list[Organization], committing: Committing
) -> None:
    rebuild(SEPTEMBER, OCTOBER)
    services.outdate_since(actor=SYSTEM, day=date(2026, 10, 31), organization_ids=[cells[0].pk])
    assert [row for row in list_dirty() if row[2]] == [(A, 10, True), (UNIT, 10, True)]
    services.outdate_since(actor=SYSTEM, day=date(2026, 9, 30))
    assert {dirty for _unit, _month, dirty in list_dirty()} == {True}
    with committing() as after:
        services.outdate_since(actor=SYSTEM, day=date(2026, 11, 1))  # nothing is kept of November yet
        services.outdate_since(
            actor=SYSTEM, day=date(2026, 9, 30)
        )  # old already: whoever outdated it asks for the fold
    assert after == []


def test_the_fold_is_asked_for_by_as_many_cells_as_sums(cells: list[Organization], committing: Committing) -> None:
    rebuild(OCTOBER)
    with committing() as after:
        services.outdate_since(actor=SYSTEM, day=date(2026, 10, 31), organization_ids=[cells[0].pk])
    assert (len(after), {dirty for _unit, _month, dirty in list_dirty()}) == (1, {False})


@pytest.mark.parametrize(("day", "folded"), [(date(2026, 10, 31), []), (date(2026, 11, 1), [OCTOBER])])
def test_a_month_is_folded_when_it_is_over(cells: list[Organization], day: date, folded: list[Month]) -> None:
    services.outdate_months(actor=SYSTEM, organization_ids=[cells[0].pk], months=[OCTOBER])
    assert services.fold_figures(actor=SYSTEM, now=at(day)) == folded


@pytest.mark.parametrize("model", [CellMonth, UnitMonth], ids=["cell", "unit"])
def test_one_old_row_is_enough_to_fold_its_month(cells: list[Organization], model: Any) -> None:
    rebuild(SEPTEMBER, OCTOBER)
    row = model.objects.filter(month=OCTOBER.first_day)[0]
    model.objects.filter(pk=row.pk).update(dirty=True)
    assert services.fold_figures(actor=SYSTEM, now=NOW) == [OCTOBER]
    assert services.fold_figures(actor=SYSTEM, now=NOW) == []


def test_folding_counts_only_old_rows_and_sums_all(cells: list[Organization], commune: Organization) -> None:
    rebuild(OCTOBER)
    CellMonth.objects.filter(organization=cells[0]).update(tasks_due=7)  # stands for what was counted once
    make_meeting(cells[1], date(2026, 10, 5))
    services.outdate_months(actor=SYSTEM, organization_ids=[cells[1].pk], months=[OCTOBER])
    services.fold_figures(actor=SYSTEM, now=NOW)
    counts = ("organization__name", "cells", "cells_met", "tasks_due", "dirty")
    assert list(CellMonth.objects.order_by("organization__path").values_list(*counts)) == [
        (A, 1, 0, 7, False),
        (B, 1, 1, 0, False),
    ]
    assert list(UnitMonth.objects.values_list(*counts)) == [(UNIT, 2, 1, 7, False)]


def test_rows_of_units_that_were_not_there_are_dropped(cells: list[Organization]) -> None:
    late = make_unit("Chi bộ lập sau", opened_on=date(2026, 11, 1))
    alone = make_unit("Đảng bộ không có chi bộ", kind=UnitKind.BASE)
    CellMonth.objects.create(organization=late, month=OCTOBER.first_day, dirty=True)
    UnitMonth.objects.create(organization=alone, month=OCTOBER.first_day, dirty=True)
    UnitMonth.objects.create(organization=alone, month=NOVEMBER.first_day, dirty=True)
    services.fold_figures(actor=SYSTEM, now=NOW)
    assert list_dirty() == [
        (A, 10, False),
        (B, 10, False),
        (UNIT, 10, False),
        ("Đảng bộ không có chi bộ", 11, True),
    ]


def test_rebuilding_throws_a_running_month_away(cells: list[Organization]) -> None:
    services.outdate_months(actor=SYSTEM, organization_ids=[cells[0].pk], months=[OCTOBER, NOVEMBER])
    UnitMonth.objects.create(organization=cells[0], month=NOVEMBER.first_day)
    rebuild(NOVEMBER)
    assert list_dirty() == [(A, 10, True)]


# ── the trail ─────────────────────────────────────────────────────────────────


def test_who_took_which_paper_is_in_the_trail(cells: list[Organization]) -> None:
    cell = cells[0]
    meeting = make_meeting(cell, date(2026, 11, 3))
    reader = make_actor(Permission.MEETINGS_READ, Permission.FIGURES_READ, path=cell.path)
    services.note_paper_taken(actor=reader, meeting=meeting, paper="bien-ban", form=Form.WORD, now=NOW)
    services.note_bundle_taken(actor=reader, meeting=meeting, files=6, now=NOW)
    year: dict[str, Any] = {"cell": cell, "paper": "so-bien-ban", "year": 2026, "form": Form.PDF, "now": NOW}
    services.note_year_paper_taken(actor=reader, **year)
    services.note_list_read(actor=reader, organization=cell, what="vang", now=NOW)
    services.note_brief_read(actor=reader, cell=cell, visitor=False, now=NOW)
    services.note_table_taken(actor=reader, organization=cell, now=NOW)
    assert list_trail("reporting") == [
        ("reporting.paper_taken", {"paper": "bien-ban", "form": Form.WORD.value}),
        ("reporting.bundle_taken", {"papers": 6}),
        ("reporting.year_paper_taken", {"paper": "so-bien-ban", "year": 2026, "form": Form.PDF.value}),
        ("reporting.list_read", {"what": "vang"}),
        ("reporting.list_read", {"what": "tom-tat"}),
        ("reporting.table_taken", {}),
    ]
    unit = ("organizations.organization", str(cell.public_id), cell.name, cell.path)
    targets = AuditEvent.objects.order_by("pk").values_list("target_kind", "target_id", "target_label", "unit_path")
    assert list(targets)[2:] == [unit] * 4
    stranger = make_actor(Permission.MEETINGS_READ, Permission.FIGURES_READ, path=cells[1].path)
    with pytest.raises(NotAllowed):
        services.note_paper_taken(actor=stranger, meeting=meeting, paper="bien-ban", form=Form.WORD, now=NOW)
    with pytest.raises(NotAllowed):
        services.note_bundle_taken(actor=stranger, meeting=meeting, files=6, now=NOW)
    with pytest.raises(NotAllowed):
        services.note_year_paper_taken(actor=stranger, **year)
    with pytest.raises(NotAllowed):
        services.note_list_read(actor=stranger, organization=cell, what="vang", now=NOW)
    with pytest.raises(NotAllowed):
        services.note_brief_read(actor=stranger, cell=cell, visitor=False, now=NOW)
    with pytest.raises(NotAllowed):
        services.note_table_taken(actor=stranger, organization=cell, now=NOW)
    services.note_brief_read(actor=stranger, cell=cell, visitor=True, now=NOW)  # their own visit opened it


@pytest.mark.parametrize("keep", [True, False])
def test_a_comment_from_a_desk_joins_the_bank_only_when_it_is_to_be_kept(
    cells: list[Organization], *, keep: bool
) -> None:
    give: dict[str, Any] = {"cell": cells[0], "draft": AdviceDraft("Ghi số đo.", "Mương", "c6")}
    give |= {"origin": Origin("desk", "1"), "keep": keep, "now": NOW}
    with pytest.raises(NotAllowed):
        advise_cell(actor=make_actor(Permission.ADVICE_WRITE, path=cells[1].path), **give)
    advice = advise_cell(actor=make_actor(Permission.ADVICE_WRITE, path=cells[0].path), **give)
    assert (advice.text, advice.origin_kind, advice.origin_id) == ("Ghi số đo.", "desk", "1")
    kept = CommentBankEntry.objects.values_list("text", "example", "topic", "uses", "created_at")
    assert list(kept) == ([("Ghi số đo.", "Mương", "c6", 1, NOW)] if keep else [])


# ── reminders ─────────────────────────────────────────────────────────────────


def add_secretary(cell: Organization, *, account: bool = True) -> None:
    user = make_user("Ma Công Lập") if account else None
    make_post(make_member("Ma Công Lập", cell=cell, user=user), cell)


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def test_a_reminder_says_everything_that_is_overdue(officer: Actor, cells: list[Organization]) -> None:
    cell = cells[0]
    add_secretary(cell)
    assert services.remind_secretary(actor=officer, organization=cell, now=NOW) == "Ma Công Lập"
    notice = Notification.objects.get()
    assert (notice.kind, notice.title, notice.url) == ("reporting.reminder", "Không họp tháng 10, chưa ghi lý do", "/")
    assert notice.body.splitlines() == [
        "Không họp tháng 10, chưa ghi lý do. Hạn 07/10, quá 33 ngày. Chưa họp tháng 11, chưa ghi lý do.",
        "1 trên 1 đảng viên chưa có nhiệm vụ tháng 11.",
    ]
    assert list_trail("reporting") == [("reporting.reminded", {"what": ["not_met", "without_task"]})]
    event = AuditEvent.objects.get(verb="reporting.reminded")
    assert (event.target_label, event.unit_path) == (cell.name, cell.path)
    with pytest.raises(AlreadyReminded, match="Hôm nay đã nhắc bí thư Chi bộ thôn A rồi"):
        services.remind_secretary(actor=officer, organization=cell, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    assert services.remind_secretary(actor=officer, organization=cell, now=tomorrow) == "Ma Công Lập"


def test_nobody_is_reminded_without_an_account_or_a_reason(officer: Actor, commune: Organization) -> None:
    silent = make_unit("Chi bộ không tài khoản", parent=commune)
    add_secretary(silent, account=False)
    with pytest.raises(NobodyToRemind, match="Chi bộ không tài khoản chưa có bí thư"):
        services.remind_secretary(actor=officer, organization=silent, now=NOW)
    new = make_unit("Chi bộ mới lập", parent=commune, opened_on=date(2026, 11, 8))
    Meeting.objects.filter(pk=make_meeting(new, date(2026, 11, 9)).pk).update(announced_at=at(date(2026, 11, 8)))
    with pytest.raises(NothingToRemind, match="Chi bộ mới lập không còn việc gì quá hạn"):
        services.remind_secretary(actor=officer, organization=new, now=NOW)


def test_reminding_all_counts_who_was_and_says_who_was_not(
    officer: Actor, commune: Organization, cells: list[Organization]
) -> None:
    add_secretary(cells[0])
    reminded, refused = services.remind_all(actor=officer, organization=commune, now=NOW)
    assert (reminded, len(refused), refused[0][:29]) == (1, 1, "Chi bộ thôn B chưa có bí thư ")
    secretary = make_actor(Permission.FIGURES_READ, path=cells[0].path)
    with pytest.raises(NotAllowed):
        services.remind_all(actor=secretary, organization=cells[0], now=NOW)
    with pytest.raises(NotAllowed):
        services.remind_secretary(actor=secretary, organization=cells[0], now=NOW)
