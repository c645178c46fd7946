"""A unit and a person with one row of every kind behind them are merged: what the successor has, what its pages show.

Every reference that is declared needs its row here, so that a new one is tried end to end as well.
"""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.audit.models import Reading
from nennep.classification.choices import ListedKind
from nennep.classification.models import ListedCase, Rating, UnitReview
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.core.origins import Origin
from nennep.core.references import list_references
from nennep.documents.models import Distribution, Document, NumberSequence
from nennep.meetings.models import Advice, AgendaItem, MeetingRoutine, NoticeReply, Premeeting, ThemePlan
from nennep.members.choices import MembersMerged
from nennep.members.models import ImportFile, Member
from nennep.members.queries import list_file_readings
from nennep.members.services import merge_members
from nennep.notifications.models import Delivery
from nennep.notifications.queries import list_deliveries_of
from nennep.organizations.choices import OrganizationMerged, SuccessionKind, UnitKind
from nennep.organizations.models import FormerCellType, Organization, OrganizationPeriod, PlannedChange, Succession
from nennep.organizations.services import merge_organization
from nennep.petitions.choices import StepKind, WorkList
from nennep.petitions.models import OutsideBody, PetitionStep, PetitionSum, PracticeThanks, SavedView
from nennep.planning.models import Absence, CellTraits, PlanWish, VisitPlan
from nennep.reporting.models import Attention, CellMonth, ChangedMonth, IssuedPetitionReport, UnitMonth
from nennep.room.models import Remark, ReservedOpinion, RollCallEntry, SecretBallot, Speech, TellerCount
from nennep.visits.models import CommentBankEntry
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.classification import make_campaign, make_rating
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.meetings import make_meeting
from tests.factories.members import make_member, make_membership, make_post
from tests.factories.organizations import make_term, make_unit
from tests.factories.petitions import make_petition, make_practice
from tests.factories.policies import make_pack
from tests.factories.to_come import mark_in_book, plan_post, plan_transfer, stand_in, take_over_book, take_over_meeting
from tests.factories.visits import assign, hold_office, make_opinion, make_report, make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
UNIT, PERSON = "organizations.Organization", "members.Member"
ON = date(2026, 11, 2)
DECEMBER = date(2026, 12, 1)


def other_cell() -> Organization:
    return make_unit("Chi bộ thôn Bản Kè")


def make_paper(unit: Organization, title: str = "Bản tin tháng 11") -> Document:
    return Document.objects.create(organization=unit, title=title, created_at=NOW)


def send_paper(paper: Document, since: Organization, to: Organization) -> Distribution:
    return Distribution.objects.create(document=paper, from_unit=since, to_unit=to, sent_at=NOW)


def plan_visits(unit: Organization) -> VisitPlan:
    return VisitPlan.objects.create(organization=unit, year=2027, created_at=NOW)


def keep_archive(unit: Organization, ended: Organization) -> None:
    Organization.objects.filter(pk=ended.pk).update(closed_on=date(2025, 1, 1), kept_by=unit)


def plan_rename(unit: Organization, target: Organization | None = None) -> PlannedChange:
    facts = {"kind": "rename", "on": date(2027, 1, 1), "details": {"name": "Tên mới"}, "said": "Đổi tên"}
    return PlannedChange.objects.create(organization=unit, target=target, planned_at=NOW, **facts)


def step(unit: Organization, to: Organization) -> PetitionStep:
    petition = make_petition(other_cell(), "Cột điện")
    return PetitionStep.objects.create(petition=petition, kind=StepKind.PASSED_ON, unit=unit, to=to, at=NOW)


def rated_in(unit: Organization, **fields: Organization) -> Rating:
    campaign = make_campaign(make_unit("Đảng bộ xã Thử", kind=UnitKind.BASE), year=2025)
    return make_rating(campaign, unit, make_member(), **fields)


def conclude(unit: Organization, deciding: Organization | None = None) -> ListedCase:
    facts: dict[str, Any] = {"kind": ListedKind.BREACH, "document_number": "9-KL/UBKT", "by_name": "Người thử"}
    return ListedCase.objects.create(
        breach_unit=unit, deciding_unit=deciding, year=2025, document_on=date(2025, 6, 1), **facts
    )


