"""Importing into the database: what is made, what is changed, what is never doubled."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.crypto import keyed_hash
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.sheets.cells import Sheet, Workbook
from nennep.core.sheets.reader import read_file
from nennep.members import services
from nennep.members.choices import IDENTITY_PURPOSE, MembershipKind, PostKind, Standing, Verb
from nennep.members.importers.records import Decisions, ImportPlan
from nennep.members.importers.rosters import understand
from nennep.members.importers.shapes import Roster
from nennep.members.models import Member, Membership, Post
from nennep.members.queries.imports import mark_plan, plan_import
from nennep.members.services.imports import UnitHoldsNoMembers
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member, make_post
from tests.factories.organizations import OPENED, make_unit

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data"
HEADER = [
    "STT",
    "Chi bộ",
    "Họ tên",
    "Giới tính",
    "Ngày sinh",
    "Dân tộc",
    "Ngày kết nạp",
    "Ngày chính thức",
    "Số thẻ",
    "CCCD",
    "Chức vụ",
    "Ghi chú",
]
PAO = "1,Nặm Chá,Giàng A Páo,Nam,02/03/1975,Mông,19/05/2001,19/05/2002,38123456,008075000123,Bí thư,"
LAN = "2,Nặm Chá,Ma Thị Lan,Nữ,1980,Tày,,,,,,Miễn công tác và SHĐ (ốm nặng)"


def roster_of(*lines: str) -> Roster:
    rows = [HEADER, *(line.split(",") for line in lines)]
    return understand(Workbook("csv", (Sheet("DS", [list(row) for row in rows]),)), today=TODAY)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="38.168.053")


def importing(
    unit: Organization, *lines: str, decisions: Decisions | None = None, used_from: date | None = None
) -> ImportPlan:
    return services.apply_import(
        actor=Actor.system(),
        organization=unit,
        roster=roster_of(*lines),
        decisions=decisions,
        file_name="ds.csv",
        used_from=used_from,
        now=NOW,
    )


def counts(plan: ImportPlan) -> tuple[int, int, int, int]:
    return plan.count("created"), plan.count("updated"), plan.count("unchanged"), plan.rejected


def problem_codes(plan: ImportPlan) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in plan.problems]


# ── the samples ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "people", "cells"),
    [("chi-bo-huoi-set.xlsx", 36, 1), ("dang-bo-xa.csv", 138, 6), ("danh-sach-cu.xls", 30, 3)],
)
def test_samples_twice(commune: Organization, name: str, people: int, cells: int) -> None:
    roster = understand(read_file(DATA / name), today=TODAY)
    first = services.apply_import(actor=Actor.system(), organization=commune, roster=roster, now=NOW)
    assert counts(first) == (people, 0, 0, 0)
    assert Organization.objects.get_queryset().cells().count() == cells
    assert sorted(Member.objects.values_list("full_name", flat=True)) == sorted(person.name for person in roster.people)
    before = _everything()
    second = services.apply_import(actor=Actor.system(), organization=commune, roster=roster, now=NOW)
    assert counts(second) == (0, 0, people, 0)
    assert second.new_cells == ()
    assert _everything() == before


def _everything() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values()) for model in (Member, Membership, Post, Organization, AuditEvent)
    ]


# ── what is made ──────────────────────────────────────────────────────────────


def test_new_people_with_membership_post_and_cell(commune: Organization) -> None:
    plan = importing(commune, PAO, LAN, used_from=OPENED)
    assert counts(plan) == (2, 0, 0, 0)
    assert plan.new_cells == ("Chi bộ Nặm Chá",)
    cell = Organization.objects.get_queryset().cells().get()
    assert (cell.code, cell.cell_type, cell.opened_on) == ("38.168.053.000.001", CellType.VILLAGE, OPENED)
    pao = Member.objects.get(full_name="Giàng A Páo")
    assert (pao.ethnic_group, pao.identity_number, pao.card_number) == ("Mông", "008075000123", "38123456")
    assert pao.identity_hash == keyed_hash("008075000123", purpose=IDENTITY_PURPOSE)
    assert (pao.born_on, pao.admitted_on, pao.official_on) == (date(1975, 3, 2), date(2001, 5, 19), date(2002, 5, 19))
    membership = Membership.objects.get(member=pao)
    assert (membership.organization, membership.standing, membership.kind) == (
        cell,
        Standing.OFFICIAL,
        MembershipKind.OFFICIAL,
    )
    assert membership.valid_from == OPENED
    post = Post.objects.get()
    assert (post.member, post.organization, post.kind, post.valid_from) == (pao, cell, PostKind.SECRETARY, OPENED)


def test_the_reason_of_an_exemption_is_kept_apart(commune: Organization) -> None:
    importing(commune, LAN)
    lan = Member.objects.get()
    membership = Membership.objects.get()
    assert (lan.born_on, lan.born_year, lan.note) == (None, 1980, "")
    assert (membership.standing, membership.reason) == (Standing.EXEMPT, "Miễn công tác và SHĐ (ốm nặng)")


def test_somebody_admitted_after_the_cell_began_belongs_from_then_on(commune: Organization) -> None:
    importing(commune, "1,Nặm Chá,Ma A Tủa,Nam,2001,Mông,03/02/2026,,,,,", used_from=OPENED)
    membership = Membership.objects.get()
    assert (membership.valid_from, membership.standing) == (date(2026, 2, 3), Standing.PROBATIONARY)


def test_the_trail_has_one_event_without_sensitive_data(commune: Organization) -> None:
    importing(commune, PAO, LAN)
    event = AuditEvent.objects.get(verb=Verb.IMPORTED)
    assert event.unit_path == commune.path
    assert event.details == {
        "file": "ds.csv",
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "new_cells": ["Chi bộ Nặm Chá"],
    }


def test_existing_cells_are_found_by_any_spelling(commune: Organization) -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    other = "2,CHI BO THON NAM CHA,Lò Văn Én,Nam,01/01/1960,Thái,,,,,,"
    plan = importing(commune, PAO, other)
    assert plan.new_cells == ()
    assert plan.cells == ("Chi bộ thôn Nặm Chá",)
    assert Membership.objects.filter(organization=cell).count() == 2


def test_cells_of_one_name_must_be_chosen(commune: Organization) -> None:
    sub = make_unit("Đảng bộ bộ phận A", kind=UnitKind.SUB, parent=commune)
    one, _two = make_unit("Chi bộ thôn 1", parent=commune), make_unit("Chi bộ thôn 1", parent=sub)
    line = PAO.replace("Nặm Chá", "Chi bộ thôn 1")
    assert problem_codes(importing(commune, line)) == [(2, "cell_ambiguous")]
    plan = importing(commune, line, decisions=Decisions(cells={"Chi bộ thôn 1": one.pk}))
    assert counts(plan) == (1, 0, 0, 0)
    assert Membership.objects.get().organization == one


def test_rows_without_any_cell_stay_out(commune: Organization) -> None:
    plan = importing(commune, PAO.replace("Nặm Chá", ""), LAN)
    assert problem_codes(plan) == [(2, "cell_missing")]
    assert counts(plan) == (1, 0, 0, 1)


def test_into_a_cell_the_name_need_not_stand_in_the_file(commune: Organization) -> None:
    cell = make_unit("Chi bộ thôn Khau Quang", parent=commune)
    assert counts(importing(cell, PAO.replace("Nặm Chá", ""))) == (1, 0, 0, 0)
    differing = importing(cell, LAN)
    assert problem_codes(differing) == [(0, "sheet_cell_differs")]
    assert set(Membership.objects.values_list("organization", flat=True)) == {cell.pk}
    several = importing(cell, LAN, LAN.replace("Nặm Chá", "Khau Quang").replace("Lan", "Hoa"))
    assert problem_codes(several) == [(2, "cell_outside")]


def test_a_group_holds_no_members(commune: Organization) -> None:
    group = make_unit("Tổ đảng 1", kind=UnitKind.GROUP, parent=make_unit("Chi bộ A", parent=commune))
    with pytest.raises(UnitHoldsNoMembers):
        importing(group, PAO)


# ── what is changed ───────────────────────────────────────────────────────────


def test_a_changed_file_shows_the_differences_and_then_writes_them(commune: Organization) -> None:
    importing(commune, PAO, LAN)
    changed = PAO.replace("02/03/1975", "02/04/1975").replace("Mông", "Dao")
    plan = plan_import(actor=Actor.system(), organization=commune, roster=roster_of(changed, LAN), on=TODAY)
    assert counts(plan) == (0, 1, 1, 0)
    assert [(item.name, item.before, item.after) for item in plan.entries[0].differences] == [
        ("ethnic_group", "Mông", "Dao"),
        ("born_on", "1975-03-02", "1975-04-02"),
    ]
    assert Member.objects.get(full_name="Giàng A Páo").born_on == date(1975, 3, 2)
    importing(commune, changed, LAN)
    pao = Member.objects.get(full_name="Giàng A Páo")
    assert (pao.born_on, pao.ethnic_group) == (date(1975, 4, 2), "Dao")
    assert AuditEvent.objects.get(verb=Verb.CHANGED).details == {"fields": ["born_on", "ethnic_group"]}


def test_empty_cells_take_nothing_away(commune: Organization) -> None:
    importing(commune, PAO)
    assert counts(importing(commune, "1,Nặm Chá,Giàng A Páo,,02/03/1975,,,,38123456,,,")) == (0, 0, 1, 0)
    assert Member.objects.get().identity_number == "008075000123"


def test_a_year_alone_does_not_replace_a_day(commune: Organization) -> None:
    importing(commune, PAO)
    assert counts(importing(commune, PAO.replace("02/03/1975", "1975"))) == (0, 0, 1, 0)


def test_a_number_learnt_later_is_added(commune: Organization) -> None:
    importing(commune, LAN)
    plan = importing(commune, LAN.replace("1980,Tày,,,,", "05/06/1980,Tày,,,38000001,008180000001"))
    assert [item.name for item in plan.entries[0].differences] == ["card_number", "identity_number", "born_on"]
    lan = Member.objects.get()
    assert (lan.card_number, lan.born_on, lan.born_year) == ("38000001", date(1980, 6, 5), None)
    assert lan.identity_hash == keyed_hash("008180000001", purpose=IDENTITY_PURPOSE)


def test_recognition_standing_cell_and_post_follow_the_file(commune: Organization) -> None:
    line = "1,Nặm Chá,Ma A Tủa,Nam,02/02/1999,Mông,03/02/2025,,38000002,,,"
    services.apply_import(actor=Actor.system(), organization=commune, roster=roster_of(line), now=NOW)
    Membership.objects.update(standing=Standing.PROBATIONARY)
    changed = "1,Khau Quang,Ma A Tủa,Nam,02/02/1999,Mông,03/02/2025,03/02/2026,38000002,,Chi ủy viên,"
    plan = importing(commune, changed)
    assert [(item.name, item.after) for item in plan.entries[0].differences] == [
        ("official_on", "2026-02-03"),
        ("cell", "Chi bộ Khau Quang"),
        ("standing", "official"),
        ("post", "committee_member"),
    ]
    running = Membership.objects.get(valid_to=None)
    assert (running.organization.name, running.standing) == ("Chi bộ Khau Quang", Standing.OFFICIAL)
    assert Post.objects.get(valid_to=None).kind == PostKind.COMMITTEE_MEMBER
    assert counts(importing(commune, changed)) == (0, 0, 1, 0)


def test_exemption_comes_into_force_today(commune: Organization) -> None:
    importing(commune, PAO.replace("Bí thư", ""), used_from=OPENED)
    importing(commune, PAO.replace("Bí thư", "") + "Miễn sinh hoạt")
    rows = Membership.objects.order_by("valid_from").values_list("standing", "valid_from", "valid_to", named=True)
    assert [tuple(row) for row in rows] == [
        (Standing.OFFICIAL, OPENED, TODAY),
        (Standing.EXEMPT, TODAY, None),
    ]
    assert list(Membership.objects.order_by("valid_from").values_list("reason", flat=True)) == ["", "Miễn sinh hoạt"]


def test_another_secretary_is_not_replaced_by_a_file(commune: Organization) -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    make_post(make_member("Lò Văn Én", cell=cell), cell)
    plan = importing(commune, PAO)
    assert problem_codes(plan) == [(2, "post_taken")]
    assert counts(plan) == (1, 0, 0, 0)
    assert Post.objects.get().member.full_name == "Lò Văn Én"


def test_probationary_members_hold_no_post(commune: Organization) -> None:
    plan = importing(commune, "1,Nặm Chá,Ma A Tủa,Nam,1999,Mông,03/02/2026,,,,Bí thư,")
    assert problem_codes(plan) == [(2, "post_needs_official")]
    assert not Post.objects.exists()


# ── nobody is doubled ─────────────────────────────────────────────────────────


def test_same_number_with_another_name_and_birth_is_shown(commune: Organization) -> None:
    importing(commune, PAO)
    plan = importing(commune, PAO.replace("Giàng A Páo", "Lò Văn Én").replace("02/03/1975", "01/01/1960"))
    assert [code for _row, code in problem_codes(plan)][-1] == "duplicate_member"
    assert Member.objects.get().full_name == "Giàng A Páo"


def test_card_and_identity_of_two_people_conflict(commune: Organization) -> None:
    other = "2,Nặm Chá,Lò Văn Én,Nam,01/01/1960,Thái,,,38999999,008060000001,,"
    importing(commune, PAO, other)
    plan = importing(commune, PAO.replace("008075000123", "008060000001"))
    assert "conflicting_member" in {code for _row, code in problem_codes(plan)}
    assert plan.entries == ()


def test_same_name_and_birth_in_another_cell_is_asked(commune: Organization) -> None:
    importing(commune, LAN.replace("1980", "05/06/1980"))
    line = LAN.replace("1980", "05/06/1980").replace("Nặm Chá", "Khau Quang")
    plan = importing(commune, line)
    assert problem_codes(plan) == [(2, "duplicate_member")]
    lan = Member.objects.get()
    same = plan_import(
        actor=Actor.system(),
        organization=commune,
        roster=roster_of(line),
        on=TODAY,
        decisions=Decisions(same={("DS", 2): str(lan.public_id)}),
    )
    assert [item.name for item in same.entries[0].differences] == ["cell"]
    distinct = importing(commune, line, decisions=Decisions(distinct=frozenset({("DS", 2)})))
    assert (counts(distinct), Member.objects.count()) == ((1, 0, 0, 0), 2)


def test_members_of_other_units_are_not_taken(commune: Organization) -> None:
    other = make_unit("Đảng bộ xã khác", kind=UnitKind.BASE)
    importing(other, PAO)
    plan = importing(commune, PAO)
    assert problem_codes(plan) == [(2, "member_elsewhere")]
    assert Member.objects.count() == 1


def test_only_what_is_accepted_of_the_plan_is_written(commune: Organization) -> None:
    plan = services.apply_import(
        actor=Actor.system(),
        organization=commune,
        roster=roster_of(PAO, LAN),
        accept=lambda whole: replace(whole, entries=whole.entries[:1]),
        now=NOW,
    )
    assert (counts(plan), Member.objects.get().full_name) == ((1, 0, 0, 1), "Giàng A Páo")


def test_plans_that_write_the_same_carry_the_same_mark(commune: Organization) -> None:
    def mark(*lines: str) -> str:
        return mark_plan(plan_import(actor=Actor.system(), organization=commune, roster=roster_of(*lines), on=TODAY))

    before = mark(PAO, LAN)
    assert before == mark(PAO, LAN)
    assert before.startswith("2:")
    assert before != mark(PAO, LAN.replace("1980", "1981"))
    assert before != mark(PAO)
    importing(commune, PAO)
    after = mark(PAO, LAN)
    assert after != before
    Member.objects.update(religion="Tin lành")  # read of whom nothing is written: the plan is the same
    assert mark(PAO, LAN) == after


# ── rights, all or nothing ────────────────────────────────────────────────────


def test_needs_the_right_to_import_there(commune: Organization) -> None:
    elsewhere = make_actor(Permission.MEMBERS_IMPORT, path="9999")
    with pytest.raises(NotAllowed):
        services.apply_import(actor=elsewhere, organization=commune, roster=roster_of(PAO), now=NOW)
    without_cells = make_actor(Permission.MEMBERS_IMPORT, path=commune.path)
    with pytest.raises(NotAllowed):
        services.apply_import(actor=without_cells, organization=commune, roster=roster_of(PAO), now=NOW)
    assert not Member.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="38.168.053")
    roster = roster_of(PAO, LAN)
    unborn = replace(roster, people=(roster.people[0], replace(roster.people[1], born_on=None, born_year=-1)))
    with pytest.raises(Exception, match=r"(?i)check|born_year"):
        services.apply_import(actor=Actor.system(), organization=commune, roster=unborn, now=NOW)
    assert (
        Member.objects.count(),
        Organization.objects.get_queryset().cells().count(),
        AuditEvent.objects.count(),
    ) == (0, 0, 0)
