"""The papers of ratings: one entry for each, of one rating (`RatingPaperKind`) or of a unit in a round (`RoundPaperKind`).

What was issued is kept whole and encrypted (`IssuedRatingPaper`): it is read from there, whatever the records say since.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from nennep.classification.choices import NotRatedReason, RatedForm, RatingState, Side
from nennep.classification.models import Campaign, Rating, UnitReview, Verdict
from nennep.classification.queries.doors import is_untold, may_decide, may_propose, may_read_texts
from nennep.classification.queries.dossiers import Dossier, list_round_ratings, list_written_ratings, read_dossiers
from nennep.classification.queries.told import OPEN_TO_SUBJECT
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.frozen import ContentChanged, hash_content, read_content
from nennep.organizations.models import Organization
from nennep.reporting.choices import Form
from nennep.reporting.models import IssuedRatingPaper
from nennep.reporting.queries.papers import parts, rating_forms, rating_lists
from nennep.reporting.queries.papers.rating_lists import UnitYear
from nennep.reporting.renderers.papers import Letterhead
from nennep.reporting.renderers.word import Paper
from nennep.reporting.rules.papers import make_file_name

Kind = TypeVar("Kind")


@dataclass(frozen=True, eq=False)
class RatingPaperKind:
    """One paper of a rating; `address` ends its address. `is_for`: whether a rating has it; `content` is how it is kept."""

    address: str
    label: Promise
    build: Callable[[Dossier, Letterhead], Paper]
    is_for: Callable[[Rating], bool]
    content: Callable[[Rating], type[Any]]


@dataclass(frozen=True, eq=False)
class RoundPaperKind:
    """One paper of a unit in a round."""

    address: str
    label: Promise
    build: Callable[[UnitYear], Paper]


def _build_rerating(dossier: Dossier, _head: Letterhead) -> Paper:
    former = Verdict.objects.filter(rating=dossier.rating.replaces_id, side=Side.DECIDED).first()
    return rating_forms.build_rerating(dossier, former)


def _is_first(rating: Rating) -> bool:
    """The form stays with the rating that it was written for; a re-rating has its decision."""
    return rating.state != RatingState.NOT_RATED and rating.replaces_id is None


def _content_of_review(rating: Rating) -> type[Any]:
    collective = rating.form == RatedForm.COLLECTIVE
    return rating_forms.CollectiveReviewPaper if collective else rating_forms.MemberReviewPaper


REVIEW = RatingPaperKind(
    "ban-kiem-diem", gettext_lazy("Bản kiểm điểm"), rating_forms.build_review, _is_first, _content_of_review
)
OWN = RatingPaperKind(
    "tu-danh-gia",
    gettext_lazy("Phiếu tự đánh giá (Mẫu 05)"),
    rating_forms.build_own_rating,
    lambda rating: _is_first(rating) and rating.member_id is not None,
    lambda _rating: rating_forms.OwnRatingPaper,
)
ANEW = RatingPaperKind(
    "quyet-dinh-xep-loai-lai",
    gettext_lazy("Quyết định xếp loại lại (Mẫu 03)"),
    _build_rerating,
    lambda rating: rating.replaces_id is not None,
    lambda _rating: rating_forms.ReratingPaper,
)
RATING_PAPERS = (REVIEW, OWN, ANEW)

MINUTES = RoundPaperKind("bien-ban-kiem-diem", gettext_lazy("Biên bản hội nghị kiểm điểm"), rating_lists.build_minutes)
DOSSIER = RoundPaperKind("danh-muc-ho-so", gettext_lazy("Danh mục hồ sơ (Mẫu 04)"), rating_lists.build_dossier_list)
SUMMARY = RoundPaperKind("danh-sach-xep-loai", gettext_lazy("Danh sách, tổng hợp xếp loại"), rating_lists.build_summary)
ROUND_PAPERS = (MINUTES, DOSSIER, SUMMARY)


def get_rating_kind(address: str) -> RatingPaperKind:
    """Raises NotFound."""
    return _pick(RATING_PAPERS, address, lambda kind: kind.address)


def get_round_kind(address: str) -> RoundPaperKind:
    """Raises NotFound."""
    return _pick(ROUND_PAPERS, address, lambda kind: kind.address)


def _pick(kinds: Iterable[Kind], address: str, address_of: Callable[[Kind], str]) -> Kind:
    found = next((kind for kind in kinds if address_of(kind) == address), None)
    if found is None:
        raise NotFound
    return found


def find_rating_paper(*, actor: Actor, rating: Rating, kind: RatingPaperKind, today: date) -> Paper:
    """The paper of a rating that has passed its own door, in Vietnamese: as it was issued, else as the records say now.

    Its words are for those alone who may read words about the person. Whoever is rated and was not told yet gets it without what
    was decided, and no decision of a re-rating. Raises NotFound, ContentChanged, ContentUnreadable.
    """
    if not (kind.is_for(rating) and may_read_texts(actor, rating)):
        raise NotFound
    if is_untold(actor, rating):
        if kind is ANEW:
            raise NotFound
        return build_rating_paper(rating, kind, today, sides=OPEN_TO_SUBJECT)
    issued = IssuedRatingPaper.objects.filter(rating=rating, kind=kind.address).first()
    if issued:
        return read_issued(issued, kind, rating)
    return build_rating_paper(rating, kind, today)


def build_rating_paper(
    rating: Rating, kind: RatingPaperKind, today: date, *, sides: Collection[Side] = tuple(Side)
) -> Paper:
    """As the records say now, with what these sides said."""
    with translation.override("vi"):
        found = read_dossiers(campaign=rating.campaign, ratings=[rating], today=today)[0]
        dossier = replace(found, sides={side: said for side, said in found.sides.items() if side in sides})
        return kind.build(dossier, make_head(rating.organization, _day_of(rating, today)))


def build_reviews(*, campaign: Campaign, ratings: Sequence[Rating], today: date) -> Iterator[tuple[Rating, Paper]]:
    """The form of each rating, which passed a door before: as it was issued, else as the records say now.

    Of a re-rating it is the form of the rating that was reviewed, which keeps it. A constant number of queries, one for each
    re-rating in a row, and those of the head of each unit and day.
    """
    ratings = list_written_ratings(ratings)
    issued = {one.rating_id: one for one in IssuedRatingPaper.objects.filter(rating__in=ratings, kind=REVIEW.address)}
    heads: dict[tuple[int, date], Letterhead] = {}
    with translation.override("vi"):
        for dossier in read_dossiers(campaign=campaign, ratings=ratings, today=today):
            rating = dossier.rating
            if rating.pk in issued:
                yield rating, read_issued(issued[rating.pk], REVIEW, rating)
            elif REVIEW.is_for(rating):
                day = _day_of(rating, today)
                key = (rating.organization_id, day)
                heads[key] = heads.get(key) or make_head(rating.organization, day)
                yield rating, REVIEW.build(dossier, heads[key])


def read_issued(issued: IssuedRatingPaper, kind: RatingPaperKind, rating: Rating) -> Paper:
    """What was kept. Raises ContentChanged, ContentUnreadable."""
    content = json.loads(issued.content)
    if hash_content(content) != issued.sha256:
        raise ContentChanged(paper=str(kind.label))
    paper: Paper = read_content(kind.content(rating), content)
    return paper


def _day_of(rating: Rating, today: date) -> date:
    """The day of the paper: that of the review once it was held."""
    return rating.reviewed_on or today


def make_head(unit: Organization, on: date) -> Letterhead:
    """Of a cell its own; of a unit above cells that of its committee. Without a number: form 01 alone has one."""
    head = parts.build_unit_letterhead(unit, on) if unit.is_cell else rating_forms.make_committee_head(unit, on)
    return replace(head, symbol="")


def find_round_paper(*, actor: Actor, review: UnitReview, kind: RoundPaperKind, today: date) -> Paper:
    """The paper of a unit in a round that has passed its own door, in Vietnamese. Raises NotFound where nothing is rated."""
    unit, campaign = review.organization, review.campaign
    with translation.override("vi"):
        ratings = list_round_ratings(actor=actor, campaign=campaign, organization=unit)
        left = Rating.objects.visible_to(actor).filter(
            campaign=campaign, organization=unit, not_rated__in=NotRatedReason.of_text()
        )
        dossiers = read_dossiers(campaign=campaign, ratings=ratings, today=today)
        not_rated = list(left.select_related("member", "organization").order_by("member__name_key", "pk"))
        if not (dossiers or not_rated):
            raise NotFound
        head = make_head(unit, review.held_on if kind is MINUTES and review.held_on else today)
        return kind.build(UnitYear(review, dossiers, not_rated, head))


def build_unit_forms(*, actor: Actor, review: UnitReview, today: date) -> list[tuple[Rating, Paper]]:
    """The forms of all that is rated in a unit, for those who write or decide there. Raises NotFound."""
    unit, campaign = review.organization, review.campaign
    if not (may_propose(actor, unit) or may_decide(actor, unit)):
        raise NotFound
    ratings = list_round_ratings(actor=actor, campaign=campaign, organization=unit)
    if not ratings:
        raise NotFound
    return list(build_reviews(campaign=campaign, ratings=ratings, today=today))


def build_round_forms(*, actor: Actor, campaign: Campaign, today: date) -> list[tuple[str, Rating, Paper]]:
    """The forms of all that is rated in a round, for whoever runs it: each with its name, in the folder of its unit.

    Raises NotFound where nothing is rated.
    """
    ratings = list_round_ratings(actor=actor, campaign=campaign)
    if not ratings:
        raise NotFound
    folders: dict[int, str] = {}
    names: list[tuple[str, Rating, Paper]] = []
    for number, (rating, paper) in enumerate(build_reviews(campaign=campaign, ratings=ratings, today=today), 1):
        unit = rating.organization
        folder = folders.setdefault(unit.pk, make_file_name([f"{len(folders) + 1:03d} {unit.name}"], ""))
        names.append((f"{folder}/{make_file_name([f'{number:04d} {rating.subject}'])}", rating, paper))
    return names


def name_forms_file(review: UnitReview) -> str:
    """`Bản kiểm điểm năm 2026, Chi bộ thôn Nặm Chá.zip`."""
    with translation.override("vi"):
        period = rating_forms.say_period(review.campaign)
        return make_file_name([f"{REVIEW.label} {period}", review.organization.name], ".zip")


def name_rating_file(rating: Rating, kind: RatingPaperKind, form: Form) -> str:
    """`Bản kiểm điểm năm 2026, Lò Văn Bình.docx`."""
    with translation.override("vi"):
        period = rating_forms.say_period(rating.campaign)
        return make_file_name([f"{kind.label} {period}", str(rating.subject)], f".{form}")


def name_round_file(review: UnitReview, kind: RoundPaperKind, form: Form) -> str:
    """`Biên bản hội nghị kiểm điểm năm 2026, Chi bộ thôn Nặm Chá.docx`."""
    with translation.override("vi"):
        period = rating_forms.say_period(review.campaign)
        return make_file_name([f"{kind.label} {period}", review.organization.name], f".{form}")


def list_rating_papers(rating: Rating) -> tuple[RatingPaperKind, ...]:
    """Those that this rating has."""
    return tuple(kind for kind in RATING_PAPERS if kind.is_for(rating))