UNIT_ROWS: dict[str, Callable[[Organization], object]] = {
    "classification.Campaign.organization": lambda unit: make_campaign(unit, year=2024),
    "classification.UnitReview.organization": lambda unit: UnitReview.objects.create(
        campaign=make_campaign(make_unit(kind=UnitKind.BASE)), organization=unit
    ),
    "classification.Rating.organization": rated_in,
    "classification.Rating.former_unit": lambda unit: rated_in(unit, former_unit=unit),
    "classification.Rating.temporary_unit": lambda unit: rated_in(unit, temporary_unit=unit),
    "classification.ListedCase.breach_unit": conclude,
    "classification.ListedCase.deciding_unit": lambda unit: conclude(unit, unit),
    "accounts.RoleGrant.organization": lambda unit: grant_role(make_user("Ma Công Lập"), Role.SECRETARY, unit),
    "organizations.Organization.kept_by": lambda unit: keep_archive(unit, make_unit("Chi bộ thôn Bản Thàng")),
    "organizations.Ancestry.unit": lambda unit: unit.above.get(distance=0),
    "organizations.Ancestry.ancestor": lambda unit: unit.below.get(distance=0),
    "organizations.OrganizationPeriod.organization": lambda unit: unit.periods.get(),
    "organizations.OrganizationPeriod.parent": lambda unit: OrganizationPeriod.objects.create(
        organization=make_unit("Tổ đảng cũ", kind=UnitKind.GROUP, closed_on=date(2025, 1, 1)),
        name="Tổ đảng cũ",
        kind=UnitKind.GROUP,
        parent=unit,
        valid_from=date(2019, 1, 1),
        valid_to=date(2020, 1, 1),
    ),
    "organizations.Succession.predecessor": lambda unit: Succession.objects.create(
        predecessor=unit, successor=other_cell(), kind=SuccessionKind.SPLIT, happened_on=date(2025, 1, 1)
    ),
    "organizations.Succession.successor": lambda unit: Succession.objects.create(
        predecessor=other_cell(), successor=unit, kind=SuccessionKind.SPLIT, happened_on=date(2025, 1, 1)
    ),
    "organizations.FormerCellType.organization": lambda unit: FormerCellType.objects.create(
        organization=unit, until=date(2026, 1, 1)
    ),
    "organizations.Term.organization": make_term,
    "organizations.PlannedChange.organization": plan_rename,
    "organizations.PlannedChange.target": lambda unit: plan_rename(other_cell(), target=unit),
    "policies.PolicyPack.organization": lambda unit: make_pack({}, organization=unit),
    "notifications.Delivery.organization": lambda unit: Delivery.objects.create(organization=unit),
    "members.Membership.organization": lambda unit: make_member("Lò Thị Hoa", cell=unit),
    "members.Post.organization": lambda unit: make_post(make_member("Hà Văn Mới"), unit),
    "members.StandIn.organization": stand_in,
    "members.PlannedPost.organization": plan_post,
    "members.PlannedTransfer.organization": plan_transfer,
    "room.PastImport.organization": take_over_book,
    "room.PastMeeting.organization": take_over_meeting,
    "members.ImportFile.organization": lambda unit: ImportFile.objects.create(
        organization=unit, uploaded_by=make_user(), uploaded_at=NOW, name="danh-sach.xlsx"
    ),
    "documents.Document.organization": make_paper,
    "documents.Distribution.from_unit": lambda unit: send_paper(make_paper(unit), unit, other_cell()),
    "documents.Distribution.to_unit": lambda unit: send_paper(
        make_paper(other_cell(), "Công văn đến"), other_cell(), unit
    ),
    "documents.NumberSequence.organization": lambda unit: NumberSequence.objects.create(organization=unit),
    "duties.Duty.organization": lambda unit: make_duty(unit, make_member(), "Phát quang đường", due_on=DECEMBER),
    "duties.FormerDueDate.organization": lambda unit: make_duty(unit, make_member(), due_on=DECEMBER).former_due_dates.create(
        organization=unit, due_on=date(2026, 9, 30), until=date(2026, 10, 6)
    ),
    "petitions.Petition.organization": make_petition,
    "petitions.Petition.holder": lambda unit: make_petition(other_cell(), "Xin ngói lợp", holder=unit),
    "petitions.PetitionStep.unit": lambda unit: step(unit, other_cell()),
    "petitions.PetitionStep.to": lambda unit: step(other_cell(), unit),
    "petitions.OutsideBody.unit": lambda unit: OutsideBody.objects.create(
        unit=unit, name="Điện lực Lâm Bình", valid_from=TODAY
    ),
    "petitions.Practice.unit": lambda unit: make_practice(other_cell(), unit=unit),
    "petitions.Practice.cell": lambda unit: make_practice(unit, unit=other_cell()),
    "petitions.PracticeThanks.cell": lambda unit: PracticeThanks.objects.create(
        practice=make_practice(other_cell()), cell=unit, at=NOW
    ),
    "petitions.PetitionSum.unit": lambda unit: PetitionSum.objects.create(
        unit=unit, group="field", tally="raised", day=date(2026, 10, 1), key="other", number=1
    ),
    "petitions.SavedView.unit": lambda unit: SavedView.objects.create(
        unit=unit, user=make_user(), name="Quá hạn", listed=WorkList.OVERDUE
    ),
    "petitions.SavedView.cell": lambda unit: SavedView.objects.create(
        unit=other_cell(), cell=unit, user=make_user(), name="Của chi bộ", listed=WorkList.OVERDUE
    ),
    "reporting.IssuedPetitionReport.organization": lambda unit: IssuedPetitionReport.objects.create(
        organization=unit, span="2026-q3", number=1, content={}, sha256="", issued_at=NOW
    ),
    "meetings.MeetingRoutine.organization": lambda unit: MeetingRoutine.objects.create(
        organization=unit, starts_at=time(19, 30)
    ),
    "meetings.Meeting.organization": make_meeting,
    "meetings.ThemePlan.organization": lambda unit: ThemePlan.objects.create(
        organization=unit, month=DECEMBER, title="Nước sạch"
    ),
    "meetings.Advice.organization": lambda unit: Advice.objects.create(
        organization=unit, text="Ghi rõ ai làm gì", given_on=ON, given_by_name="Hà Thị Thu"
    ),
    "visits.CommentBankEntry.organization": lambda unit: CommentBankEntry.objects.create(
        organization=unit, text="Nêu gương", created_at=NOW
    ),
    "visits.OfficeHolding.organization": lambda unit: hold_office(make_user(), unit),
    "visits.Assignment.organization": lambda unit: assign(make_user("Lương Quốc Hưng"), unit),
    "visits.VisitOpinion.passed_to": lambda unit: make_opinion(
        make_report(make_visit(make_user(), other_cell())), passed_to=unit
    ),
    "visits.Visit.cell": lambda unit: make_visit(make_user(), unit, on=DECEMBER),
    "planning.VisitPlan.organization": plan_visits,
    "planning.PlanWish.cell": lambda unit: PlanWish.objects.create(
        plan=plan_visits(other_cell()), kind="forbid_cell", official=make_user(), cell=unit
    ),
    "planning.Absence.organization": lambda unit: Absence.objects.create(
        organization=unit, official=make_user(), first_day=TODAY, last_day=TODAY
    ),
    "planning.CellTraits.organization": lambda unit: CellTraits.objects.create(organization=unit, is_remote=True),
    "reporting.ChangedMonth.organization": lambda unit: ChangedMonth.objects.create(
        organization=unit, month=date(2026, 10, 1)
    ),
    "reporting.Attention.organization": lambda unit: Attention.objects.create(
        organization=unit, kind="not_met", level=1, since=TODAY, found_at=NOW
    ),
    "reporting.CellMonth.organization": lambda unit: CellMonth.objects.create(
        organization=unit, month=date(2026, 10, 1), folded_at=NOW
    ),
    "reporting.UnitMonth.organization": lambda unit: UnitMonth.objects.create(
        organization=unit, month=date(2026, 10, 1), folded_at=NOW
    ),
}  # fmt: skip
GOES_ON = {
    "organizations.Organization.kept_by",
    "members.Membership.organization",
    "documents.Distribution.to_unit",
    "duties.Duty.organization",
    "petitions.Petition.organization",
    "petitions.Petition.holder",
    "petitions.OutsideBody.unit",
    "petitions.Practice.unit",
    "petitions.SavedView.unit",
    "petitions.SavedView.cell",
    "meetings.ThemePlan.organization",
    "meetings.Advice.organization",
    "visits.CommentBankEntry.organization",
    "visits.Assignment.organization",
    "planning.Absence.organization",
}
# What the merger itself writes: what went on as what, the course of each petition.
IS_TOLD = {"organizations.Succession.successor", "petitions.PetitionStep.to", "reporting.ChangedMonth.organization"}


