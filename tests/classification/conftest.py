"""A commune with one cell of four, who acts there, and their round of 2026."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from nennep.accounts.models import User
from nennep.classification import services
from nennep.classification.choices import FormSection, RatingLevel, SubjectKind
from nennep.classification.models import Campaign, Rating, UnitReview
from nennep.classification.services import DecisionPaper, Opening, ReviewPaper, Said
from nennep.core.access import Actor, Grant
from nennep.core.permissions import Permission
from nennep.members.choices import PostKind, Standing
from nennep.members.models import Member
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import make_user
from tests.factories.core import VIETNAM, make_actor
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit

REVIEW_DAY = date(2026, 12, 11)
OPENED = datetime(2026, 12, 1, 8, 0, tzinfo=VIETNAM)
NOW = datetime(2026, 12, 14, 8, 0, tzinfo=VIETNAM)
PAPER = DecisionPaper("45-QĐ/ĐU", date(2026, 12, 14))


@dataclass
class RatedVillage:
    """Units, people, who acts; `opened` begins the round."""

    province: Organization
    commune: Organization
    cell: Organization
    head: Member
    deputy: Member
    plain: Member
    exempt: Member
    user: User
    secretary: Actor
    officer: Actor
    board: Actor
    subject: Actor
    outsider: Actor
    campaign: Campaign

    def rating(self, member: Member | None = None, *, kind: SubjectKind = SubjectKind.CELL) -> Rating:
        wanted = {"member": member} if member else {"member": None, "kind": kind, "organization": self.cell}
        rows = Rating.objects.current().select_related("campaign__organization", "organization", "member")
        return rows.get(campaign=self.campaign, **wanted)

    @property
    def review(self) -> UnitReview:
        rows = UnitReview.objects.select_related("campaign__organization", "organization")
        return rows.get(campaign=self.campaign, organization=self.cell)

    def write(self, *ratings: Rating, points: tuple[int, int] = (25, 55)) -> None:
        """Everybody's form, and facts that the records of a test do not have."""
        for rating in ratings:
            common, results = map(Decimal, points)
            paper = ReviewPaper({FormSection.MERITS: "Đã làm tốt"}, common, results, level=RatingLevel.GOOD)
            services.write_paper(actor=self.secretary, rating=rating, paper=paper, now=NOW)
            answers = {"total": 10, "done": 10, "late": 0, "exceeded": 0, "faults": 0}
            services.answer_facts(
                actor=self.secretary, rating=rating, answers=answers, reason="Theo sổ của chi bộ", now=NOW
            )

    def write_base(self) -> None:
        """The form of the commune's committee."""
        rows = Rating.objects.select_related("campaign__organization", "organization", "member")
        group = rows.get(campaign=self.campaign, organization=self.commune, kind=SubjectKind.LEADERSHIP)
        services.write_paper(actor=self.officer, rating=group, paper=ReviewPaper(), now=NOW)

    def reviewed(self) -> None:
        """All forms written, the review held."""
        self.write(*Rating.objects.filter(campaign=self.campaign, organization=self.cell).exclude(state="not_rated"))
        services.hold_review(actor=self.secretary, review=self.review, held_on=REVIEW_DAY, now=NOW)

    def propose(self, rating: Rating, level: RatingLevel = RatingLevel.GOOD, reason: str = "") -> Rating:
        return services.propose(actor=self.secretary, rating=rating, said=Said(level, reason=reason), now=NOW)

    def decide(self, rating: Rating, level: RatingLevel = RatingLevel.GOOD, reason: str = "") -> Rating:
        said = Said(level, reason=reason)
        return services.decide(actor=self.officer, rating=rating, said=said, paper=PAPER, now=NOW)

    def decided_group(self) -> None:
        group = self.rating(kind=SubjectKind.LEADERSHIP)
        self.propose(group)
        self.decide(group)


@pytest.fixture
def village() -> RatedVillage:
    return make_village()


def make_village() -> RatedVillage:
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã Bắc Sơn", kind=UnitKind.BASE, parent=province)
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type="village")
    user = make_user("Lò Văn Bình")
    head, deputy = make_member("Giàng A Páo", cell=cell), make_member("Lò Thị Mẩy", cell=cell)
    plain = make_member("Lò Văn Bình", cell=cell, user=user)
    exempt = make_member("Vừ A Sính", cell=cell, standing=Standing.EXEMPT)
    make_post(head, cell)
    make_post(deputy, cell, PostKind.COMMITTEE_MEMBER)
    officer = Actor(None, "Cán bộ xã", _grants(commune.path, Permission.RATINGS_READ, Permission.RATINGS_DECIDE))
    campaign = services.open_campaign(
        actor=officer, organization=commune, opening=Opening(2026, date(2026, 12, 31)), now=OPENED
    )
    UnitReview.objects.filter(campaign=campaign).update(drafts_sent_on=OPENED.date())
    return RatedVillage(
        province,
        commune,
        cell,
        head,
        deputy,
        plain,
        exempt,
        user,
        secretary=Actor(None, "Bí thư", _grants(cell.path, Permission.RATINGS_READ, Permission.RATINGS_WRITE)),
        officer=officer,
        board=Actor(None, "Ban Tổ chức", _grants(province.path, Permission.RATINGS_READ, Permission.RATINGS_DECIDE)),
        subject=Actor(user.pk, "Lò Văn Bình", frozenset()),
        outsider=make_actor(Permission.RATINGS_WRITE, Permission.RATINGS_DECIDE, path=make_unit(parent=commune).path),
        campaign=campaign,
    )


def _grants(path: str, *permissions: Permission) -> frozenset[Grant]:
    return frozenset(Grant(one, path) for one in permissions)
