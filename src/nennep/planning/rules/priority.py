"""Which cells need a visit more than others: each sign with its points and the fact beside it (issue: priorities come from data)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.wording import say_decimal
from nennep.planning.rules.settings import HIGHEST_PRIORITY, Weights

FALL = 5.0  # ours: points by which the newest scores must lie under the ones before
LONG_MONTHS = 6  # ours: without a visit
MANY_PETITIONS = 3  # ours


@dataclass(frozen=True, slots=True)
class Signs:
    """What the records say of a cell. Scores are means of three months, 0 to 100, None without any.

    `fair_from`: the lowest score that the cell's rules call fair (`score.levels`); `months_without_visit` None: no visit is
    known at all.
    """

    fair_from: int
    score: float | None = None
    score_before: float | None = None
    months_without_visit: int | None = None
    is_weak: bool = False
    is_remote: bool = False
    open_petitions: int = 0


@dataclass(frozen=True, slots=True)
class PriorityReason:
    """One sign of need: how many points it adds and why, in words."""

    points: int
    words: str


def find_reasons(signs: Signs, weights: Weights) -> tuple[PriorityReason, ...]:
    """The signs that hold for a cell, those with most points first; signs without weight are left out."""
    found = [
        _poor(signs, weights.poor_score),
        _falling(signs, weights.falling_score),
        _unvisited(signs, weights.long_without_visit),
        PriorityReason(weights.weak, _("Trong danh sách cần củng cố")) if signs.is_weak else None,
        PriorityReason(weights.remote, _("Vùng sâu, đi lại khó")) if signs.is_remote else None,
        _petitions(signs, weights.open_petitions),
    ]
    reasons = [reason for reason in found if reason is not None and reason.points > 0]
    return tuple(sorted(reasons, key=lambda reason: -reason.points))


def measure_priority(reasons: Sequence[PriorityReason]) -> int:
    """1 for every cell, and the points of what holds for it."""
    return min(HIGHEST_PRIORITY, 1 + sum(reason.points for reason in reasons))


def _poor(signs: Signs, points: int) -> PriorityReason | None:
    if signs.score is None or signs.score >= signs.fair_from:
        return None
    return PriorityReason(
        points, _("Điểm sinh hoạt ba tháng gần đây chỉ %(score)s") % {"score": say_decimal(signs.score)}
    )


def _falling(signs: Signs, points: int) -> PriorityReason | None:
    if signs.score is None or signs.score_before is None or signs.score_before - signs.score < FALL:
        return None
    numbers = {"before": say_decimal(signs.score_before), "now": say_decimal(signs.score)}
    return PriorityReason(points, _("Điểm giảm từ %(before)s xuống %(now)s") % numbers)


def _unvisited(signs: Signs, points: int) -> PriorityReason | None:
    months = signs.months_without_visit
    if months is None:
        return PriorityReason(points, _("Chưa thấy lần nào có cán bộ về dự"))
    if months < LONG_MONTHS:
        return None
    return PriorityReason(
        points,
        ngettext("%(count)s tháng chưa có cán bộ về dự", "%(count)s tháng chưa có cán bộ về dự", months)
        % {"count": months},
    )


def _petitions(signs: Signs, points: int) -> PriorityReason | None:
    count = signs.open_petitions
    if count < MANY_PETITIONS:
        return None
    words = ngettext("%(count)s kiến nghị chưa xong", "%(count)s kiến nghị chưa xong", count) % {"count": count}
    return PriorityReason(points, words)
