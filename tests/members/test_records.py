from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast

from nennep.audit.models import AuditEvent, Reading
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.members import queries, services
from nennep.members.choices import Reach, Standing
from nennep.members.models import Member, Membership
from nennep.members.rules import MemberDetails, PrivateDetails
from nennep.members.services.records import BadDates, CardTaken, IdentityTaken, SimilarExists
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
WRITE = (Permission.MEMBERS_READ, Permission.MEMBERS_WRITE)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def rows_of(member: Member) -> list[tuple[str, str, str, date, date | None, str]]:
    rows = Membership.objects.filter(member=member).order_by("valid_from", "kind")
    return [(r.organization.name, r.kind, r.standing, r.valid_from, r.valid_to, r.ending) for r in rows]


def test_a_record_is_made_with_its_membership(secretary: Actor, cell: Organization) -> None:
    details = MemberDetails(full_name="  giàng  A Páo ", born_year=1961, card_number="08.123456")
    member = services.create_member(
        actor=secretary, organization=cell, details=details, joined_on=MARCH, standing=Standing.PROBATIONARY, now=NOW
    )
    assert member.full_name == "giàng A Páo"
    assert rows_of(member) == [(cell.name, "official", "probationary", MARCH, None, "")]
    assert set(AuditEvent.objects.values_list("verb", flat=True)) == {"members.created", "members.transferred"}


def test_a_record_is_made_only_in_ones_own_cell(secretary: Actor, other: Organization) -> None:
    with pytest.raises(NotAllowed):
        services.create_member(
            actor=secretary, organization=other, details=MemberDetails("X"), joined_on=MARCH, now=NOW
        )


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (MemberDetails("X", born_on=date(2030, 1, 1)), "born_on"),
        (MemberDetails("X", born_year=2001, admitted_on=date(2000, 1, 1)), "born_year"),
        (MemberDetails("X", admitted_on=TODAY + timedelta(1)), "admitted_on"),
        (MemberDetails("X", admitted_on=MAY, official_on=MARCH), "official_on"),
    ],
)
def test_dates_that_contradict_each_other_are_refused(
    secretary: Actor, cell: Organization, details: MemberDetails, field: str
) -> None:
    with pytest.raises(BadDates) as refusal:
        services.create_member(actor=secretary, organization=cell, details=details, joined_on=MARCH, now=NOW)
    assert refusal.value.field == field
    assert not Member.objects.exists()


def test_the_same_person_is_not_doubled_silently(secretary: Actor, cell: Organization) -> None:
    details = MemberDetails("Giàng A Páo", born_on=date(1961, 2, 3))

    def create(details: MemberDetails, *, despite_similar: bool = False) -> Member:
        return services.create_member(
            actor=secretary,
            organization=cell,
            details=details,
            joined_on=MARCH,
            despite_similar=despite_similar,
            now=NOW,
        )

    create(details)
    with pytest.raises(SimilarExists):
        create(MemberDetails("GIÀNG A PÁO", born_year=1961))
    create(MemberDetails("Ðặng Thị H’Hoà", born_year=1961))
    with pytest.raises(SimilarExists):
        create(MemberDetails("Đặng Thị H'Hòa", born_year=1961))
    create(details, despite_similar=True)
    create(MemberDetails("Lò Văn Ánh", card_number="1"))
    with pytest.raises(CardTaken):
        create(MemberDetails("Lò Văn Bình", card_number="1"))


@pytest.mark.django_db(transaction=True)
def test_taps_at_once_make_one_record() -> None:
    cell = make_unit()
    actor = make_actor(Permission.MEMBERS_READ, Permission.MEMBERS_WRITE, path=cell.path)
    start = Barrier(4)

    def tap(_turn: int) -> str:
        try:
            start.wait()
            services.create_member(
                actor=actor,
                organization=cell,
                details=MemberDetails("Giàng A Páo", born_on=date(1961, 2, 3)),
                joined_on=MARCH,
                now=NOW,
            )
        except SimilarExists:
            return "told"
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(tap, range(4)))
    assert sorted(answers) == ["made", "told", "told", "told"]
    assert Member.objects.count() == 1


def test_corrections_name_the_fields_not_the_contents(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    services.change_member(
        actor=secretary, member=member, details=MemberDetails("Giàng A Páo", phone="0912345678"), now=NOW
    )
    services.change_private(
        actor=secretary,
        member=member,
        details=PrivateDetails(religion="Tin lành", identity_number="010 061 000 001"),
        now=NOW,
    )
    assert [event.details for event in AuditEvent.objects.order_by("pk")] == [
        {"fields": ["phone"]},
        {"fields": ["identity_number", "religion"]},
    ]
    found = queries.find_by_identity(actor=secretary, number="010061000001")
    assert found == member


def test_an_identity_number_belongs_to_one_record(secretary: Actor, cell: Organization, other: Organization) -> None:
    number = PrivateDetails(identity_number="010061000001")
    services.change_private(actor=secretary, member=make_member(cell=cell), details=number, now=NOW)
    with pytest.raises(IdentityTaken):
        services.change_private(actor=secretary, member=make_member("X", cell=cell), details=number, now=NOW)
    with pytest.raises(NotAllowed):
        services.change_private(actor=secretary, member=make_member("Y", cell=other), details=number, now=NOW)
    outsider = make_actor(*WRITE, path=cell.path)
    assert queries.find_by_identity(actor=outsider, number="010061000001") is None


def test_the_sensitive_part_is_encrypted_in_the_database(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    services.change_private(actor=secretary, member=member, details=PrivateDetails(religion="Tin lành"), now=NOW)
    raw = Member.objects.annotate(raw=Cast("religion", CharField())).values_list("raw", flat=True).get(pk=member.pk)
    assert queries.get_private_part(actor=secretary, member=Member.objects.get()).details.religion == "Tin lành"
    assert "Tin" not in raw


def test_a_member_corrects_how_papers_reach_them(cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    changed = services.change_contact(
        actor=actor_of(user), member=member, phone="+84 987 654 321", email="", reach=Reach.APP, now=NOW
    )
    assert (changed.phone, changed.reach) == ("0987654321", "app")
    with pytest.raises(NotAllowed):
        services.change_contact(
            actor=actor_of(make_user()), member=member, phone="", email="", reach=Reach.APP, now=NOW
        )


def test_opening_a_file_is_logged_except_ones_own(secretary: Actor, cell: Organization) -> None:
    user = make_user("Giàng A Páo")
    member = make_member(cell=cell, user=user)
    services.log_opening(actor=actor_of(user), member=member, part=lambda: "x", now=NOW)
    services.log_opening(actor=secretary, member=member, part=lambda: "Phần riêng tư", now=NOW)
    assert list(Reading.objects.values_list("user_name", "part", "subject_id", "unit_path")) == [
        ("Vàng A Tủa", "Phần riêng tư", str(member.public_id), cell.path)
    ]
