"""Meetings of cells: when, what, who was there, what was said, what was decided."""

from nennep.meetings.models.agenda import AgendaItem, Remark, Speech
from nennep.meetings.models.ballot import ReservedOpinion, SecretBallot, TellerCount
from nennep.meetings.models.guest import Guest
from nennep.meetings.models.meeting import Meeting, MeetingRoutine, RuleDeparture
from nennep.meetings.models.notice import Notice, NoticeReply
from nennep.meetings.models.outcome import MinutesVersion, Resolution, Vote
from nennep.meetings.models.preparation import Advice, Premeeting, ThemePlan
from nennep.meetings.models.roll_call import RollCallEntry

__all__ = [
    "Advice",
    "AgendaItem",
    "Guest",
    "Meeting",
    "MeetingRoutine",
    "MinutesVersion",
    "Notice",
    "NoticeReply",
    "Premeeting",
    "Remark",
    "ReservedOpinion",
    "Resolution",
    "RollCallEntry",
    "RuleDeparture",
    "SecretBallot",
    "Speech",
    "TellerCount",
    "ThemePlan",
    "Vote",
]
