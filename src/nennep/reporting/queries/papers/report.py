"""Báo cáo kết quả sinh hoạt chi bộ, to the committee above the cell (HD 42: after every meeting)."""

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.agenda import origin_of
from nennep.petitions.queries import list_of_origin
from nennep.records.queries.minutes import get_minutes, newest_version
from nennep.records.queries.resolution import find_resolution, number_of
from nennep.reporting.queries.figures import local_day
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import DutyRow, PetitionLine, ReportPaper
from nennep.reporting.renderers.wording import format_symbol
from nennep.room.queries.outcome import list_last_tasks


def build_report(*, actor: Actor, meeting: Meeting) -> ReportPaper:
    """The report from the records of a held meeting. Raises NotFound; before the approval it is there for its writers only."""
    version = newest_version(meeting)
    may_hold = actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)
    if meeting.state != MeetingState.HELD or not (version or may_hold):
        raise NotFound
    day = local_day(version.approved_at) if version else parts.day_of(meeting)
    head, posts = parts.build_letterhead(meeting, day, format_symbol(None, "BC")), parts.read_posts(meeting)
    tasks, resolution = list_last_tasks(actor=Actor.system(), meeting=meeting), find_resolution(meeting)
    kept = get_minutes(actor=Actor.system(), meeting=meeting)
    return ReportPaper(
        letterhead=head,
        subject=f"kết quả {parts.say_subject(meeting)}",
        sitting=parts.build_sitting(meeting, head.issuer, posts),
        addressee=head.upper,
        theme=meeting.theme,
        items=tuple(item.title for item in kept.items),
        duty_rows=tuple(DutyRow(row.title, str(row.opening.label), row.result) for row in tasks),
        tasks_done=sum(row.state == DutyState.DONE for row in tasks),
        resolution=f"số {number_of(resolution)}" if resolution else "",
        vote=parts.choose_vote(parts.list_votes(meeting)),
        conclusion=kept.conclusion,
        new_duties=parts.list_new_duties(meeting),
        score=parts.build_score(meeting),
        petitions=_list_petitions(meeting),
        departures=tuple(f"{row.rule}: {row.reason}" for row in kept.departures),
        signature=parts.build_signature(posts),
    )


def _list_petitions(meeting: Meeting) -> tuple[PetitionLine, ...]:
    noted = list_of_origin(origin=origin_of(meeting), today=parts.day_of(meeting))
    return tuple(PetitionLine(row.text, row.raised_by) for row in noted)
