"""What becomes of meetings and what prepares them when two records are merged, or a unit ends (core/references.py)."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.references import GOES_ON, SAME_PLACE, ByService, Ended, Follows, Shown, Stays, declare
from nennep.core.wording import say_short_date
from nennep.meetings.choices import AdviceState, MeetingState, ThemeState
from nennep.meetings.services.schedule import call_off_coming


def call_off(ended: Ended) -> int:
    return call_off_coming(
        actor=Actor.system(),
        organization_id=ended.former_id,
        on=ended.on,
        successor_id=ended.successor_id,
        now=ended.now,
    )


def still_open(_ended: Ended) -> Q:
    return Q(state=AdviceState.OPEN)


def to_come(ended: Ended) -> Q:
    """Themes of that month and later; one whose meeting was held stays with it."""
    no_meeting = Q(meeting=None) | Q(meeting__state=MeetingState.CANCELLED)
    return Q(no_meeting, state=ThemeState.PLANNED, month__gte=ended.on.replace(day=1))


def say_day(meeting: Any) -> str:
    return say_short_date(meeting.day)


def say_theme(theme: Any) -> str:
    return str(theme.title)


for name, label in (
    ("Meeting.chair", _("Buổi sinh hoạt chủ trì")),
    ("Meeting.minute_taker", _("Buổi sinh hoạt ghi biên bản")),
    ("AgendaItem.presenter", _("Mục chương trình trình bày")),
    ("NoticeReply.member", _("Trả lời giấy mời")),
    ("ThemePlan.author", _("Chuyên đề chuẩn bị")),
):
    declare(f"meetings.{name}", shown=Shown(label), merged=Follows())
declare("meetings.Premeeting.present", shown=Shown(_("Cuộc họp chi ủy")), merged=Follows(drop_doubles=True))

declare(
    "meetings.Meeting.organization",
    shown=Shown(_("Buổi sinh hoạt đã định sẽ không họp"), say_day),
    merged=ByService(call_off),
    split=GOES_ON,
    closed=ByService(call_off),
    moved=SAME_PLACE,
)
declare(
    "meetings.MeetingRoutine.organization",
    merged=Stays("the successor meets on its own day"),
    split=GOES_ON,
    closed=Stays("it says whether the meetings of former months were in time"),
    moved=SAME_PLACE,
)
declare(
    "meetings.ThemePlan.organization",
    shown=Shown(_("Chuyên đề sắp tới"), say_theme),
    merged=Follows(to_come),
    split=GOES_ON,
    closed=Stays("a plan of a cell that holds no meetings any more is history"),
    moved=SAME_PLACE,
)
declare(
    "meetings.Advice.organization",
    shown=Shown(_("Góp ý của cấp trên chưa trả lời")),
    merged=Follows(still_open),
    split=GOES_ON,
    closed=Stays("no meeting is left that could say what became of it"),
    moved=SAME_PLACE,
)
