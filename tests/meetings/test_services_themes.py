"""The plan of themes: rows, trail, who may."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, MeetingState, ThemeState
from nennep.meetings.models import Meeting, ThemePlan
from nennep.meetings.services import themes
from nennep.meetings.services.schedule import ScheduleNeedsCell
from nennep.meetings.services.themes import ThemeDetails
from nennep.members.models import Membership
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.meetings import at
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


def add_theme(village: Village, title: str = "Nước sạch", month: int = 12, **details: Any) -> ThemePlan:
    return themes.add_theme(
        actor=village.actor, cell=village.cell, details=ThemeDetails(Month(2026, month), title, **details), now=NOW
    )


def test_each_change_of_a_theme_is_in_the_trail(village: Village) -> None:
    theme = add_theme(village, "  Nước   sạch ", purpose=" Sức  khỏe ", author=village.plain.public_id)
    theme.refresh_from_db()
    assert (theme.title, theme.purpose, theme.author, theme.month, theme.draft_due_on) == (
        "Nước sạch",
        "Sức khỏe",
        village.plain,
        date(2026, 12, 1),
        None,
    )
    assert add_theme(village) == theme
    write: dict[str, Any] = {"actor": village.actor, "theme": theme, "now": NOW}
    last = date(2026, 11, 30)
    details = ThemeDetails(Month(2026, 11), "Nước ngầm", draft_due_on=last)
    themes.change_theme(details=details, **write)
    theme.refresh_from_db()
    assert (theme.title, theme.month, theme.purpose, theme.author, theme.draft_due_on) == (
        "Nước ngầm",
        date(2026, 11, 1),
        "",
        None,
        last,
    )
    themes.drop_theme(**write)
    assert ThemePlan.objects.get().state == ThemeState.DROPPED
    other = add_theme(village, "Nước ngầm", month=11)
    assert other != theme  # a dropped one may be planned anew
    themes.restore_theme(**write)
    told = [("added", theme, "2026-12"), ("changed", theme, "2026-11"), ("dropped", theme, "2026-11")]
    told += [("added", other, "2026-11"), ("planned", theme, "2026-11")]
    assert list_trail("meetings") == [
        ("meetings.theme_planned", {"change": change, "theme": str(one.public_id), "month": month})
        for change, one, month in told
    ]
    event = AuditEvent.objects.all()[0]
    assert (event.target_id, event.target_label, event.unit_path) == (
        str(village.cell.public_id),
        village.cell.name,
        village.cell.path,
    )


def test_the_same_words_are_another_theme_in_another_month_or_cell(village: Village) -> None:
    december = add_theme(village)
    other = make_unit("Chi bộ thôn Nà Ngoa", cell_type=CellType.VILLAGE)
    theirs = ThemePlan.objects.create(organization=other, month=date(2026, 11, 1), title="Nước sạch")
    november = add_theme(village, month=11)
    assert len({december.pk, theirs.pk, november.pk}) == 3
    assert add_theme(village, "Nước  sạch", month=11) == november
    assert ThemePlan.objects.count() == 3


def test_only_a_cell_plans_themes(village: Village) -> None:
    commune = Organization.objects.get_parent(village.cell)
    details = ThemeDetails(Month(2026, 12), "Nước sạch")
    with pytest.raises(ScheduleNeedsCell):
        themes.add_theme(actor=Actor.system(), cell=commune, details=details, now=NOW)


def test_who_wrote_a_theme_and_left_stays_its_author(village: Village) -> None:
    theme = add_theme(village, author=village.plain.public_id)
    leave = Membership.objects.filter(member=village.plain)
    leave.update(valid_to=date(2026, 11, 10))  # the last day is today
    assert add_theme(village, "Nước ngầm", author=village.plain.public_id).author == village.plain
    leave.update(valid_to=date(2026, 11, 9))
    with pytest.raises(themes.AuthorNotOfCell):
        add_theme(village, "Khác", author=village.plain.public_id)
    write: dict[str, Any] = {"actor": village.actor, "theme": theme, "now": NOW}
    details = ThemeDetails(Month(2026, 12), "Nước sạch", author=village.plain.public_id)
    assert themes.change_theme(details=details, **write).author == village.plain


def test_a_theme_whose_meeting_was_called_off_is_free_again(village: Village) -> None:
    theme = add_theme(village, month=11)
    write: dict[str, Any] = {"actor": village.actor, "theme": theme, "now": NOW}
    alone = themes.take_up_alone(planned_for=at(date(2026, 11, 20), 20), place=" Nhà  văn hóa ", **write)
    theme.refresh_from_db()
    assert (alone.kind, alone.theme, alone.place, alone.planned_for, theme.meeting) == (
        MeetingKind.THEMATIC,
        "Nước sạch",
        "Nhà văn hóa",
        at(date(2026, 11, 20), 20),
        alone,
    )
    with pytest.raises(themes.ThemeTakenUp):
        themes.restore_theme(**write)
    Meeting.objects.filter(pk=alone.pk).update(state=MeetingState.CANCELLED, cancelled_reason="Bão")
    assert themes.take_up_in_monthly(**write) == village.meeting
    theme.refresh_from_db()
    assert theme.meeting == village.meeting


def test_what_a_theme_may_not_be(village: Village) -> None:
    stranger = make_member("Người Lạ").public_id
    bad: list[tuple[dict[str, Any], str]] = [
        ({"title": "  "}, "title"),
        ({"title": "x" * 1000}, "title"),
        ({"purpose": "x" * 1000}, "purpose"),
        ({"draft_due_on": date(2027, 1, 1)}, "draft_due_on"),
        ({"author": stranger}, "author"),
    ]
    for details, field in bad:
        with pytest.raises(DomainError) as refusal:
            add_theme(village, **details)
        assert refusal.value.field == field
    assert add_theme(village, draft_due_on=date(2026, 12, 31)).draft_due_on == date(2026, 12, 31)


def test_a_theme_that_a_meeting_has_taken_up_keeps_its_month_and_title(village: Village) -> None:
    theme = add_theme(village, month=11)
    write: dict[str, Any] = {"actor": village.actor, "theme": theme, "now": NOW}
    taken = themes.take_up_in_monthly(**write)
    assert (taken.pk, taken.kind, taken.theme) == (village.meeting.pk, MeetingKind.COMBINED, "Nước sạch")
    refused: list[Callable[[], object]] = [
        lambda: themes.change_theme(details=ThemeDetails(Month(2026, 12), "Nước sạch"), **write),
        lambda: themes.change_theme(details=ThemeDetails(Month(2026, 11), "Khác"), **write),
        lambda: themes.drop_theme(**write),
        lambda: themes.take_up_in_monthly(**write),
        lambda: themes.take_up_at(meeting=village.meeting, **write),
        lambda: themes.take_up_alone(planned_for=NOW, **write),
    ]
    for call in refused:
        with pytest.raises(themes.ThemeTakenUp):
            call()
    themes.change_theme(details=ThemeDetails(Month(2026, 11), "Nước sạch", purpose="Sức khỏe"), **write)
    theme.refresh_from_db()
    assert theme.purpose == "Sức khỏe"
    other = add_theme(village, "Khác", month=11)
    with pytest.raises(themes.NoMonthlyMeeting):
        themes.take_up_in_monthly(actor=village.actor, theme=other, now=NOW)


def test_only_who_prepares_meetings_plans_themes(village: Village) -> None:
    reader, theme = actor_of(village.member_user), add_theme(village)
    write: dict[str, Any] = {"actor": reader, "theme": theme, "now": NOW}
    details = ThemeDetails(Month(2026, 12), "Khác")
    calls: list[Callable[[], object]] = [
        lambda: themes.add_theme(actor=reader, cell=village.cell, details=details, now=NOW),
        lambda: themes.change_theme(details=details, **write),
        lambda: themes.drop_theme(**write),
        lambda: themes.take_up_in_monthly(**write),
        lambda: themes.take_up_at(meeting=village.meeting, **write),
        lambda: themes.take_up_alone(planned_for=NOW, **write),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()


def test_a_theme_that_was_dropped_meanwhile_is_not_changed(village: Village) -> None:
    theme = add_theme(village)
    themes.drop_theme(actor=village.actor, theme=theme, now=NOW)
    with pytest.raises(themes.ThemeIsDropped):
        themes.change_theme(
            actor=village.actor, theme=theme, details=ThemeDetails(Month(2026, 11), "Nước ngầm"), now=NOW
        )
    assert ThemePlan.objects.get().title == "Nước sạch"