def meeting_of() -> Any:
    return make_meeting(other_cell())


def count_ballot(member: Member) -> None:
    ballot = SecretBallot.objects.create(
        meeting=meeting_of(), subject="Việc", issued=3, first_teller=make_member(), second_teller=member, started_at=NOW
    )
    TellerCount.objects.create(ballot=ballot, teller=member, in_favour=3, entered_at=NOW)


def lead_ballot(member: Member) -> None:
    SecretBallot.objects.create(
        meeting=meeting_of(), subject="Việc", issued=3, first_teller=member, second_teller=make_member(), started_at=NOW
    )


def speak(member: Member) -> None:
    item = AgendaItem.objects.create(meeting=meeting_of(), position=1, title="Nước sạch", presenter=member)
    Speech.objects.create(item=item, member=member, first_at=NOW, last_at=NOW)


def stand_in_meeting(member: Member) -> None:
    meeting = meeting_of()
    meeting.chair = meeting.minute_taker = member
    meeting.save()
    entry = {"standing": "official", "counted": True, "votes": True}
    RollCallEntry.objects.create(meeting=meeting, member=member, **entry)
    NoticeReply.objects.create(meeting=meeting, member=member, answer="coming", at=NOW)
    Remark.objects.create(meeting=meeting, member=member, kind="praise", text="Đi đầu")
    ReservedOpinion.objects.create(meeting=meeting, member=member, text="Chưa nên", at=NOW)
    Premeeting.objects.create(meeting=meeting, held_at=NOW).present.add(member)
    ThemePlan.objects.create(organization=meeting.organization, month=DECEMBER, title="Nước sạch", author=member)


