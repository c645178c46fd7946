"""Decisions are carried out from their declaration: what follows, what stays, what ends (on rows of several contexts)."""

from datetime import date

import pytest

from nennep.accounts.choices import Role
from nennep.core.findings import Finding
from nennep.core.references import (
    ByService,
    Change,
    Ended,
    Ends,
    Follows,
    Reference,
    Stays,
    find_pointed_at,
    follow,
    follow_again,
    list_references,
)
from nennep.documents.models import Distribution
from nennep.duties.models import Duty
from nennep.members.models import Post
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.models import Petition
from nennep.planning.models import CellTraits
from nennep.visits.models import OfficeHolding
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.documents import make_document
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_membership, make_post
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.visits import hold_office

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)


@pytest.fixture
def former() -> Organization:
    return make_unit("Chi bộ thôn Thử Một")


@pytest.fixture
def heir() -> Organization:
    return make_unit("Chi bộ thôn Thử Hai")


def ended(former_id: int, heir_id: int | None) -> Ended:
    return Ended(Change.MERGED, former_id, heir_id, on=ON, now=NOW)


def distribute(title: str, *units: Organization) -> list[Distribution]:
    user = make_user()
    grant_role(user, Role.SECRETARY, units[0])
    paper = make_document(units[0], actor_of(user), title)
    return [
        Distribution.objects.create(document=paper, from_unit=units[0], to_unit=unit, sent_at=NOW) for unit in units
    ]


RECEIVER = Reference("documents.Distribution.to_unit")


@pytest.mark.parametrize(
    ("decision", "left"),
    [
        (Follows(), [("Bản tin", "Một"), ("Bản tin", "Hai"), ("Công văn", "Hai")]),
        (Follows(drop_doubles=True), [("Bản tin", "Hai"), ("Công văn", "Hai")]),
        (Stays("it says what was then"), [("Bản tin", "Một"), ("Bản tin", "Hai"), ("Công văn", "Một")]),
    ],
    ids=["doubles stay", "doubles go", "all stays"],
)
def test_what_the_successor_has_already_is_not_given_twice(
    former: Organization, heir: Organization, decision: Follows | Stays, left: list[tuple[str, str]]
) -> None:
    distribute("Bản tin", former, heir)
    distribute("Công văn", former)
    decision.carry_out(RECEIVER, ended(former.pk, heir.pk))
    rows = Distribution.objects.order_by("pk").select_related("document", "to_unit")
    assert [(row.document.title, row.to_unit.name.removeprefix("Chi bộ thôn Thử ")) for row in rows] == left


def test_a_one_to_one_row_follows_only_where_there_is_none(former: Organization, heir: Organization) -> None:
    column, own = Reference("planning.CellTraits.organization"), make_unit("Chi bộ thôn Thử Ba")
    CellTraits.objects.create(organization=former, is_remote=True)
    CellTraits.objects.create(organization=own)
    assert Follows().carry_out(column, ended(former.pk, own.pk)) == 0
    assert Follows().carry_out(column, ended(former.pk, heir.pk)) == 1
    assert list(CellTraits.objects.order_by("pk").values_list("organization", flat=True)) == [heir.pk, own.pk]


@pytest.mark.parametrize(
    ("until", "moved"), [(None, 0), (date(2025, 1, 1), 1)], ids=["both open", "the former one has ended"]
)
def test_a_constraint_counts_only_where_its_condition_holds(
    former: Organization, until: date | None, moved: int
) -> None:
    keep, drop = make_member("Lò Thúy Kiều", cell=former), make_member("Lò Thuý Kiều")
    make_membership(drop, former, valid_to=until)
    column = Reference("members.Membership.member")
    assert Follows().carry_out(column, ended(drop.pk, keep.pk)) == moved


def test_a_helper_is_followed_in_the_table_between(former: Organization) -> None:
    keep, drop, other = (make_member(name, cell=former) for name in ("Kiều", "Kiểu", "Páo"))
    both, one = make_duty(former, other, helpers=[keep, drop]), make_duty(former, other, helpers=[drop])
    column = Reference("duties.Duty.helpers")
    assert Follows(drop_doubles=True).carry_out(column, ended(drop.pk, keep.pk)) == 1
    assert [list(duty.helpers.all()) for duty in Duty.objects.filter(pk__in=[both.pk, one.pk])] == [[keep], [keep]]


