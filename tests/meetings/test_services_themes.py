"""The plan of themes: rows, trail, who may."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, ThemeState
from nennep.meetings.models import ThemePlan
from nennep.meetings.services import themes
from nennep.meetings.services.themes import ThemeDetails
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.members import make_member
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
    assert add_theme(village, "Nước ngầm", month=11) != theme  # a dropped one may be planned anew
    themes.restore_theme(**write)
    told = [("added", "Nước sạch", "2026-12"), ("changed", "Nước ngầm", "2026-11"), ("dropped", "Nước ngầm", "2026-11")]
    told += [("added", "Nước ngầm", "2026-11"), ("planned", "Nước ngầm", "2026-11")]
    assert list_trail("meetings") == [
        ("meetings.theme_planned", {"change": change, "title": title, "month": month}) for change, title, month in told
    ]
    event = AuditEvent.objects.all()[0]
    assert (event.target_id, event.target_label, event.unit_path) == (
        str(village.cell.public_id),
        village.cell.name,
        village.cell.path,
    )


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
