"""The plan of themes: adding, changing, dropping one, and taking it up at a meeting (Chỉ thị 50-CT/TW §2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_line
from nennep.meetings.choices import REASON_LIMIT, TITLE_LIMIT, MeetingKind, MeetingState, ThemeState, Verb
from nennep.meetings.models import Meeting, ThemePlan
from nennep.meetings.queries.themes import find_monthly_meeting, lock_theme
from nennep.meetings.services.agenda import change_kind
from nennep.meetings.services.schedule import ScheduleNeedsCell, add_meeting
from nennep.members.queries import list_cell_members
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization


class ThemeEmpty(DomainError):
    code = "theme_empty"
    message = _("Hãy ghi tên chuyên đề.")
    field = "title"


class AuthorNotOfCell(DomainError):
    code = "theme_author_not_of_cell"
    message = _("Đồng chí này không sinh hoạt ở chi bộ. Hãy chọn người khác.")
    field = "author"


class ThemeIsDropped(DomainError):
    code = "theme_is_dropped"
    message = _("Chuyên đề này đã thôi, không còn trong kế hoạch. Muốn sửa, hãy đưa lại vào kế hoạch trước.")


class ThemeTakenUp(Conflict):
    code = "theme_taken_up"
    message = _("Chuyên đề này đã có buổi sinh hoạt. Muốn đổi thì sửa ở buổi đó.")


class DraftAfterMonth(DomainError):
    code = "theme_draft_after_month"
    message = _("Dự thảo phải xong trước khi hết tháng sinh hoạt chuyên đề. Hãy chọn ngày sớm hơn.")
    field = "draft_due_on"


class NoMonthlyMeeting(DomainError):
    code = "theme_no_monthly_meeting"
    message = _("Tháng này không có buổi thường kỳ nào chưa họp và chưa gắn chuyên đề. Hãy lập buổi chuyên đề riêng.")


@dataclass(frozen=True, slots=True)
class ThemeDetails:
    """What a person types of one theme. `author` is a member's public id."""

    month: Month
    title: str
    purpose: str = ""
    author: UUID | None = None
    draft_due_on: date | None = None


def add_theme(*, actor: Actor, cell: Organization, details: ThemeDetails, now: datetime) -> ThemePlan:
    """Put a theme into the cell's plan. The same one sent twice is the one that is there.

    Raises ScheduleNeedsCell, ThemeEmpty, TextTooLong, AuthorNotOfCell, DraftAfterMonth.
    """
    actor.require(Permission.MEETINGS_PREPARE, cell.path)
    with transaction.atomic():
        locked = lock_organization(cell)
        if not locked.is_cell:
            raise ScheduleNeedsCell
        theme = _fill(ThemePlan(organization=locked), details, now)
        same = ThemePlan.objects.filter(organization=locked, month=theme.month, title=theme.title)
        if known := same.exclude(state=ThemeState.DROPPED).first():
            return known
        theme.save()
        _note(actor, theme, now, change="added")
    return theme


def change_theme(*, actor: Actor, theme: ThemePlan, details: ThemeDetails, now: datetime) -> ThemePlan:
    """Another month, title, purpose, author or day. Once a meeting took it up only purpose, author and day.

    Raises ThemeIsDropped, ThemeTakenUp and what `add_theme` raises.
    """
    actor.require(Permission.MEETINGS_PREPARE, theme.organization.path)
    with transaction.atomic():
        locked = lock_theme(theme)
        if locked.state == ThemeState.DROPPED:
            raise ThemeIsDropped
        before = (locked.month, locked.title)
        changed = _fill(locked, details, now)
        if _is_taken(locked) and (changed.month, changed.title) != before:
            raise ThemeTakenUp
        changed.save()
        _note(actor, changed, now, change="changed")
    return changed


def drop_theme(*, actor: Actor, theme: ThemePlan, now: datetime) -> ThemePlan:
    """The cell will not hold it; the row stays in the plan as dropped. Raises ThemeTakenUp."""
    return _set_state(actor, theme, ThemeState.DROPPED, now)


