"""Meetings of cells: when, what, who was there, what was said, what was decided."""

from nennep.meetings.models.agenda import AgendaItem, Remark, Speech
from nennep.meetings.models.meeting import Meeting, MeetingRoutine, RuleDeparture
from nennep.meetings.models.notice import Notice, NoticeReply
from nennep.meetings.models.outcome import MinutesVersion, Resolution, Vote
from nennep.meetings.models.roll_call import RollCallEntry

__all__ = [
    "AgendaItem",
    "Meeting",
    "MeetingRoutine",
    "MinutesVersion",
    "Notice",
    "NoticeReply",
    "Remark",
    "Resolution",
    "RollCallEntry",
    "RuleDeparture",
    "Speech",
    "Vote",
]
