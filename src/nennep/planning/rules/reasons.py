"""What stands in the way of officials and cells that lack visits, in words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nennep.planning.choices import Mode
from nennep.planning.rules.plan import PlacedVisit, Unmet
from nennep.planning.rules.problem import Cell, Official, VisitProblem

MONTHS = range(1, 13)
UNASSIGNED = gettext_noop("Không đồng chí nào được phân công địa bàn có chi bộ này.")
MOST = gettext_noop(
    "Với những ngày không bận và mức tối đa %(limit)d buổi mỗi tháng, cả năm dự được nhiều nhất %(most)d buổi."
)
TAKEN = gettext_noop("Cả năm có %(count)d buổi sinh hoạt, buổi nào cũng đã có đồng chí dự.")
FULL = gettext_noop("Các đồng chí được phân công địa bàn đều đã theo dõi đủ %(limit)d chi bộ.")


@dataclass(frozen=True)
class Picture:
    """A problem and its plan, with what the reasons look up again and again."""

    problem: VisitProblem
    visits: Sequence[PlacedVisit]

    @cached_property
    def by_official(self) -> Counter[str]:
        return Counter(visit.official for visit in self.visits)

    @cached_property
    def by_cell(self) -> Counter[str]:
        return Counter(visit.cell for visit in self.visits)

    @cached_property
    def attended(self) -> set[tuple[str, date]]:
        return {(visit.cell, visit.date) for visit in self.visits}

    @cached_property
    def followers(self) -> dict[str, set[str]]:
        """By cell, the officials who visit it."""
        return _group((visit.cell, visit.official) for visit in self.visits)

    @cached_property
    def followed(self) -> dict[str, set[str]]:
        """By official, the cells they visit."""
        return _group((visit.official, visit.cell) for visit in self.visits)


def _group(pairs: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return groups


def explain_unmet(problem: VisitProblem, visits: Sequence[PlacedVisit]) -> tuple[Unmet, ...]:
    """Officials, then cells, that have fewer visits than their minimum, each with what stands in the way."""
    picture = Picture(problem, visits)
    officials = [
        Unmet(official.min_visits - picture.by_official[official.id], explain_official(picture, official), official.id)
        for official in problem.officials
        if picture.by_official[official.id] < official.min_visits
    ]
    cells = [
        Unmet(cell.min_visits - picture.by_cell[cell.id], explain_cell(picture, cell), cell=cell.id)
        for cell in problem.cells
        if picture.by_cell[cell.id] < cell.min_visits
    ]
    return (*officials, *cells)


def explain_official(picture: Picture, official: Official) -> str:
    """The narrowest limit first: area, meetings, days, months, and what others have taken at last."""
    cells = [cell for cell in picture.problem.cells if official.covers(cell.id)]
    days = {day for cell in cells for day in cell.meetings}
    free = {day for day in days if official.is_free(day)}
    if not cells:
        return _("Không có chi bộ nào trong địa bàn được giao (đã trừ các chi bộ không được phân công).")
    if not days:
        return _("Không có buổi sinh hoạt nào trong địa bàn được giao.")
    if not free:
        return _("Bận vào tất cả các ngày có sinh hoạt trong địa bàn được giao.")
    if official.max_per_month == 0:
        return _("Mức tối đa mỗi tháng là 0 buổi.")
    most = sum(min(official.max_per_month, sum(day.month == month for day in free)) for month in MONTHS)
    if most < official.min_visits:
        return _(MOST) % {"limit": official.max_per_month, "most": most}
    return _explain_crowded_official(picture)


def _explain_crowded_official(picture: Picture) -> str:
    if picture.problem.mode == Mode.FOLLOWER:
        return _("Các chi bộ còn lại trong địa bàn đã có đồng chí khác theo dõi, hoặc đã theo dõi đủ số chi bộ tối đa.")
    return _("Các buổi còn dự được đều đã có đồng chí khác, hoặc trùng ngày với buổi khác.")


def explain_cell(picture: Picture, cell: Cell) -> str:
    """The narrowest limit first: meetings, officials of the area, their days, their limits at last."""
    officials = [official for official in picture.problem.officials if official.covers(cell.id)]
    open_days = [day for day in cell.meetings if picture.problem.joint_visits or (cell.id, day) not in picture.attended]
    if not cell.meetings:
        return _("Chi bộ không có buổi sinh hoạt nào trong năm.")
    if not officials:
        return _(UNASSIGNED)
    if not open_days:
        return _(TAKEN) % {"count": len(cell.meetings)}
    if not any(official.is_free(day) for official in officials for day in open_days):
        return _("Các đồng chí được phân công địa bàn đều bận vào những ngày chi bộ sinh hoạt.")
    if picture.problem.mode == Mode.FOLLOWER:
        return _explain_unfollowed_cell(picture, cell, officials)
    return _("Các đồng chí dự được đều đã đủ mức tối đa trong tháng, hoặc đã dự chi bộ khác vào ngày đó.")


def _explain_unfollowed_cell(picture: Picture, cell: Cell, officials: Sequence[Official]) -> str:
    limit = picture.problem.max_cells_per_official
    followers = picture.followers.get(cell.id, set())
    if len(followers) > 1:
        return _("Đã có hai đồng chí trở lên dự chi bộ này, nên không ai là người theo dõi duy nhất.")
    if followers:
        return _("Đồng chí theo dõi chi bộ không còn ngày nào dự thêm được.")
    if all(len(picture.followed.get(official.id, ())) >= limit for official in officials):
        return _(FULL) % {"limit": limit}
    return _("Các đồng chí còn theo dõi thêm được đều không còn ngày phù hợp.")


def say_again(why: str) -> str:
    """A reason that was stored with its plan, in the language of whoever reads it; its numbers stay."""
    for words in (MOST, TAKEN, FULL):
        found = re.fullmatch(re.sub(r"%\\\((\w+)\\\)d", r"(?P<\1>\\d+)", re.escape(words)), why)
        if found:
            return _(words) % {name: int(number) for name, number in found.groupdict().items()}
    return _(why) if why else why
