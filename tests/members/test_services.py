from datetime import date, timedelta
from functools import partial

import pytest
from django.db.models import CharField
from django.db.models.functions import Cast

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.audit.models import AuditEvent, Reading
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.events import publish_on_commit
from nennep.core.permissions import Permission
from nennep.members import queries, services
from nennep.members.choices import Ending, MembershipKind, PostKind, Reach, Standing
from nennep.members.models import Member, Membership, Post
from nennep.members.rules import MemberDetails, PrivateDetails
from nennep.members.services.accounts import AccountTaken, HasAccount, NoAccount
from nennep.members.services.memberships import (
    AlreadyMember,
    CannotGoElsewhere,
    FutureDate,
    NotACell,
    NotAMember,
    NotElsewhere,
    OutOfOrder,
    SameCell,
)
from nennep.members.services.merging import SameRecord, TwoAccounts
from nennep.members.services.posts import CannotHoldPost, PostEnded
from nennep.members.services.records import BadDates, CardTaken, IdentityTaken, SimilarExists
from nennep.notifications.models import Notification
from nennep.organizations.choices import OrganizationMerged, UnitKind
from nennep.organizations.models import Organization
from tests.conftest import Committing
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member, make_membership, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
WRITE = (Permission.MEMBERS_READ, Permission.MEMBERS_WRITE)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit(parent=commune)


@pytest.fixture
def other(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Làng Chùa", parent=commune)


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    user = make_user("Vàng A Tủa")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


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
    create(details, despite_similar=True)
    create(MemberDetails("Lò Văn Ánh", card_number="1"))
    with pytest.raises(CardTaken):
        create(MemberDetails("Lò Văn Bình", card_number="1"))


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
        actor=actor_of(user), member=member, phone="0987654321", email="", reach=Reach.APP, now=NOW
    )
    assert (changed.phone, changed.reach) == ("0987654321", "app")
    with pytest.raises(NotAllowed):
        services.change_contact(
            actor=actor_of(make_user()), member=member, phone="", email="", reach=Reach.APP, now=NOW
        )


def test_opening_a_file_is_logged_except_ones_own(secretary: Actor, cell: Organization) -> None:
    user = make_user("Giàng A Páo")
    member = make_member(cell=cell, user=user)
    services.log_opening(actor=actor_of(user), member=member, part="x", now=NOW)
    services.log_opening(actor=secretary, member=member, part="Phần riêng tư", now=NOW)
    assert list(Reading.objects.values_list("user_name", "part", "subject_id", "unit_path")) == [
        ("Vàng A Tủa", "Phần riêng tư", str(member.public_id), cell.path)
    ]


