"""A month whose papers go out, printed, corrected, and with everything changed behind it."""

from datetime import datetime
from typing import Any

from django.db import models

from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.core.access import Actor
from nennep.duties.models import Duty
from nennep.meetings.models import AgendaItem, Meeting
from nennep.members.choices import PostKind
from nennep.members.models import Member, Post
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.records.models import Resolution
from nennep.records.rules.corrections import EntryChange, MinutesChanges
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.corrections import (
    correct_minutes,
)
from nennep.records.services.filing import file_meeting
from nennep.records.services.resolution import correct_resolution
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import find_paper, find_paper_version
from nennep.reporting.renderers.word import render_paper
from nennep.room.choices import AttendanceState
from nennep.room.models import Remark, RollCallEntry, Vote
from nennep.visits.models import Assignment
from tests.factories.core import VIETNAM
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month
from tests.factories.visits import make_official

FILED = datetime(2026, 11, 5, 9, 0, tzinfo=VIETNAM)
LATER = datetime(2026, 12, 15, 9, 0, tzinfo=VIETNAM)
AFTER = (kinds.MINUTES, kinds.RESOLUTION, kinds.PRESENCE, kinds.SCORE, kinds.REPORT)
ANYBODY = Actor.system()


def make_resolved_month() -> Meeting:
    """Approved, resolved and scored, not filed yet; an official of the commune follows the cell, whose deputy follows up."""
    cell = make_unit(parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))
    make_official(cell)
    deputy = make_member("Triệu Văn Sính", cell=cell)
    make_post(deputy, cell, PostKind.DEPUTY_SECRETARY)
    return make_full_month(cell)


def file(meeting: Meeting) -> None:
    """At FILED."""
    file_meeting(actor=ANYBODY, meeting=meeting, now=FILED)


def fill(meeting: Meeting, kind: kinds.PaperKind) -> Any:
    return find_paper(actor=ANYBODY, meeting=Meeting.objects.get(pk=meeting.pk), kind=kind)


def print_all(meeting: Meeting) -> dict[str, bytes]:
    return {kind.address: render_paper(fill(meeting, kind)) for kind in AFTER}


def print_version(meeting: Meeting, kind: kinds.PaperKind, number: int) -> bytes:
    return render_paper(find_paper_version(actor=ANYBODY, meeting=meeting, kind=kind, number=number))


def correct_absence(meeting: Meeting) -> None:
    """Quan Thị Biên had no reason after all."""
    entry = RollCallEntry.objects.get(meeting=meeting, member__full_name="Quan Thị Biên")
    changes = MinutesChanges(entries={entry.public_id: EntryChange(AttendanceState.UNEXCUSED)})
    correct_minutes(actor=ANYBODY, meeting=meeting, changes=changes, reason="Ghi nhầm lý do", now=LATER)


def rename(rows: models.QuerySet[Any], field: str) -> None:
    for row in rows.order_by("pk"):
        setattr(row, field, f"{getattr(row, field)} Khác")
        row.save(update_fields=[field])


def change_everything(meeting: Meeting) -> None:
    """Whatever stands behind a paper, past its services: names, units, posts, tasks, votes, points, roll call, who follows."""
    rename(Member.objects.all(), "full_name")
    rename(Organization.objects.get_queryset(), "name")
    rename(OrganizationPeriod.objects.all(), "name")
    rename(Duty.objects.all(), "title")
    rename(Vote.objects.all(), "subject")
    rename(Remark.objects.all(), "text")
    rename(AgendaItem.objects.all(), "note")
    rename(Resolution.objects.all(), "directions")
    Post.objects.all().delete()
    Assignment.objects.all().delete()
    Vote.objects.update(in_favour=1, base=9)
    RollCallEntry.objects.update(state=AttendanceState.UNEXCUSED)
    ScoreItem.objects.update(points=1)
    ScoreSheet.objects.update(total=1)
    Meeting.objects.filter(pk=meeting.pk).update(place="Nơi khác", conclusion="Khác", chair=None, minute_taker=None)


def correct(meeting: Meeting, *, reason: str = "Sai chính tả", now: datetime = LATER, **texts: str) -> Resolution:
    old = Resolution.objects.get(meeting=meeting)
    words = {"thinking": old.thinking, "shortcomings": old.shortcomings, "directions": old.directions} | texts
    return correct_resolution(
        actor=ANYBODY, meeting=meeting, texts=ResolutionTexts(**words), reason=reason, base={}, now=now
    )
