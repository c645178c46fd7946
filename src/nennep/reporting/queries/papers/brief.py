"""The brief of a cell as a paper: the same facts as the page, in Vietnamese, on one sheet."""

from dataclasses import dataclass
from typing import ClassVar

from nennep.core.wording import format_month, lower_start, say_date, say_moment, say_percent, say_points
from nennep.reporting.queries.brief import Brief
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import Letterhead, TopicLine
from nennep.reporting.renderers.wording import strip_stop
from nennep.reporting.rules.brief import BriefFacts, ResolutionFact


@dataclass(frozen=True, slots=True)
class BriefPaper:
    """Tóm tắt tình hình chi bộ: one sheet. A topic is a line in bold with words after it."""

    template: ClassVar = "brief"
    letterhead: Letterhead
    subject: str
    opening: str
    questions: tuple[TopicLine, ...] = ()
    resolutions: tuple[TopicLine, ...] = ()
    petitions: tuple[TopicLine, ...] = ()
    petition_numbers: str = ""
    more_petitions: str = ""
    petitions_around: str = ""
    state: tuple[TopicLine, ...] = ()
    advice: tuple[TopicLine, ...] = ()


def build_brief_paper(brief: Brief) -> BriefPaper:
    """Read and written while Vietnamese is the language. Four queries for the letterhead."""
    facts = brief.facts
    return BriefPaper(
        letterhead=parts.build_unit_letterhead(brief.cell, brief.written_at.date()),
        subject=brief.cell.name,
        opening=_say_opening(brief),
        questions=tuple(TopicLine(question.text, question.fact) for question in brief.questions),
        resolutions=tuple(_say_resolution(row) for row in facts.resolutions) or (TopicLine("Chưa có nghị quyết nào."),),
        petitions=tuple(
            TopicLine(strip_stop(row.text), f"({row.age} ngày): {lower_start(row.words)}") for row in brief.petitions
        )
        or (TopicLine("Không có kiến nghị nào đang chờ."),),
        petition_numbers=facts.numbers.words,
        petitions_around=facts.numbers.around_words,
        more_petitions=f"Và {brief.more_petitions} kiến nghị nữa." if brief.more_petitions else "",
        state=_say_state(facts),
        advice=tuple(
            TopicLine(
                f"{row.text} ({say_date(row.given_on)})", ", ".join(part for part in (row.state, row.answer) if part)
            )
            for row in brief.advice
        ),
    )


def _say_opening(brief: Brief) -> str:
    coming = brief.coming
    place = f", {coming.place}" if coming and coming.place else ""
    when = f"Buổi tới: {say_moment(coming.planned_for)}{place}." if coming else "Chưa có buổi sinh hoạt nào sắp tới."
    return f"{when} Bí thư: đồng chí {brief.secretary}." if brief.secretary else when


def _say_resolution(row: ResolutionFact) -> TopicLine:
    heading = f"Tháng {format_month(row.month.number)}/{row.month.year}: xong {row.done}/{row.total} việc."
    left = "; ".join(_say_unfinished(duty.title, duty.result) for duty in row.unfinished)
    return TopicLine(heading, f"Chưa xong: {left}." if left else "")


def _say_unfinished(title: str, result: str) -> str:
    words = lower_start(strip_stop(title))
    return f"{words} ({lower_start(strip_stop(result))})" if result else words


def _say_state(facts: BriefFacts) -> tuple[TopicLine, ...]:
    months = [f"{format_month(row.month.number)}/{row.month.year}: {say_percent(row.percent)}" for row in facts.months]
    scores = [say_points(row.score) for row in facts.months]
    groups = [f"{group.title}: {group.words}" for group in facts.groups_shown]
    return (
        TopicLine("Tỷ lệ dự", "; ".join(months) or "chưa có buổi nào"),
        TopicLine("Điểm tự chấm", "; ".join(scores) or "chưa chấm"),
        TopicLine("Nhóm yếu", "; ".join(groups) or "không có nhóm nào"),
        TopicLine("Chưa có việc", facts.idle_words),
    )
