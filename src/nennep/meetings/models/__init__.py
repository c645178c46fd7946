"""Meetings of cells: when, where, what about, who is asked to come."""

from nennep.meetings.models.agenda import AgendaItem, FormerAgenda
from nennep.meetings.models.meeting import Meeting, MeetingRoutine, RuleDeparture
from nennep.meetings.models.notice import Notice, NoticeReply
from nennep.meetings.models.preparation import Advice, Premeeting, ThemePlan

__all__ = [
    "Advice",
    "AgendaItem",
    "FormerAgenda",
    "Meeting",
    "MeetingRoutine",
    "Notice",
    "NoticeReply",
    "Premeeting",
    "RuleDeparture",
    "ThemePlan",
]