def belong(member: Member) -> None:
    cell = other_cell()
    make_membership(member, cell)
    make_post(member, cell)
    make_duty(cell, member, "Phát quang đường", due_on=DECEMBER)
    make_duty(cell, make_member(cell=cell), "Dọn vệ sinh", helpers=[member], due_on=DECEMBER)
    make_petition(cell, raised_by=member).askers.create(member=make_member(cell=cell))
    make_petition(cell, "Xin ngói lợp").askers.create(member=member)
    stand_in(cell, member)
    plan_post(cell, member)
    plan_transfer(cell, member)
    mark_in_book(cell, member)
    Member.objects.filter(pk=make_member("Lò thuý Kiều").pk).update(merged_into=member)


def be_told_and_read(member: Member) -> None:
    Delivery.objects.create(person_id=str(member.public_id), person_name=member.full_name, channel="print")
    Reading.objects.create(
        at=NOW, subject_kind="members.member", subject_id=str(member.public_id), part="Phần riêng tư"
    )


def be_rated(member: Member) -> None:
    commune = make_unit("Đảng bộ xã Thử", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ đã xếp loại", parent=commune)
    make_rating(make_campaign(commune, year=2025), cell, member)
    ListedCase.objects.filter(pk=conclude(cell).pk).update(member=member)


PERSON_ROWS = (belong, stand_in_meeting, speak, lead_ballot, count_ballot, be_told_and_read, be_rated)
STAYS = {"audit.Reading.subject_id"}  # nothing of the trail is rewritten


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def ending(commune: Organization) -> Organization:
    unit = make_unit("Chi bộ thôn Thử Một", parent=commune)
    for make in UNIT_ROWS.values():
        make(unit)
    return unit


@pytest.fixture
def heir(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Thử Hai", parent=commune)


@pytest.fixture
def drop() -> Member:
    member = make_member("Lò Thuý Kiều")
    for make in PERSON_ROWS:
        make(member)
    return member


def pointing_at(target: str, pk: int) -> set[str]:
    """The references by which something points at this row."""
    return {
        one.name
        for one in list_references(target)
        if one.column.model._base_manager.filter(**{one.column.attname: one.key(pk)}).exists()
    }


def merge(ending: Organization, heir: Organization) -> None:
    merge_organization(actor=SYSTEM, organization=ending, successor=heir, on=ON, reason="Sáp nhập thôn", now=NOW)


def test_a_row_of_every_kind_stands_behind_the_unit_and_the_person(ending: Organization, drop: Member) -> None:
    names = {target: {one.name for one in list_references(target)} for target in (UNIT, PERSON)}
    assert set(UNIT_ROWS) == names[UNIT]
    assert (pointing_at(UNIT, ending.pk), pointing_at(PERSON, drop.pk)) == (names[UNIT], names[PERSON])


def test_the_successor_has_what_goes_on_and_the_books_stay(ending: Organization, heir: Organization) -> None:
    before = pointing_at(UNIT, heir.pk)
    merge(ending, heir)
    assert pointing_at(UNIT, heir.pk) - before == GOES_ON | IS_TOLD
    # Dated rows end there and begin anew here; everything else that goes on is here alone.
    left = set(UNIT_ROWS) - GOES_ON | {"members.Membership.organization", "visits.Assignment.organization"}
    assert pointing_at(UNIT, ending.pk) == left


def test_the_kept_record_has_everything(drop: Member) -> None:
    keep = make_member("Lò Thúy Kiều")
    merge_members(actor=SYSTEM, keep=keep, drop=drop, now=NOW)
    assert pointing_at(PERSON, keep.pk) == {one.name for one in list_references(PERSON)} - STAYS
    assert pointing_at(PERSON, drop.pk) == STAYS


def test_a_member_reads_who_opened_either_of_the_merged_records(drop: Member) -> None:
    keep, user = make_member("Lò Thúy Kiều"), make_user("Lò Thúy Kiều")
    Member.objects.filter(pk=keep.pk).update(user=user)
    merge_members(actor=SYSTEM, keep=keep, drop=drop, now=NOW)
    keep.refresh_from_db()
    readings = list_file_readings(actor=actor_of(user), member=keep)
    assert [reading.part for reading in readings] == ["Phần riêng tư"]


def test_who_got_a_notice_is_the_kept_record(drop: Member) -> None:
    """The list of receivers of one meeting asks by the kept record's id."""
    origin = Origin("meetings.meeting", "x")
    Delivery.objects.filter(person_id=str(drop.public_id)).update(origin_kind=origin.kind, origin_id=origin.id)
    keep = make_member("Lò Thúy Kiều")
    merge_members(actor=SYSTEM, keep=keep, drop=drop, now=NOW)
    assert list(list_deliveries_of(origin=origin)) == [str(keep.public_id)]


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("petitions:show_cell", "Sửa cầu Nà Khà"),
        ("petitions:show_unit", "Xin ngói lợp"),
        ("duties:show_cell", "Phát quang đường"),
        ("documents:list_incoming", "Công văn đến"),
        ("members:list", "Lò Thị Hoa"),
        ("meetings:show_themes", "Nước sạch"),
        ("organizations:show_unit", "Chi bộ thôn Thử Một"),
    ],
)
def test_the_successors_secretary_sees_it(
    ending: Organization, heir: Organization, client: Client, page: str, shown: str
) -> None:
    secretary = make_user("Ma Đình Phúc")
    grant_role(secretary, Role.SECRETARY, heir)
    merge(ending, heir)
    client.force_login(secretary)
    answer = client.get(reverse(page, args=[heir.public_id]))
    assert (answer.status_code, shown in answer.content.decode()) == (200, True)


