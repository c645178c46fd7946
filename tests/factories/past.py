"""A commune that lives already: two cells kept from July 2026 on, and the book of what was before."""

from datetime import date
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.members.models import Member
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.room.models import PastImport, PastMeeting
from nennep.room.queries.past_imports import PastReview, read_past_review
from nennep.room.services.past import (
    upload_past,
    write_past,
)
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

USED_FROM = date(2026, 7, 1)
GRID = """SỔ THEO DÕI SINH HOẠT CHI BỘ THÔN NẶM CHÁ NĂM 2026;;;;
STT;Họ và tên;03/01;03/02;20/02 (chuyên đề)
1;Giàng A Páo;x;P;x
2;Ma Thị Lan;x;K;có phép
3;Người Đã Đi;x;x;
"""
LIST = """Chi bộ;Ngày họp;Loại buổi;Chuyên đề;Có mặt;Vắng có lý do;Vắng không lý do
Nặm Chá;03/01/2026;Thường kỳ;;20/23;2;1
Nặm Chá;15/02/2026;Chuyên đề;Nêu gương;21;;
Làng Chùa;03/01/2026;Thường kỳ;;12;0;0
Làng Chùa;05/01/2026;Thường kỳ;;11;1;0
"""


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return keep_from_july(make_unit("Chi bộ thôn Nặm Chá", parent=commune))


@pytest.fixture
def other(commune: Organization) -> Organization:
    return keep_from_july(make_unit("Chi bộ thôn Làng Chùa", parent=commune))


@pytest.fixture
def officer_user(commune: Organization) -> User:
    user = make_user("Vũ Thị Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def officer(officer_user: User) -> Actor:
    return actor_of(officer_user)


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    user = make_user("Vàng A Tủa")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


@pytest.fixture
def people(cell: Organization) -> list[Member]:
    return [make_member(name, cell=cell, valid_from=USED_FROM) for name in ("Giàng A Páo", "Ma Thị Lan")]


def keep_from_july(unit: Organization) -> Organization:
    unit.used_from = USED_FROM
    unit.save(update_fields=["used_from"])
    return unit


def upload(actor: Actor, unit: Organization, text: str = LIST, name: str = "so.csv") -> PastImport:
    return upload_past(actor=actor, organization=unit, name=name, content=text.encode(), now=NOW)


def review(file: PastImport) -> PastReview:
    return read_past_review(PastImport.objects.get(pk=file.pk), on=TODAY)


def write(actor: Actor, file: PastImport) -> PastImport:
    return write_past(actor=actor, file=file, reviewed=review(file).mark, now=NOW)


def codes(found: PastReview) -> dict[str, list[str]]:
    return {cell.label: [fault.code for fault in cell.faults] for cell in found.cells}


def numbers(row: PastMeeting) -> tuple[Any, ...]:
    return (row.held_on, row.kind, row.present, row.absent, row.excused, row.unexcused)
