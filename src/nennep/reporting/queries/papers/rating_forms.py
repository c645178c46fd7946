"""Papers of one rating: the review forms 01, 2A, 2B and 2C, the own rating (05), the decision of a re-rating (03)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.utils.timezone import localdate

from nennep.classification.choices import COMMON_MAX, RESULTS_MAX, FormSection, RatedForm, RatingLevel, Side
from nennep.classification.models import Campaign, Rating, Verdict
from nennep.classification.queries.dossiers import Dossier
from nennep.classification.rules import KeptRules
from nennep.core.errors import NotFound
from nennep.core.wording import lower_start, say_date
from nennep.members.models import Member
from nennep.members.queries import PostHolder
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.policies.choices import PolicyKey
from nennep.policies.rules import PointItem
from nennep.records.queries.leaders import make_leaders
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.rating_facts import (
    DutyDoneLine,
    make_duty_line,
    say_facts,
    say_facts_beside,
    say_led,
)
from nennep.reporting.renderers.papers import Letterhead, Signature
from nennep.reporting.renderers.wording import format_symbol
from nennep.reporting.rules.papers import find_place, name_committee


@dataclass(frozen=True, slots=True)
class PointLine:
    """A line of the sheet of points; `points` None where only sums were given."""

    title: str
    maximum: int
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SideLine:
    """What one side said; nothing while it has not. `document` by which it was decided, with its day."""

    common: Decimal | None = None
    results: Decimal | None = None
    level: str = ""
    document: str = ""

    @property
    def total(self) -> Decimal | None:
        """Of 100; None while one of the two is not given."""
        return None if self.common is None or self.results is None else self.common + self.results


@dataclass(frozen=True, slots=True)
class WrittenParts:
    """The parts in words; an empty one is left to be written by hand."""

    merits: str = ""
    duties: str = ""
    pledge: str = ""
    building: str = ""
    leading: str = ""
    faults: str = ""
    mended: str = ""
    explained: str = ""
    responsibility: str = ""
    plans: str = ""


@dataclass(frozen=True, slots=True)
class MemberReviewPaper:
    """Bản kiểm điểm cá nhân, Mẫu 2A, 2B or 2C: filled with the year, to be corrected and signed on paper.

    `facts` are the year's tasks, attendance, praise and visits in sentences; `leads` with what a leader (2A) adds. `period`: a
    year or a quarter, in a word.
    """

    template: ClassVar = "rating_member"
    letterhead: Letterhead
    subject: str
    form: str
    name: str
    born: str = ""
    post: str = ""
    cell: str = ""
    leads: bool = False
    period: str = "năm"
    said: WrittenParts = field(default_factory=WrittenParts)
    facts: tuple[str, ...] = ()
    tasks: tuple[DutyDoneLine, ...] = ()
    points: tuple[PointLine, ...] = ()
    common_max: int = COMMON_MAX
    results_max: int = RESULTS_MAX
    own: SideLine = field(default_factory=SideLine)
    proposed: SideLine = field(default_factory=SideLine)
    decided: SideLine = field(default_factory=SideLine)
    signature: Signature = field(default_factory=Signature)
    above: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class CollectiveReviewPaper:
    """Báo cáo kiểm điểm tập thể, Mẫu 01, with the annex of the year's tasks; `led` says what the group answered for."""

    template: ClassVar = "rating_collective"
    letterhead: Letterhead
    subject: str
    name: str
    said: WrittenParts = field(default_factory=WrittenParts)
    facts: tuple[str, ...] = ()
    led: tuple[str, ...] = ()
    tasks: tuple[DutyDoneLine, ...] = ()
    points: tuple[PointLine, ...] = ()
    common_max: int = COMMON_MAX
    results_max: int = RESULTS_MAX
    own: SideLine = field(default_factory=SideLine)
    proposed: SideLine = field(default_factory=SideLine)
    decided: SideLine = field(default_factory=SideLine)
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class OwnRatingPaper:
    """Phiếu tự đánh giá, xếp loại of a quarter or a year, Mẫu 05."""

    template: ClassVar = "rating_own"
    letterhead: Letterhead
    subject: str
    name: str
    post: str = ""
    cell: str = ""
    facts: tuple[str, ...] = ()
    tasks: tuple[DutyDoneLine, ...] = ()
    points: tuple[PointLine, ...] = ()
    common_max: int = COMMON_MAX
    results_max: int = RESULTS_MAX
    own: SideLine = field(default_factory=SideLine)
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class ReratingPaper:
    """Quyết định xếp loại lại, Mẫu 03. `grounds` are the documents by which the round was run."""

    template: ClassVar = "rating_anew"
    letterhead: Letterhead
    subject: str
    body: str
    who: str
    period: str
    grounds: tuple[str, ...] = ()
    reason: str = ""
    former: SideLine = field(default_factory=SideLine)
    new: SideLine = field(default_factory=SideLine)
    told: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)


