"""Papers of ratings: kept as they stood when the result was told, and who took one."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.audit.services import Target, record, record_reading
from nennep.classification.models import Rating, UnitReview
from nennep.classification.queries.doors import is_own, target_of
from nennep.core.access import Actor
from nennep.core.frozen import hash_content, to_canonical, write_content
from nennep.core.permissions import Permission
from nennep.core.wording import for_records
from nennep.reporting.choices import Form, Verb
from nennep.reporting.models import IssuedRatingPaper
from nennep.reporting.queries.papers.ratings import build_rating_paper, list_rating_papers


def issue_rating_papers(*, actor: Actor, rating: Rating, now: datetime) -> list[IssuedRatingPaper]:
    """Keep each paper of the rating as the records say it now; what was kept before stays as it is. Returns what is new."""
    actor.require_program()
    known = set(IssuedRatingPaper.objects.filter(rating=rating).values_list("kind", flat=True))
    kept = []
    for kind in list_rating_papers(rating):
        if kind.address not in known:
            content = write_content(build_rating_paper(rating, kind, localdate(now)))
            row = IssuedRatingPaper(rating=rating, kind=kind.address, issued_at=now, sha256=hash_content(content))
            row.content = to_canonical(content)
            row.save()
            kept.append(row)
    return kept


def note_rating_paper_taken(*, actor: Actor, rating: Rating, paper: str, form: Form, now: datetime) -> None:
    """Somebody took a paper about a rating: which, of whom."""
    actor.require(Permission.RATINGS_READ, rating.organization.path)
    details = {"paper": paper, "form": form.value}
    record(Verb.RATING_PAPER_TAKEN, actor=actor, target=target_of(rating), now=now, details=details)


def note_forms_taken(*, actor: Actor, review: UnitReview, ratings: Sequence[Rating], now: datetime) -> None:
    """Somebody took the forms of a unit as one zip: a part of each person's file was opened, but for the own one."""
    unit = review.organization
    actor.require(Permission.RATINGS_READ, unit.path)
    others = [one.member for one in ratings if one.member and not is_own(actor, one)]
    subjects = [Target("members.member", str(member.public_id), "", unit.path) for member in others]
    record_reading(actor=actor, subjects=subjects, part=for_records(lambda: _("Xếp loại")), now=now)
    target = Target("classification.unitreview", str(review.public_id), unit.name, unit.path)
    details = {"paper": "ban-kiem-diem", "count": len(ratings)}
    record(Verb.RATING_PAPER_TAKEN, actor=actor, target=target, now=now, details=details)


def note_round_paper_taken(*, actor: Actor, review: UnitReview, paper: str, form: Form, now: datetime) -> None:
    """Somebody took a list of a unit in a round."""
    unit = review.organization
    actor.require(Permission.RATINGS_READ, unit.path)
    target = Target("classification.unitreview", str(review.public_id), unit.name, unit.path)
    details = {"paper": paper, "form": form.value}
    record(Verb.RATING_PAPER_TAKEN, actor=actor, target=target, now=now, details=details)
