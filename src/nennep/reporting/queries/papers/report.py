"""Báo cáo kết quả sinh hoạt chi bộ, to the committee above the cell (HD 42: after every meeting)."""

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.records.queries.minutes import newest_version
from nennep.records.queries.resolution import find_resolution, number_of
from nennep.reporting.queries.figures import local_day
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.minutes import read_content, read_sitting, say_next_sitting
from nennep.reporting.renderers.papers import ReportPaper
from nennep.reporting.renderers.wording import format_symbol


def build_report(*, actor: Actor, meeting: Meeting) -> ReportPaper:
    """What the minutes of a held meeting say, in short; before the approval only for their writers. Raises NotFound."""
    version = newest_version(meeting)
    may_hold = actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)
    if meeting.state != MeetingState.HELD or not (version or may_hold):
        raise NotFound
    day = local_day(version.approved_at) if version else parts.day_of(meeting)
    head, posts = parts.build_letterhead(meeting, day, format_symbol(None, "BC")), parts.read_posts(meeting)
    content, resolution = read_content(meeting, version), find_resolution(meeting)
    return ReportPaper(
        letterhead=head,
        subject=f"kết quả {parts.say_subject(meeting)}",
        sitting=read_sitting(meeting, content),
        addressee=head.upper,
        theme=meeting.theme,
        items=content.items,
        tasks=content.tasks,
        resolution=f"số {number_of(resolution)}" if resolution else "",
        vote=content.resolution_vote,
        conclusion=content.conclusion,
        duties=content.duties,
        reported_at=say_next_sitting(content),
        score=parts.build_score(meeting),
        petitions=content.petitions,
        departures=content.departures,
        signature=parts.build_signature(posts),
    )