def test_a_change_of_standing_closes_a_row_and_opens_the_next(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    services.change_standing(
        actor=secretary, member=member, standing=Standing.EXEMPT, on=MARCH, reason="tuổi cao, sức yếu", now=NOW
    )
    assert rows_of(member) == [
        (cell.name, "official", "official", date(2024, 1, 1), MARCH, ""),
        (cell.name, "official", "exempt", MARCH, None, ""),
    ]
    assert Membership.objects.get(valid_to=None).reason == "tuổi cao, sức yếu"
    assert "sức" not in str(AuditEvent.objects.get().details)


def test_a_second_change_on_the_same_day_corrects_the_first(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    for standing in (Standing.EXEMPT, Standing.SUSPENDED):
        services.change_standing(actor=secretary, member=member, standing=standing, on=MARCH, now=NOW)
    assert [row[2] for row in rows_of(member)] == ["official", "suspended"]
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize(("on", "refusal"), [(TODAY + timedelta(1), FutureDate), (date(2023, 12, 31), OutOfOrder)])
def test_changes_are_written_in_their_order(
    secretary: Actor, cell: Organization, on: date, refusal: type[Exception]
) -> None:
    member = make_member(cell=cell)
    with pytest.raises(refusal):
        services.change_standing(actor=secretary, member=member, standing=Standing.EXEMPT, on=on, now=NOW)
    assert len(rows_of(member)) == 1


def test_a_transfer_takes_standing_along_and_ends_posts_and_roles(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user, standing=Standing.PROBATIONARY)
    make_post(member, cell, PostKind.GROUP_HEAD)
    grant_role(user, Role.SECRETARY, cell)
    grant_role(user, Role.MEMBER, cell)
    services.transfer(actor=officer, member=member, to=other, on=TODAY, now=NOW)
    assert rows_of(member)[1] == (other.name, "official", "probationary", TODAY, None, "")
    assert rows_of(member)[0][4:] == (TODAY, "moved")
    assert Post.objects.get().valid_to == TODAY
    running = RoleGrant.objects.on(TODAY).filter(user=user)
    assert list(running.values_list("role", "organization_id")) == [("member", other.pk)]


def test_a_transfer_needs_both_cells(secretary: Actor, cell: Organization, other: Organization) -> None:
    with pytest.raises(NotAllowed):
        services.transfer(actor=secretary, member=make_member(cell=cell), to=other, on=MARCH, now=NOW)


def test_what_a_transfer_refuses(officer: Actor, commune: Organization, cell: Organization) -> None:
    member = make_member(cell=cell)
    with pytest.raises(SameCell):
        services.transfer(actor=officer, member=member, to=cell, on=MARCH, now=NOW)
    with pytest.raises(NotACell):
        services.transfer(actor=officer, member=member, to=commune, on=MARCH, now=NOW)
    young = make_unit("Chi bộ mới", parent=commune, opened_on=MAY)
    with pytest.raises(NotACell):
        services.transfer(actor=officer, member=member, to=young, on=MARCH, now=NOW)
    with pytest.raises(NotAMember):
        services.transfer(actor=officer, member=make_member("X"), to=cell, on=MARCH, now=NOW)


def test_a_stay_elsewhere_is_paired_and_ends_together(officer: Actor, cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell, standing=Standing.PROBATIONARY)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    assert [
        (m.member_id, m.counted, m.votes) for m in queries.list_cell_members(organization_id=cell.pk, on=MARCH)
    ] == [(member.pk, False, False)]
    (guest,) = queries.list_cell_members(organization_id=other.pk, on=MARCH)
    assert (guest.temporary, guest.standing, guest.counted, guest.votes) == (True, "probationary", True, False)
    with pytest.raises(CannotGoElsewhere):
        services.transfer_temporarily(actor=officer, member=member, to=None, on=MARCH, now=NOW)
    services.return_home(actor=officer, member=member, on=MAY, now=NOW)
    assert queries.list_cell_members(organization_id=other.pk, on=MAY) == []
    assert rows_of(member)[-1] == (cell.name, "official", "probationary", MAY, None, "")
    with pytest.raises(NotElsewhere):
        services.return_home(actor=officer, member=member, on=MAY, now=NOW)


def test_coming_back_from_outside_the_program(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    Member.objects.filter(pk=member.pk).update(official_on=date(2020, 1, 1))
    services.transfer_temporarily(actor=secretary, member=member, to=None, on=MARCH, now=NOW)
    services.return_home(actor=secretary, member=member, on=MAY, now=NOW)
    assert [row[2] for row in rows_of(member)] == ["official", "elsewhere", "official"]


def test_moving_for_good_to_the_place_of_the_stay(officer: Actor, cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    services.transfer(actor=officer, member=member, to=other, on=MAY, now=NOW)
    (here,) = queries.list_cell_members(organization_id=other.pk, on=MAY)
    assert (here.temporary, here.standing) == (False, "official")
    assert queries.list_cell_members(organization_id=cell.pk, on=MAY) == []


def test_leaving_ends_everything_and_coming_back_begins_anew(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    make_post(member, cell)
    services.leave(actor=secretary, member=member, ending=Ending.MOVED_OUT, on=MARCH, decision="12-QĐ/ĐU", now=NOW)
    assert rows_of(member)[0][4:] == (MARCH, "moved_out")
    assert Post.objects.get().valid_to == MARCH
    again = partial(
        services.join_cell,
        actor=secretary,
        member=member,
        organization=cell,
        kind=MembershipKind.OFFICIAL,
        standing=Standing.OFFICIAL,
        now=NOW,
    )
    with pytest.raises(OutOfOrder):
        again(on=MARCH - timedelta(1))
    again(on=MAY)
    with pytest.raises(AlreadyMember):
        again(on=MAY)


def test_a_guest_from_outside_leaves_too(secretary: Actor, cell: Organization) -> None:
    guest = make_member(cell=cell, kind=MembershipKind.TEMPORARY)
    services.leave(actor=secretary, member=guest, ending=Ending.MOVED_OUT, on=MARCH, now=NOW)
    assert queries.list_cell_members(organization_id=cell.pk, on=MARCH) == []


def test_one_secretary_at_a_time(officer: Actor, cell: Organization) -> None:
    old_user, new_user = make_user("Cũ"), make_user("Mới")
    old, new = make_member("Vàng A Tủa", cell=cell, user=old_user), make_member(cell=cell, user=new_user)
    grant_role(old_user, Role.SECRETARY, cell)
    give = partial(services.give_post, actor=officer, organization=cell, kind=PostKind.SECRETARY, now=NOW)
    give(member=old, on=MARCH)
    give(member=new, on=TODAY)
    holder = queries.secretary_on(cell.pk, TODAY)
    assert holder is not None
    assert holder.member_id == new.pk
    assert actor_of(new_user).may(Permission.MINUTES_APPROVE, cell.path)
    assert not actor_of(old_user).may(Permission.MINUTES_APPROVE, cell.path)
    with pytest.raises(OutOfOrder):
        give(member=old, on=MAY)


def test_a_secretary_names_a_deputy_but_hands_on_no_secretarys_rights(secretary: Actor, cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    give = partial(services.give_post, actor=secretary, organization=cell, member=member, now=NOW)
    give(kind=PostKind.DEPUTY_SECRETARY, on=MARCH)
    assert actor_of(user).may(Permission.MEETINGS_PREPARE, cell.path)
    post = give(kind=PostKind.SECRETARY, on=TODAY)
    assert Post.objects.filter(valid_to=None).get() == post
    assert not actor_of(user).may(Permission.MINUTES_APPROVE, cell.path)


def test_who_cannot_hold_a_post(secretary: Actor, cell: Organization, other: Organization) -> None:
    young = make_member("Vàng Thị Mỷ", cell=cell, standing=Standing.PROBATIONARY)
    stranger = make_member("X", cell=other)
    for member in (young, stranger):
        with pytest.raises(CannotHoldPost):
            services.give_post(
                actor=secretary, member=member, organization=cell, kind=PostKind.GROUP_HEAD, on=MARCH, now=NOW
            )


def test_a_post_ends_once(secretary: Actor, cell: Organization) -> None:
    post = make_post(make_member(cell=cell), cell, PostKind.GROUP_HEAD)
    services.end_post(actor=secretary, post=post, on=MARCH, now=NOW)
    with pytest.raises(PostEnded):
        services.end_post(actor=secretary, post=post, on=MAY, now=NOW)


def test_a_duplicate_gives_what_the_record_lacks(officer: Actor, cell: Organization, other: Organization) -> None:
    keep, drop = make_member(cell=cell, valid_from=MAY), make_member(cell=cell, valid_from=MAY)
    make_membership(drop, other, valid_from=date(2020, 1, 1), valid_to=MARCH)
    Member.objects.filter(pk=drop.pk).update(card_number="77", phone="0912345678", religion="Không")
    Member.objects.filter(pk=keep.pk).update(phone="0987654321")
    merged = services.merge_members(actor=officer, keep=keep, drop=drop, now=NOW)
    assert (merged.card_number, merged.phone, merged.religion) == ("77", "0987654321", "Không")
    assert [(row[0], row[3]) for row in rows_of(keep)] == [(other.name, date(2020, 1, 1)), (cell.name, MAY)]
    assert rows_of(drop) == []
    assert drop not in Member.objects.visible_to(officer)


def test_what_merging_refuses(officer: Actor, secretary: Actor, cell: Organization, other: Organization) -> None:
    keep, drop = make_member(cell=cell, user=make_user()), make_member(cell=other, user=make_user())
    with pytest.raises(SameRecord):
        services.merge_members(actor=officer, keep=keep, drop=keep, now=NOW)
    with pytest.raises(NotAllowed):
        services.merge_members(actor=secretary, keep=keep, drop=drop, now=NOW)
    with pytest.raises(TwoAccounts):
        services.merge_members(actor=officer, keep=keep, drop=drop, now=NOW)


def test_an_account_is_opened_with_its_role_and_first_code(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    user, code = services.open_account(actor=secretary, member=member, now=NOW)
    assert len(code) == 8
    assert actor_of(user).may(Permission.MEETINGS_READ, cell.path)
    with pytest.raises(HasAccount):
        services.open_account(actor=secretary, member=member, now=NOW)


def test_a_further_code_tells_the_member(secretary: Actor, cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    services.issue_member_code(actor=secretary, member=member, lost_phone=True, now=NOW)
    assert Notification.objects.get().user == user
    with pytest.raises(NoAccount):
        services.issue_member_code(actor=secretary, member=make_member("X", cell=cell), now=NOW)


def test_an_account_is_one_persons(officer: Actor, cell: Organization) -> None:
    user = make_user()
    services.link_user(actor=officer, member=make_member(cell=cell), user=user, now=NOW)
    with pytest.raises(AccountTaken):
        services.link_user(actor=officer, member=make_member("X", cell=cell), user=user, now=NOW)


def test_members_follow_a_merged_cell(cell: Organization, other: Organization, committing: Committing) -> None:
    member = make_member(cell=cell)
    make_post(member, cell)
    with committing():
        publish_on_commit(OrganizationMerged(cell.pk, other.pk, MAY, NOW))
    assert rows_of(member) == [
        (cell.name, "official", "official", date(2024, 1, 1), MAY, "unit_changed"),
        (other.name, "official", "official", MAY, None, ""),
    ]
    assert Post.objects.get().valid_to == MAY
    assert queries.count_residents(cell.pk, MAY) == 0
