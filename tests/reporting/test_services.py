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
from nennep.reporting.services.advice import advise_cell
from nennep.reporting.services.reminders import AlreadyReminded, NobodyToRemind, NothingToRemind
from nennep.visits.models import CommentBankEntry
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