def build_review(dossier: Dossier, head: Letterhead) -> MemberReviewPaper | CollectiveReviewPaper:
    """The form that the rating has, with all that the records and the sides say of it."""
    return _build_member(dossier, head) if dossier.rating.member_id else _build_collective(dossier, head)


def _build_member(dossier: Dossier, head: Letterhead) -> MemberReviewPaper:
    rating, member = dossier.rating, _member_of(dossier.rating)
    form = RatedForm(rating.form)
    return MemberReviewPaper(
        letterhead=head,
        subject=say_period(rating.campaign),
        form=f"Mẫu {form.value}",
        name=member.full_name,
        born=say_born(member),
        post=say_posts(dossier.posts, member.pk),
        cell=rating.organization.name,
        leads=form == RatedForm.LEADER,
        period="quý" if rating.campaign.quarter else "năm",
        said=_read_parts(dossier.texts),
        facts=tuple(say_facts_beside(dossier)),
        tasks=tuple(make_duty_line(one) for one in dossier.tasks),
        points=tuple(_list_points(dossier)),
        own=read_side(dossier.sides.get(Side.SELF)),
        proposed=read_side(dossier.sides.get(Side.PROPOSED)),
        decided=read_side(dossier.sides.get(Side.DECIDED)),
        signature=sign_for_cell(dossier),
        above=sign_above(rating.campaign.organization),
    )


def _build_collective(dossier: Dossier, head: Letterhead) -> CollectiveReviewPaper:
    rating = dossier.rating
    unit = rating.organization
    signature = parts.build_signature(make_leaders(dossier.posts)) if unit.is_cell else sign_above(unit)
    return CollectiveReviewPaper(
        letterhead=replace(head, symbol=format_symbol(None, "BC", "CB" if unit.is_cell else "ĐU")),
        subject=f"{lower_start(str(rating.subject))} {say_period(rating.campaign)}",
        name=rating.subject,
        said=_read_parts(dossier.texts),
        facts=tuple(say_facts_beside(dossier)),
        led=tuple(say_led(dossier.led)),
        tasks=tuple(make_duty_line(one) for one in dossier.tasks),
        points=tuple(_list_points(dossier)),
        own=read_side(dossier.sides.get(Side.SELF)),
        proposed=read_side(dossier.sides.get(Side.PROPOSED)),
        decided=read_side(dossier.sides.get(Side.DECIDED)),
        signature=signature,
    )


def build_own_rating(dossier: Dossier, head: Letterhead) -> OwnRatingPaper:
    """What a member says of their own quarter or year, task by task."""
    rating, member = dossier.rating, _member_of(dossier.rating)
    return OwnRatingPaper(
        letterhead=head,
        subject=say_period(rating.campaign),
        name=member.full_name,
        post=say_posts(dossier.posts, member.pk),
        cell=rating.organization.name,
        facts=tuple(say_facts(dossier)),
        tasks=tuple(make_duty_line(one) for one in dossier.tasks),
        points=tuple(_list_points(dossier)),
        own=read_side(dossier.sides.get(Side.SELF)),
        signature=sign_for_cell(dossier),
    )


def build_rerating(dossier: Dossier, former: Verdict | None) -> ReratingPaper:
    """The decision by which it was rated anew: what held before, what holds now, why."""
    rating = dossier.rating
    unit, on = rating.campaign.organization, rating.rerating_on or localdate()
    head = make_committee_head(unit, on, rating.rerating_number)
    who = f"đồng chí {rating.subject}, {rating.organization.name}" if rating.member_id else str(rating.subject)
    new = dossier.sides.get(Side.DECIDED)
    return ReratingPaper(
        letterhead=head,
        subject="xếp loại lại chất lượng",
        body=head.issuer.upper(),
        who=who,
        period=say_period(rating.campaign),
        grounds=list_grounds(rating.campaign.rules),
        reason=new.reason if new else "",
        former=read_side(former),
        new=read_side(new),
        told=tuple(filter(None, (rating.organization.name, f"đồng chí {rating.subject}" if rating.member_id else ""))),
        signature=sign_above(unit),
    )


