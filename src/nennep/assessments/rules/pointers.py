"""What a reader of scores is pointed to, in words: scores that never move, far from the records, texts copied. Pure.

Nothing follows of it by itself: no point is taken, nobody is listed.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.wording import say_decimal

NEVER_MOVED = 4  # scores in a row that are the same to the half point; ours
FAR = Decimal(10)  # points away from what the records propose, up and down together; ours
COPIED_FROM = 20  # letters: a short `Không` may be true twice


def list_pointers(*, scores: Sequence[Decimal], texts: Sequence[str], distance: Decimal) -> tuple[str, ...]:
    """`scores` and `texts` (what is to be mended) of the cell's meetings, oldest first, up to the one that is read."""
    found = []
    same = _count_same(scores)
    if same >= NEVER_MOVED:
        words = ngettext("%(count)s buổi liền cùng một điểm", "%(count)s buổi liền cùng một điểm", same)
        found.append(words % {"count": same})
    if distance >= FAR:
        found.append(_("tự chấm khác sổ sách %(points)s điểm") % {"points": say_decimal(distance)})
    if texts and len(texts[-1]) >= COPIED_FROM and _plain(texts[-1]) in {_plain(text) for text in texts[:-1]}:
        found.append(_("điều phải khắc phục giống hệt một buổi trước"))
    return tuple(found)


def _count_same(scores: Sequence[Decimal]) -> int:
    """How many of the last ones are the same."""
    count = 0
    for score in reversed(scores):
        if score != scores[-1]:
            break
        count += 1
    return count


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .;")
