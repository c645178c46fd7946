"""Papers of ratings: kept as they stood when the result was told, and who took one."""

from datetime import datetime

from django.utils.timezone import localdate

from nennep.audit.services import Target, record
from nennep.classification.models import Rating, UnitReview
from nennep.classification.queries.doors import target_of
from nennep.core.access import Actor
from nennep.core.frozen import hash_content, to_canonical, write_content
from nennep.core.permissions import Permission
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


def note_round_paper_taken(*, actor: Actor, review: UnitReview, paper: str, form: Form, now: datetime) -> None:
    """Somebody took a list of a unit in a round."""
    unit = review.organization
    actor.require(Permission.RATINGS_READ, unit.path)
    target = Target("classification.unitreview", str(review.public_id), unit.name, unit.path)
    details = {"paper": paper, "form": form.value}
    record(Verb.RATING_PAPER_TAKEN, actor=actor, target=target, now=now, details=details)