@pytest.mark.parametrize(
    ("since", "until", "last"),
    [
        (date(2026, 1, 1), None, ON),
        (date(2026, 1, 1), date(2026, 11, 3), ON),
        (date(2026, 1, 1), ON, ON),
        (date(2026, 1, 1), date(2026, 11, 1), date(2026, 11, 1)),
        (ON, None, ON),
        (date(2026, 11, 5), None, date(2026, 11, 5)),
    ],
)
def test_a_post_ends_with_its_unit(former: Organization, since: date, until: date | None, last: date) -> None:
    make_post(make_member(), former, valid_from=since, valid_to=until)
    Ends().carry_out(Reference("members.Post.organization"), ended(former.pk, None))
    assert Post.objects.get().valid_to == last


@pytest.mark.parametrize(("since", "last"), [(date(2026, 11, 1), ON), (ON, date(2026, 11, 3))])
def test_an_office_was_held_for_a_day_at_least(former: Organization, since: date, last: date) -> None:
    hold_office(make_user(), former, valid_from=since)
    column = Reference("visits.OfficeHolding.organization")
    assert [Ends(days=1).carry_out(column, ended(former.pk, None)) for _ in range(2)] == [1, 0]
    assert OfficeHolding.objects.get().valid_to == last


def test_a_service_is_told_what_ended() -> None:
    heard: list[Ended] = []

    def run(one: Ended) -> int:
        heard.append(one)
        return 3

    assert ByService(run).carry_out(RECEIVER, ended(1, 2)) == 3
    assert heard == [ended(1, 2)]


def test_what_has_no_successor_has_no_heir() -> None:
    assert ended(1, 2).heir_id == 2
    with pytest.raises(ValueError, match="no successor"):
        _ = ended(1, None).heir_id


# ── what is declared ──────────────────────────────────────────────────────────


def merge(former: Organization, heir: Organization) -> dict[str, int]:
    return follow("organizations.Organization", ended(former.pk, heir.pk))


def test_references_are_listed_by_what_they_point_at() -> None:
    to_members = [one.name for one in list_references("members.Member")]
    to_units = [one.name for one in list_references("organizations.Organization")]
    assert ("duties.Duty.helpers" in to_members, "duties.Duty.organization" in to_members) == (True, False)
    assert ("duties.Duty.organization" in to_units, "duties.Duty.helpers" in to_units) == (True, False)
    assert {*to_members, *to_units} == {one.name for one in list_references()}
    assert not set(to_members) & set(to_units)
    assert Reference("duties.Duty.helpers").target == "members.Member"


def test_every_reference_of_a_merged_unit_is_followed_and_counted(former: Organization, heir: Organization) -> None:
    for text in ("Sửa cầu", "Lắp đèn"):
        make_petition(former, text)
    make_member("Lò Thị Kiều", cell=former)
    counts = merge(former, heir)
    changed = {name: count for name, count in counts.items() if count}
    assert changed == {"petitions.Petition.organization": 2, "members.Membership.organization": 1}
    assert "petitions.Petition.holder" not in counts  # one service moved both, and is counted once
    assert counts["petitions.PetitionStep.unit"] == 0  # says what was then
    assert {petition.holder for petition in Petition.objects.all()} == {heir}
    assert not any(merge(former, heir).values())


def test_what_an_interruption_left_is_followed_again_and_named(former: Organization, heir: Organization) -> None:
    make_petition(former)
    again = ended(former.pk, heir.pk)
    found = follow_again("organizations.Organization", again)
    assert found == [Finding("petitions.Petition.organization", 1, mended=True)]
    assert follow_again("organizations.Organization", again) == []


def test_a_merger_that_cannot_be_followed_is_undone_logged_and_named(
    former: Organization, caplog: pytest.LogCaptureFixture
) -> None:
    """Its people would go on in a committee, which is no cell."""
    commune = make_unit("Đảng bộ xã Thử", kind=UnitKind.BASE)
    make_petition(former)
    make_member("Hà Văn Mới", cell=former)
    found = follow_again("organizations.Organization", ended(former.pk, commune.pk))
    assert found == [Finding(f"organizations.Organization {former.pk}", 1, mended=False)]
    assert Petition.objects.get().organization == former
    said = f"organizations.Organization {former.pk} could not be followed"
    assert [record.getMessage() for record in caplog.records] == [said]


def test_only_what_is_to_follow_shows_that_a_merger_is_not_done(former: Organization) -> None:
    raiser, elsewhere, alone = (make_member(name) for name in ("Kiều", "Kiểu", "Páo"))
    make_petition(former, raised_by=raiser)
    make_membership(elsewhere, former)
    people = [raiser.pk, elsewhere.pk, alone.pk]
    assert find_pointed_at("members.Member", people) == {raiser.pk, elsewhere.pk}
    assert find_pointed_at("members.Member", people[1:]) == {elsewhere.pk}
    for unit, pointed_at in ((former, {former.pk}), (make_unit("Chi bộ thôn Thử Bốn"), set())):
        assert find_pointed_at("organizations.Organization", [unit.pk]) == pointed_at
