"""Decisions are carried out from their declaration: what follows, what stays, what ends (on rows of several contexts)."""

from datetime import date

import pytest

from nennep.accounts.choices import Role
from nennep.core.references import ByService, Change, Ended, Ends, Follows, Reference, Stays
from nennep.documents.models import Distribution
from nennep.duties.models import Duty
from nennep.members.models import Post
from nennep.organizations.models import Organization
from nennep.planning.models import CellTraits
from nennep.visits.models import OfficeHolding
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.documents import make_document
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_membership, make_post
from tests.factories.organizations import make_unit
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


RECEIVER = Reference("documents.Distribution.to_unit").column


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
    column, own = Reference("planning.CellTraits.organization").column, make_unit("Chi bộ thôn Thử Ba")
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
    column = Reference("members.Membership.member").column
    assert Follows().carry_out(column, ended(drop.pk, keep.pk)) == moved


def test_a_helper_is_followed_in_the_table_between(former: Organization) -> None:
    keep, drop, other = (make_member(name, cell=former) for name in ("Kiều", "Kiểu", "Páo"))
    both, one = make_duty(former, other, helpers=[keep, drop]), make_duty(former, other, helpers=[drop])
    column = Reference("duties.Duty.helpers").column
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
    Ends().carry_out(Reference("members.Post.organization").column, ended(former.pk, None))
    assert Post.objects.get().valid_to == last


@pytest.mark.parametrize(("since", "last"), [(date(2026, 11, 1), ON), (ON, date(2026, 11, 3))])
def test_an_office_was_held_for_a_day_at_least(former: Organization, since: date, last: date) -> None:
    hold_office(make_user(), former, valid_from=since)
    column = Reference("visits.OfficeHolding.organization").column
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