# ── all of it or nothing ──────────────────────────────────────────────────────


class KilledError(BaseException):
    """What ends a process ends no transaction in an orderly way."""


@pytest.fixture
def _killed_at_the_last_follower(monkeypatch: pytest.MonkeyPatch) -> None:
    """After everything else has followed, figures included."""
    monkeypatch.setattr(events, "_handlers", {kind: list(rows) for kind, rows in events._handlers.items()})

    def kill(_event: object) -> None:
        raise KilledError

    subscribe(OrganizationMerged)(kill)
    subscribe(MembersMerged)(kill)


def snapshot() -> dict[str, list[Any]]:
    """Every row of every table that may follow, and of the trail."""
    tables = {one.column.model for one in list_references()}
    return {table._meta.label: list(table._base_manager.order_by("pk").values()) for table in tables}


@pytest.mark.usefixtures("_killed_at_the_last_follower")
def test_of_an_interrupted_merger_of_units_nothing_is_kept(ending: Organization, heir: Organization) -> None:
    before = snapshot()
    with pytest.raises(KilledError):
        merge(ending, heir)
    assert snapshot() == before
    assert Organization.objects.get(pk=ending.pk).closed_on is None


@pytest.mark.usefixtures("_killed_at_the_last_follower")
def test_of_an_interrupted_merger_of_records_nothing_is_kept(drop: Member) -> None:
    keep = make_member("Lò Thúy Kiều")
    before = snapshot()
    with pytest.raises(KilledError):
        merge_members(actor=SYSTEM, keep=keep, drop=drop, now=NOW)
    assert snapshot() == before
