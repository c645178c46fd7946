"""Papers of a unit in a round: minutes of the review, list of the dossier (Mẫu 04), the summary upward with the check of the cap."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar

from nennep.classification.choices import (
    CapGroup,
    CommentSource,
    NotRatedReason,
    RatedForm,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
)
from nennep.classification.models import Campaign, Rating, RatingComplaint, UnitReview, Verdict
from nennep.classification.queries.caps import group_of, read_leading
from nennep.classification.queries.dossiers import Dossier
from nennep.classification.rules import check_cap
from nennep.core.wording import lower_start, say_date
from nennep.records.queries.leaders import make_leaders
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.rating_forms import SideLine, read_side, say_period, say_posts, sign_above
from nennep.reporting.renderers.papers import Letterhead, Signature
from nennep.reporting.renderers.wording import format_percent


@dataclass(frozen=True, slots=True)
class VoteLine:
    """What came of one rating at the review: own level, votes of the four columns, what was proposed."""

    name: str
    own: str
    votes: str
    proposed: str


@dataclass(frozen=True, slots=True)
class ReviewMinutesPaper:
    """Biên bản hội nghị kiểm điểm; what nobody wrote down is left to be written by hand."""

    template: ClassVar = "rating_minutes"
    letterhead: Letterhead
    subject: str
    unit: str
    held_on: date | None = None
    base: int | None = None
    chair: str = ""
    chair_post: str = ""
    collectives: tuple[VoteLine, ...] = ()
    members: tuple[VoteLine, ...] = ()
    not_rated: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One sort of document of the dossier, how many there are."""

    title: str
    count: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class DossierPaper:
    """Danh mục hồ sơ kiểm điểm, xếp loại, Mẫu 04."""

    template: ClassVar = "rating_dossier"
    letterhead: Letterhead
    subject: str
    lines: tuple[DossierLine, ...] = ()
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One rating in the summary: who, post, points and levels of the sides.

    `settled` has the points of the decision, before it those of the appraisal; `anew` names the decision of a re-rating.
    """

    name: str
    post: str
    own: SideLine
    proposed: SideLine
    settled: SideLine
    decided: str
    anew: str = ""


@dataclass(frozen=True, slots=True)
class CountLine:
    """`Hoàn thành tốt nhiệm vụ: 37 (63,8%)`."""

    title: str
    number: str


@dataclass(frozen=True, slots=True)
class CapRow:
    """The cap by one way to reckon (a.3): of how many, most allowed, verdict."""

    way: str
    counted: int
    allowed: int
    excellent: int
    verdict: str


@dataclass(frozen=True, slots=True)
class RatingSummaryPaper:
    """Danh sách, tổng hợp kết quả xếp loại of one unit, for the level above."""

    template: ClassVar = "rating_summary"
    letterhead: Letterhead
    subject: str
    collectives: tuple[SummaryLine, ...] = ()
    members: tuple[SummaryLine, ...] = ()
    not_rated: tuple[str, ...] = ()
    counts: tuple[CountLine, ...] = ()
    caps: tuple[CapRow, ...] = ()
    cap_note: str = ""
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A unit in a round with the dossiers of all that is rated in it, and those who are not."""

    review: UnitReview
    dossiers: Sequence[Dossier]
    not_rated: Sequence[Rating]
    head: Letterhead

    @property
    def campaign(self) -> Campaign:
        return self.review.campaign

    @property
    def members(self) -> list[Dossier]:
        return [one for one in self.dossiers if one.rating.member_id]

    @property
    def collectives(self) -> list[Dossier]:
        return [one for one in self.dossiers if not one.rating.member_id]


def build_minutes(year: UnitYear) -> ReviewMinutesPaper:
    """Who was reviewed, by which votes, what was proposed."""
    leaders = make_leaders(year.dossiers[0].posts if year.dossiers else ())
    bases = [one.ballot.base for one in year.dossiers if one.ballot]
    return ReviewMinutesPaper(
        letterhead=year.head,
        subject=f"hội nghị kiểm điểm, đánh giá, xếp loại chất lượng {say_period(year.campaign)}",
        unit=year.review.organization.name,
        held_on=year.review.held_on,
        base=max(bases) if bases else None,
        chair=leaders.default_chair,
        chair_post=leaders.chair_post if leaders.secretary else "",
        collectives=tuple(_make_vote(one) for one in year.collectives),
        members=tuple(_make_vote(one) for one in year.members),
        not_rated=tuple(say_not_rated(one) for one in year.not_rated),
        comments=tuple(dict.fromkeys(_say_comments(year.dossiers))),
    )


