"""The bank of comments grows by use: what somebody says well once, others may say again (G13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.core.typed import require_line, take_line
from nennep.organizations.models import Organization
from nennep.visits.choices import COMMENT_LIMIT, TEXT_LIMIT, Verb
from nennep.visits.importers.comments import read_comments
from nennep.visits.models import CommentBankEntry
from nennep.visits.queries.comments import bank_of, find_keeper


class CommentEmpty(DomainError):
    code = "comment_empty"
    message = _("Hãy ghi câu góp ý muốn giữ lại.")
    field = "text"


@dataclass(frozen=True, slots=True)
class NewComment:
    """What is offered to the bank: words, a good example, the group of the score sheet it helps (empty: none)."""

    text: str
    example: str = ""
    topic: str = ""


def keep_comment(*, actor: Actor, cell: Organization, comment: NewComment, now: datetime) -> CommentBankEntry:
    """Keep a comment for everybody who attends cells of the unit above `cell`. The same words are one comment.

    Raises CommentEmpty, TextTooLong, NotAllowed (needs advice.write on the cell).
    """
    actor.require(Permission.ADVICE_WRITE, cell.path)
    words = require_line(comment.text, CommentEmpty, limit=COMMENT_LIMIT, field="text")
    example = take_line(comment.example, limit=TEXT_LIMIT, field="example")
    with transaction.atomic():
        known = {fold(entry.text): entry for entry in bank_of(cell).select_for_update(of=("self",)).order_by("-pk")}
        if same := known.get(fold(words)):
            return same
        entry = CommentBankEntry.objects.create(
            text=words,
            example=example,
            topic=comment.topic,
            organization=find_keeper(cell),
            created_at=now,
        )
        target = Target("visits.commentbankentry", str(entry.public_id), unit_path=cell.path)
        record(Verb.COMMENT_KEPT, actor=actor, target=target, now=now)
    return entry


def count_uses(*, actor: Actor, cell: Organization, texts: Iterable[str], now: datetime) -> int:
    """Comments that were given just now rise in the bank; how many of them stood there.

    One that came with the program gets its row when it is given for the first time.
    """
    actor.require(Permission.ADVICE_WRITE, cell.path)
    said = {fold(text) for text in texts}
    with transaction.atomic():
        kept = {fold(entry.text): entry.pk for entry in bank_of(cell)}
        new = [row for row in read_comments() if fold(row.text) in said - set(kept)]
        CommentBankEntry.objects.bulk_create(
            CommentBankEntry(text=row.text, example=row.example, topic=row.topic, uses=1, created_at=now) for row in new
        )
        ids = [pk for text, pk in kept.items() if text in said]
        return len(new) + CommentBankEntry.objects.filter(pk__in=ids).update(uses=F("uses") + 1)