def sign_for_cell(dossier: Dossier) -> Signature:
    """Who signs what the cell says of a member: of the secretary nobody signs of themselves.

    The deputy does then, or whoever chaired while the secretary was reviewed (rules.md §4.7), whose name is written by hand.
    """
    leaders = make_leaders(dossier.posts, deputy_signs=dossier.rating.is_head)
    if dossier.rating.is_head and not leaders.deputy:
        return Signature("T/M CHI BỘ", "NGƯỜI CHỦ TRÌ HỘI NGHỊ")
    return replace(parts.build_signature(leaders), on_behalf="T/M CHI BỘ")


def make_committee_head(unit: Organization, on: date, symbol: str = "", kind: str = "QĐ") -> Letterhead:
    """A committee decides and reports, not its unit. `symbol` as it was given; without one there is room to write it."""
    head = parts.build_unit_letterhead(unit, on, f"Số {symbol}" if symbol else format_symbol(None, kind, "ĐU"))
    return replace(head, issuer=name_committee(head.issuer), place=find_place([head.issuer]) or head.place)


def sign_above(unit: Organization) -> Signature:
    """Who signs for a unit above cells: its committee at the base, the standing committee further up."""
    group = "T/M ĐẢNG ỦY" if unit.kind == UnitKind.BASE else "T/M BAN THƯỜNG VỤ"
    return Signature(group if not unit.is_cell else "T/M CHI BỘ", "BÍ THƯ")


def say_period(campaign: Campaign) -> str:
    """`năm 2026`, `quý 3 năm 2026`."""
    return f"quý {campaign.quarter} năm {campaign.year}" if campaign.quarter else f"năm {campaign.year}"


def say_born(member: Member) -> str:
    """The day where it is known, else the year."""
    return say_date(member.born_on) if member.born_on else str(member.born_year or "")


def say_posts(posts: tuple[PostHolder, ...], member_id: int) -> str:
    """The posts of one member in the unit: `Bí thư, Chi ủy viên`."""
    return ", ".join(str(post.kind.label) for post in posts if post.member_id == member_id)


def list_grounds(rules: KeptRules) -> tuple[str, ...]:
    """The documents that a level rests on, each once: without articles and notes, without the one on what is commended."""
    sources = (one for one in rules.sources if one.key != PolicyKey.RATING_COMMENDED_YEARS)
    return tuple(dict.fromkeys(one.document.partition(", ")[0] for one in sources))


def _list_points(dossier: Dossier) -> Iterator[PointLine]:
    """The lines of the sheet for this form, where the unit's rules have one."""
    sheets = dossier.rating.campaign.rules.sheets
    sheet = sheets.for_form(dossier.rating.form) if sheets else None
    said = dossier.sides.get(Side.SELF)
    given = said.items if said else {}
    lines: tuple[PointItem, ...] = (*sheet.common, *sheet.results) if sheet else ()
    for line in lines:
        yield PointLine(line.title, line.maximum, Decimal(given[line.code]) if line.code in given else None)


def _read_parts(texts: Mapping[FormSection, str]) -> WrittenParts:
    return WrittenParts(**{section.value: texts.get(section, "") for section in FormSection})


def read_side(verdict: Verdict | None) -> SideLine:
    """What a side said, in words; all empty while it has said nothing."""
    if verdict is None:
        return SideLine()
    day = f" ngày {say_date(verdict.document_on)}" if verdict.document_on else ""
    return SideLine(
        common=verdict.common,
        results=verdict.results,
        level=str(RatingLevel(verdict.level).label) if verdict.level else "",
        document=f"{verdict.document_number}{day}" if verdict.document_number else "",
    )


def _member_of(rating: Rating) -> Member:
    if rating.member is None:  # a paper of members alone
        raise NotFound
    return rating.member
