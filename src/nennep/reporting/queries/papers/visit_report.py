"""The report of a visit as a paper: «Báo cáo kết quả dự sinh hoạt chi bộ» with the contents that seed 003 names."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from django.utils.timezone import localtime

from nennep.core.access import Actor
from nennep.core.wording import lower_start, say_date, say_points
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.records.queries.minutes import build_attendance, get_minutes
from nennep.records.rules.minutes import AttendancePart
from nennep.reporting.choices import Form
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.visit_report import ReportPage, SentOpinion, SentReport
from nennep.reporting.renderers.papers import Letterhead, Signature
from nennep.reporting.renderers.wording import format_long_day, format_time, strip_stop
from nennep.reporting.rules.papers import find_place, make_file_name, name_committee
from nennep.reporting.rules.visit_report import say_score
from nennep.visits.choices import OpinionOutcome
from nennep.visits.models import VisitReport


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """One opinion or petition: who (a kind, no name), what, what became of it and with whom it lies."""

    text: str
    speaker: str
    outcome: str


@dataclass(frozen=True, slots=True)
class VisitReportPaper:
    """Báo cáo kết quả dự sinh hoạt chi bộ. Texts may have several lines; empty ones leave their part out.

    `visit` is the first sentence: when, where, which meeting, who came. `supplements` are dated words added after sending.
    """

    template: ClassVar = "visit_report"
    letterhead: Letterhead
    subject: str
    visit: str
    conduct: str = ""
    discussed: str = ""
    information: str = ""
    opinions: tuple[OpinionLine, ...] = ()
    settled: str = ""
    passed_on: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    score: str = ""
    supplements: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)


def build_visit_report_paper(sent: SentReport) -> VisitReportPaper:
    """While Vietnamese is the language. Four queries for the letterhead."""
    page, report = sent.page, _get_report(sent)
    units = page.units
    return VisitReportPaper(
        letterhead=_make_letterhead(page, report),
        subject=f"kết quả dự sinh hoạt {page.visit.cell.name}",
        visit=_say_visit(page),
        conduct=report.conduct,
        discussed=report.discussed,
        information=report.information,
        opinions=tuple(_opinion_lines(sent)),
        settled=report.settled,
        passed_on=tuple(_passed_on(report)),
        advice=tuple(row.text for row in sent.advice),
        score=_say_score(sent, report),
        supplements=tuple(f"Ngày {say_date(row.at)}: {row.text}" for row in report.supplements.all()),
        recipients=tuple(name_committee(unit.name) for unit in units[:1]),
        signature=Signature(post="NGƯỜI BÁO CÁO", name=str(page.visit.official)),
    )


def name_report(sent: SentReport, form: Form) -> str:
    """`Báo cáo dự sinh hoạt, Chi bộ thôn Nặm Chá, 03-11-2026.pdf`."""
    page = sent.page
    return make_file_name(["Báo cáo dự sinh hoạt", page.visit.cell.name, f"{page.day:%d-%m-%Y}"], f".{form}")


def _get_report(sent: SentReport) -> VisitReport:
    assert sent.page.report is not None  # noqa: S101  a sent report is there
    return sent.page.report


def _make_letterhead(page: ReportPage, report: VisitReport) -> Letterhead:
    """Issued by the committee above the cell, whose member the official is."""
    sent_on = report.submitted_at.date() if report.submitted_at else page.day
    unit: Organization = page.units[0] if page.units else page.visit.cell
    head = parts.build_unit_letterhead(unit, sent_on)
    return replace(
        head, issuer=name_committee(head.issuer), place=find_place([head.issuer]) or head.place, issued_on=sent_on
    )


def _say_visit(page: ReportPage) -> str:
    meeting, cell = page.meeting, page.visit.cell.name
    kind = parts.say_kind(meeting) if meeting else "sinh hoạt"
    place = f", tại {lower_start(strip_stop(meeting.place))}" if meeting and meeting.place else ""
    words = f"Ngày {say_date(page.day)}, tôi dự buổi {kind} của {cell}{place}."
    if meeting is None:
        return words
    roll = _read_roll(meeting)
    if roll.counted:
        words += f" Phải dự {roll.counted} đảng viên, có mặt {roll.present}"
        words += f", vắng {roll.excused + roll.unexcused}." if roll.counted > roll.present else "."
    if meeting.opened_at and meeting.closed_at:
        began, ended = localtime(meeting.opened_at), localtime(meeting.closed_at)
        day = "" if ended.date() == began.date() else f", {format_long_day(ended)}"
        words += f" Khai mạc lúc {format_time(began)}, bế mạc lúc {format_time(ended)}{day}."
    return words


def _read_roll(meeting: Meeting) -> AttendancePart:
    if meeting.state == MeetingState.HELD:
        return get_minutes(actor=Actor.system(), meeting=meeting).attendance
    return build_attendance(meeting)


def _opinion_lines(sent: SentReport) -> list[OpinionLine]:
    return [
        OpinionLine(row.opinion.text, row.opinion.get_speaker_display(), _say_outcome(row)) for row in sent.opinions
    ]


def _say_outcome(row: SentOpinion) -> str:
    """`Chuyển cấp trên: Đảng bộ xã Lăng Can (kèm 2 tệp)`."""
    opinion = row.opinion
    place = opinion.passed_to_name or (opinion.passed_to.name if opinion.passed_to else "")
    words = f"{opinion.get_outcome_display()}: {place}" if place else str(opinion.get_outcome_display())
    return f"{words} (kèm {row.files} tệp)" if row.files else words


def _passed_on(report: VisitReport) -> list[str]:
    return [
        f"{opinion.passed_to_name or (name_committee(opinion.passed_to.name) if opinion.passed_to else '')}: {opinion.text}"
        for opinion in report.opinions.all()
        if opinion.outcome == OpinionOutcome.PASSED_ON
    ]


def _say_score(sent: SentReport, report: VisitReport) -> str:
    page = sent.page
    cell = say_points(page.cell_score) if page.cell_score is not None else ""
    groups = [(group.title, group.own_words, group.cell_words) for group in sent.differing]
    return say_score(page.own_score, cell, report.score_reason, groups)