def _make_vote(dossier: Dossier) -> VoteLine:
    ballot = dossier.ballot
    votes = ""
    if ballot:
        counts = "; ".join(f"{getattr(ballot, level.value)} {short}" for level, short in _SHORT.items())
        votes = f"{ballot.voters}/{ballot.base}: {counts}"
    own = read_side(dossier.sides.get(Side.SELF))
    return VoteLine(str(dossier.rating.subject), _say_own(own), votes, _level_of(dossier, Side.PROPOSED))


_SHORT = {
    RatingLevel.EXCELLENT: "xuất sắc",
    RatingLevel.GOOD: "tốt",
    RatingLevel.SATISFACTORY: "hoàn thành",
    RatingLevel.UNSATISFACTORY: "không hoàn thành",
}


def _say_own(own: SideLine) -> str:
    total = "" if own.total is None else f"{_say_points(own.total)} điểm"
    return ", ".join(part for part in (total, lower_start(own.level)) if part)


def _say_points(points: Decimal) -> str:
    return f"{points.normalize():f}".replace(".", ",")


def _level_of(dossier: Dossier, side: Side) -> str:
    verdict = dossier.sides.get(side)
    return str(RatingLevel(verdict.level).label) if verdict and verdict.level else ""


def say_not_rated(rating: Rating) -> str:
    """`Vừ A Sính (được miễn công tác và sinh hoạt)`."""
    return f"{rating.subject} ({lower_start(str(NotRatedReason(rating.not_rated).label))})"


def _say_comments(dossiers: Sequence[Dossier]) -> Iterator[str]:
    """Who commented on whom: no word of what they wrote."""
    for dossier in dossiers:
        for comment in dossier.comments:
            yield f"{comment.from_name} nhận xét {dossier.rating.subject}, ngày {say_date(comment.given_on)}"


def build_dossier_list(year: UnitYear) -> DossierPaper:
    """What belongs to the dossier (366-QĐ/TW, Article 17), by what there is."""
    unit = year.review.organization
    signature = parts.build_signature(make_leaders(year.dossiers[0].posts if year.dossiers else ()))
    return DossierPaper(
        letterhead=year.head,
        subject=f"kiểm điểm, đánh giá, xếp loại chất lượng {say_period(year.campaign)}",
        lines=tuple(line for line in _list_files(year) if line.count),
        signature=signature if unit.is_cell else sign_above(unit),
    )


def _list_files(year: UnitYear) -> Iterator[DossierLine]:
    forms = Counter(one.rating.form for one in year.dossiers if one.rating.state != RatingState.OPENED)
    for form in RatedForm:
        title = "Báo cáo kiểm điểm tập thể" if form == RatedForm.COLLECTIVE else "Bản kiểm điểm cá nhân"
        yield DossierLine(f"{title}, Mẫu {form.value}", forms[form.value])
    held = year.review.held_on
    yield DossierLine("Biên bản hội nghị kiểm điểm", int(held is not None), f"ngày {say_date(held)}" if held else "")
    sources = Counter(comment.source for one in year.dossiers for comment in one.comments)
    for source in CommentSource:
        yield DossierLine(f"Ý kiến nhận xét: {lower_start(str(source.label))}", sources[source.value])
    yield DossierLine("Biên bản kiểm phiếu", sum(one.ballot is not None for one in year.dossiers))
    yield DossierLine(
        "Danh sách, tổng hợp đề nghị xếp loại", int(any(Side.PROPOSED in one.sides for one in year.dossiers))
    )
    decisions = [_list_decisions(one) for one in year.dossiers]
    papers = dict.fromkeys(_say_document(said[0]) for said in decisions if said)
    yield DossierLine("Quyết định xếp loại", len(papers), "; ".join(papers))
    mine = RatingComplaint.objects.filter(rating__in=[key for one in year.dossiers for key in one.lineage])
    yield DossierLine("Khiếu nại và trả lời", mine.count())
    anew = [_say_document(verdict) for said in decisions for verdict in said[1:]]
    yield DossierLine("Quyết định xếp loại lại, Mẫu 03", len(anew), "; ".join(dict.fromkeys(anew)))


def _list_decisions(dossier: Dossier) -> list[Verdict]:
    """The first one first; those after it rated anew."""
    decided = dossier.sides.get(Side.DECIDED)
    return [*dossier.former, decided] if decided else []


def _say_document(verdict: Verdict) -> str:
    return f"{verdict.document_number} ngày {say_date(verdict.document_on)}" if verdict.document_on else ""