def restore_theme(*, actor: Actor, theme: ThemePlan, now: datetime) -> ThemePlan:
    """Undo dropping it."""
    return _set_state(actor, theme, ThemeState.PLANNED, now)


def _set_state(actor: Actor, theme: ThemePlan, state: ThemeState, now: datetime) -> ThemePlan:
    actor.require(Permission.MEETINGS_PREPARE, theme.organization.path)
    with transaction.atomic():
        locked = lock_theme(theme)
        if _is_taken(locked):
            raise ThemeTakenUp
        locked.state = state
        locked.save(update_fields=["state"])
        _note(actor, locked, now, change=state.value)
    return locked


def take_up_in_monthly(*, actor: Actor, theme: ThemePlan, now: datetime) -> Meeting:
    """The regular meeting of the theme's month takes it on: regular first, then the theme (HD 42-HD/BTCTW).

    Raises ThemeTakenUp, NoMonthlyMeeting.
    """
    actor.require(Permission.MEETINGS_PREPARE, theme.organization.path)
    with transaction.atomic():
        locked = lock_theme(theme)
        if _is_taken(locked):
            raise ThemeTakenUp
        monthly = find_monthly_meeting(locked)
        if monthly is None:
            raise NoMonthlyMeeting
        return take_up_at(actor=actor, theme=locked, meeting=monthly, now=now)


def take_up_at(*, actor: Actor, theme: ThemePlan, meeting: Meeting, now: datetime) -> Meeting:
    """A regular meeting, of the theme's month or another of its year, takes it on. Raises ThemeTakenUp."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        if _is_taken(lock_theme(theme)):
            raise ThemeTakenUp
        return change_kind(actor=actor, meeting=meeting, kind=MeetingKind.COMBINED, theme=theme.title, now=now)


def take_up_alone(*, actor: Actor, theme: ThemePlan, planned_for: datetime, place: str = "", now: datetime) -> Meeting:
    """A thematic meeting of its own. Raises ThemeTakenUp and what `add_meeting` raises."""
    actor.require(Permission.MEETINGS_PREPARE, theme.organization.path)
    with transaction.atomic():
        locked = lock_theme(theme)
        if _is_taken(locked):
            raise ThemeTakenUp
        return add_meeting(
            actor=actor,
            organization=locked.organization,
            kind=MeetingKind.THEMATIC,
            planned_for=planned_for,
            place=place,
            theme=locked.title,
            now=now,
        )


def _is_taken(theme: ThemePlan) -> bool:
    return theme.meeting is not None and theme.meeting.state != MeetingState.CANCELLED


def _fill(theme: ThemePlan, details: ThemeDetails, now: datetime) -> ThemePlan:
    title = require_line(details.title, ThemeEmpty, limit=TITLE_LIMIT, field="title")
    purpose = take_line(details.purpose, limit=REASON_LIMIT, field="purpose")
    if details.draft_due_on and details.draft_due_on > details.month.last_day:
        raise DraftAfterMonth
    theme.month, theme.title, theme.purpose = details.month.first_day, title, purpose
    theme.author_id, theme.draft_due_on = _author_id(theme, details.author, now.date()), details.draft_due_on
    return theme


def _author_id(theme: ThemePlan, author: UUID | None, today: date) -> int | None:
    """A member of the cell today; whoever wrote it and has left since may stay."""
    if author is None:
        return None
    if theme.author and theme.author.public_id == author:
        return theme.author_id
    members = list_cell_members(organization_id=theme.organization_id, on=today)
    found = next((member.member_id for member in members if member.public_id == author), None)
    if found is None:
        raise AuthorNotOfCell
    return found


def _note(actor: Actor, theme: ThemePlan, now: datetime, *, change: str) -> None:
    cell = theme.organization
    target = Target("organizations.organization", str(cell.public_id), cell.name, cell.path)
    details = {"change": change, "theme": str(theme.public_id), "month": str(Month.of(theme.month))}
    record(Verb.THEME_PLANNED, actor=actor, target=target, now=now, details=details)
