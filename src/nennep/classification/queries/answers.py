"""Figures that people gave beside the records, and the year in words as the form begins with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.classification.choices import RatingFigure, SubjectKind
from nennep.classification.models import Rating
from nennep.classification.queries.facts import YearFacts, read_facts, read_recorded
from nennep.classification.rules.figures import MovedFigure, list_stale


@dataclass(frozen=True, slots=True)
class AddedFigure:
    """A figure that people gave, beside what the records say (None: nothing); `moved`: these were others when it was given."""

    label: str
    said: int
    recorded: int | None
    moved: MovedFigure | None = None


def list_added(rating: Rating, facts: YearFacts) -> tuple[AddedFigure, ...]:
    recorded = read_recorded(facts)
    moved = {one.figure: one for one in list_stale(rating.answers, rating.answers_beside, recorded)}
    return tuple(
        AddedFigure(str(one.label), rating.answers[one], recorded.get(one), moved.get(one))
        for one in RatingFigure
        if one in rating.answers
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the records say of the tasks of one rating, by figure (`read_recorded`), and whether discipline has to be asked for."""

    recorded: dict[str, int]
    asks_discipline: bool


def find_asked(rating: Rating, *, today: date) -> Asked:
    """Discipline is asked of collectives alone, and not where a recorded case says it."""
    facts = read_facts(campaign=rating.campaign, ratings=[rating], today=today)[rating.pk]
    return Asked(read_recorded(facts), SubjectKind(rating.kind).is_collective and not facts.disciplined)


def read_answers(rating: Rating) -> dict[str, Any]:
    """The answers as the form takes them."""
    said = dict(rating.answers)
    if "disciplined" in said:
        said["disciplined"] = "yes" if said["disciplined"] else "no"
    return said | {"reason": rating.answers_reason}


def say_year(rating: Rating, facts: YearFacts) -> str:
    """The year as records know it, in sentences that the writer corrects."""
    duties = facts.duties
    lines = []
    if duties.total:
        lines.append(
            _(
                "Nhiệm vụ được giao trong %(period)s: %(total)s; hoàn thành %(done)s, trong đó chậm %(late)s, vượt yêu cầu %(exceeded)s."
            )
            % {
                "period": _("quý") if rating.campaign.quarter else _("năm"),
                "total": duties.total,
                "done": duties.done,
                "late": duties.late,
                "exceeded": duties.exceeded,
            }
        )
    if rating.member_id and facts.called:
        lines.append(
            ngettext(
                "Dự %(attended)s trong %(called)s kỳ sinh hoạt.",
                "Dự %(attended)s trong %(called)s kỳ sinh hoạt.",
                facts.called,
            )
            % {"attended": facts.attended, "called": facts.called}
        )
        lines += [
            ngettext(
                "Trong đó ở %(cell)s: dự %(attended)s trong %(called)s kỳ.",
                "Trong đó ở %(cell)s: dự %(attended)s trong %(called)s kỳ.",
                cell.called,
            )
            % {"cell": cell.name, "attended": cell.attended, "called": cell.called}
            for cell in facts.cells
        ]
    if facts.praised:
        lines.append(
            ngettext("Được biểu dương %(count)s lần.", "Được biểu dương %(count)s lần.", facts.praised)
            % {"count": facts.praised}
        )
    if facts.visits_owed is not None:
        lines.append(
            ngettext(
                "Dự sinh hoạt chi bộ %(done)s lần, phải dự %(owed)s lần.",
                "Dự sinh hoạt chi bộ %(done)s lần, phải dự %(owed)s lần.",
                facts.visits_done,
            )
            % {"done": facts.visits_done, "owed": facts.visits_owed}
        )
    return "\n".join(lines)