def build_summary(year: UnitYear) -> RatingSummaryPaper:
    """Everybody with the points and levels of the sides (addendum a.6); the figures; the cap by every way."""
    unit = year.review.organization
    signature = parts.build_signature(make_leaders(year.dossiers[0].posts if year.dossiers else ()))
    return RatingSummaryPaper(
        letterhead=year.head,
        subject=f"kết quả đánh giá, xếp loại chất lượng {say_period(year.campaign)}",
        collectives=tuple(_make_line(one) for one in year.collectives),
        members=tuple(_make_line(one) for one in year.members),
        not_rated=tuple(say_not_rated(one) for one in year.not_rated),
        counts=tuple(_list_counts(year)),
        caps=tuple(_list_caps(year)) if year.members else (),
        cap_note=_say_cap_note(year.review),
        signature=signature if unit.is_cell else sign_above(unit),
    )


def _make_line(dossier: Dossier) -> SummaryLine:
    rating = dossier.rating
    return SummaryLine(
        name=str(rating.subject),
        post=say_posts(dossier.posts, rating.member_id) if rating.member_id else "",
        own=read_side(dossier.sides.get(Side.SELF)),
        proposed=read_side(dossier.sides.get(Side.PROPOSED)),
        settled=read_side(dossier.sides.get(Side.DECIDED) or dossier.sides.get(Side.APPRAISED)),
        decided=_level_of(dossier, Side.DECIDED),
        anew=_say_document(dossier.sides[Side.DECIDED]) if dossier.former else "",
    )


def _last_level(dossier: Dossier) -> str:
    """Decided, else what the last side above the person said."""
    said = (dossier.sides.get(side) for side in Side.from_above())
    return next((one.level for one in said if one), "")


def _list_counts(year: UnitYear) -> Iterator[CountLine]:
    """The figures upward (a.7), of members."""
    if not (year.members or any(one.kind == SubjectKind.MEMBER for one in year.not_rated)):
        return
    reasons = Counter(one.not_rated for one in year.not_rated if one.member_id)
    levels = Counter(_last_level(one) for one in year.members)
    yield CountLine("Tổng số đảng viên", str(len(year.members) + sum(reasons.values())))
    for reason in NotRatedReason.of_text():
        if reasons[reason.value]:
            yield CountLine(f"Không xếp loại: {lower_start(str(reason.label))}", str(reasons[reason.value]))
    yield CountLine("Thuộc diện xếp loại", str(len(year.members)))
    rated = sum(levels[level.value] for level in RatingLevel)
    for level in RatingLevel:
        share = format_percent(levels[level.value], rated)
        yield CountLine(str(level.label), f"{levels[level.value]}{f' ({share})' if share else ''}")
    if rated < len(year.members):
        yield CountLine("Chưa có mức", str(len(year.members) - rated))


def _say_cap_note(review: UnitReview) -> str:
    """Why, and for how many that was said: `Cứu dân trong lũ (cho 2 mục xuất sắc, nhiều nhất 1, tính trên … là 5)`."""
    noted = review.noted
    if not (review.cap_note and noted):
        return review.cap_note
    limit = f"nhiều nhất {noted.allowed}, tính trên {lower_start(str(noted.base.label))} là {noted.counted}"
    return f"{review.cap_note.rstrip('.')} (ghi cho {noted.excellent} mục xuất sắc; {limit})"


def _list_caps(year: UnitYear) -> Iterator[CapRow]:
    """Of those who are alike: members without a leading post on the round's day, whatever form they wrote (`CapGroup`)."""
    leading = read_leading(year.campaign, [year.review.organization_id])
    alike = [one for one in year.members if group_of(one.rating, leading) == CapGroup.MEMBERS]
    levels = Counter(_last_level(one) for one in alike)
    check = check_cap(
        rated=len(alike),
        good=levels[RatingLevel.GOOD.value],
        excellent=levels[RatingLevel.EXCELLENT.value],
        rules=year.campaign.rules,
        outstanding=year.review.outstanding,
    )
    for line in check.lines:
        way = f"{check.percent}% {lower_start(str(line.base.label))}, {lower_start(str(line.rounding.label))}"
        over = check.excellent - line.allowed
        verdict = f"vượt {over}" if over > 0 else "trong mức"
        verdict = "nhóm một người, không tính tỷ lệ" if check.is_alone else verdict
        chosen = " (đang dùng)" if line.is_chosen else ""
        yield CapRow(f"{way}{chosen}", line.counted, line.allowed, check.excellent, verdict)
