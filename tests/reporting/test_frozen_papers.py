"""What was approved prints the same for ever, whoever is called what, sits where and holds which post since."""

from datetime import date, datetime
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.frozen import hash_content
from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind
from nennep.members.models import Member, Post
from nennep.members.services import give_post
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import move_organization, rename_organization
from nennep.records.models import MinutesVersion
from nennep.records.queries.minutes import build_minutes
from nennep.records.rules.corrections import MinutesChanges
from nennep.records.services.corrections import correct_minutes
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import find_paper
from nennep.reporting.renderers.papers import Revision, Signature
from nennep.reporting.renderers.word import render_paper
from tests.factories.core import VIETNAM
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 3)  # of the meeting
LATER = datetime(2026, 12, 15, 9, 0, tzinfo=VIETNAM)
FROZEN = (kinds.MINUTES, kinds.RESOLUTION, kinds.REPORT, kinds.SCORE)


@pytest.fixture
def cell() -> Organization:
    """Its papers are dated at the commune, two levels above."""
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.UPPER_DIRECT)
    return make_unit(parent=make_unit("Đảng bộ Trường THPT Lâm Bình", kind=UnitKind.BASE, parent=commune))


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    """Approved, with a deputy who follows up what was agreed."""
    deputy = make_member("Triệu Văn Sính", cell=cell)
    make_post(deputy, cell, PostKind.DEPUTY_SECRETARY)
    return make_full_month(cell)


def fill(meeting: Meeting, kind: kinds.PaperKind) -> Any:
    return find_paper(actor=Actor.system(), meeting=Meeting.objects.get(pk=meeting.pk), kind=kind)


def print_all(meeting: Meeting) -> dict[str, bytes]:
    return {kind.address: render_paper(fill(meeting, kind)) for kind in FROZEN}


def rename_everybody() -> None:
    for member in Member.objects.order_by("pk"):
        member.full_name = f"{member.full_name} Khác"
        member.save(update_fields=["full_name"])


def promote(cell: Organization, name: str, kind: PostKind) -> None:
    """A post that began on the day of the meeting, written down afterwards."""
    member = Member.objects.get(full_name__startswith=name)
    give_post(actor=Actor.system(), member=member, organization=cell, kind=kind, on=DAY, now=LATER)


def test_papers_of_approved_minutes_stay_the_same_to_the_byte(meeting: Meeting, cell: Organization) -> None:
    before = print_all(meeting)
    promote(cell, "Quan Thị Biên", PostKind.SECRETARY)
    promote(cell, "Hoàng Thị Ngọc Trâm", PostKind.COMMITTEE_MEMBER)
    assert print_all(meeting) == before
    rename_everybody()
    assert print_all(meeting) == before
    Post.objects.all().delete()
    assert print_all(meeting) == before


def test_the_head_says_where_the_cell_stood_on_the_day(meeting: Meeting, cell: Organization) -> None:
    before = print_all(meeting)
    ward = make_unit("Đảng bộ phường Minh Xuân", kind=UnitKind.UPPER_DIRECT)
    elsewhere = make_unit("Đảng bộ Bệnh viện", kind=UnitKind.BASE, parent=ward)
    changes: dict[str, Any] = {"actor": Actor.system(), "on": date(2026, 12, 1), "reason": "Sáp nhập", "now": LATER}
    rename_organization(organization=cell, name="Chi bộ Tổ dân phố 7", **changes)
    move_organization(organization=Organization.objects.get(pk=cell.pk), parent=elsewhere, **changes)
    assert print_all(meeting) == before


def test_a_draft_says_who_leads_until_it_is_approved(meeting: Meeting, cell: Organization) -> None:
    meeting.minutes_versions.all().delete()
    promote(cell, "Quan Thị Biên", PostKind.SECRETARY)
    assert fill(meeting, kinds.REPORT).signature == Signature("T/M CHI BỘ", "BÍ THƯ", "Quan Thị Biên")
    assert fill(meeting, kinds.MINUTES).sitting.chair_post == ""


def test_a_correction_leaves_the_posts_as_they_were(meeting: Meeting, cell: Organization) -> None:
    promote(cell, "Quan Thị Biên", PostKind.SECRETARY)
    rename_everybody()
    correct_minutes(
        actor=Actor.system(), meeting=meeting, changes=MinutesChanges(conclusion="Xong"), reason="Nhầm", now=LATER
    )
    minutes, resolution = fill(meeting, kinds.MINUTES), fill(meeting, kinds.RESOLUTION)
    assert minutes.minutes.conclusion == "Xong"
    said = ("Kết luận của người chủ trì: Làm mương trước 20/11. → Xong",)
    assert minutes.revisions == (Revision(1, LATER.date(), "Nhầm", said),)
    assert (minutes.sitting.chair, minutes.sitting.chair_post) == ("Ma Công Lập", "Bí thư Chi bộ")
    assert resolution.signature == Signature("T/M CHI BỘ", "BÍ THƯ", "Ma Công Lập")
    assert resolution.follow_up == "Triệu Văn Sính, Phó bí thư"


def test_minutes_that_kept_no_posts_print_those_of_their_day(meeting: Meeting) -> None:
    """As earlier programs approved and hashed them: the frozen content stays as it is."""
    version = meeting.minutes_versions.get()
    content = {key: value for key, value in version.content.items() if key != "leaders"}
    MinutesVersion.objects.filter(pk=version.pk).update(content=content, sha256=hash_content(content))
    minutes, resolution = fill(meeting, kinds.MINUTES), fill(meeting, kinds.RESOLUTION)
    assert (minutes.sitting.chair, minutes.sitting.chair_post) == ("Ma Công Lập", "Bí thư Chi bộ")
    assert resolution.signature == Signature("T/M CHI BỘ", "BÍ THƯ", "Ma Công Lập")
    assert all(print_all(meeting).values())


@pytest.mark.parametrize(
    ("posts", "signature"),
    [
        ([PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY], ("T/M CHI BỘ", "BÍ THƯ", "Ma Công Lập")),
        ([PostKind.DEPUTY_SECRETARY], ("T/M CHI BỘ", "PHÓ BÍ THƯ", "Triệu Văn Sính")),
        ([PostKind.SECRETARY, PostKind.COMMITTEE_MEMBER], ("", "BÍ THƯ", "Ma Công Lập")),
        ([PostKind.GROUP_HEAD], ("T/M CHI BỘ", "BÍ THƯ", "")),
    ],
    ids=["secretary", "deputy", "committee", "nobody"],
)
def test_the_secretary_signs_or_else_the_deputy(
    meeting: Meeting, cell: Organization, posts: list[PostKind], signature: tuple[str, str, str]
) -> None:
    """Who signs is what the day's posts say; a cell without a committee signs for itself."""
    Post.objects.all().delete()
    meeting.minutes_versions.all().delete()
    holders = {PostKind.SECRETARY: "Ma Công Lập", PostKind.DEPUTY_SECRETARY: "Triệu Văn Sính"}
    for kind in posts:
        make_post(Member.objects.get(full_name=holders.get(kind, "Quan Thị Biên")), cell, kind)
    assert fill(meeting, kinds.REPORT).signature == Signature(*signature)


def test_without_a_named_chair_the_minutes_name_the_secretary(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(chair=None)
    content = build_minutes(actor=Actor.system(), meeting=Meeting.objects.get(pk=meeting.pk))
    assert content.leaders is not None
    assert (content.chair, content.leaders.chair_post) == ("Ma Công Lập", "Bí thư Chi bộ")
