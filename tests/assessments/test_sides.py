"""Three sides score a meeting; one of them counts, by the rules of its day, and what counted once stays as it was."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from nennep.assessments import queries, services
from nennep.assessments.choices import Grade, ScoreSide
from nennep.assessments.models import ScoreItem, SideScore, StandingScore
from nennep.assessments.rules import choose_side, name_official_side
from nennep.assessments.services import CommuneDraft, Decision
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.policies.choices import OfficialSide, PolicyKey, SheetSide
from nennep.policies.services import LocalPack, LocalRule, add_local_version
from nennep.room.queries.outcome import rules_of
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit, VisitReport
from tests.factories.accounts import make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.meetings import make_held_meeting, make_meeting, make_secretary
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


def officer(cell: Organization) -> Actor:
    return make_actor(Permission.SCORES_READ, Permission.SCORES_CONFIRM, Permission.MEETINGS_READ, path=cell.path)


def agree(meeting: Meeting, points: dict[str, str] | None = None, now: datetime = NOW) -> Decimal:
    """The cell gives every line its maximum, but for `points`, and agrees."""
    actor = make_secretary(meeting.organization)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=now)
    given = {item.code: Decision(item.maximum, "Chi bộ bàn") for item in ScoreItem.objects.filter(sheet=sheet)}
    given |= {code: Decision(Decimal(value), "Chi bộ bàn") for code, value in (points or {}).items()}
    services.score_items(actor=actor, sheet=sheet, decisions=given, to_mend="", now=now)
    return services.agree_sheet(actor=actor, sheet=sheet, now=now).total or Decimal(0)


def confirm(meeting: Meeting, total: str | None = None, now: datetime = NOW, **changes: Any) -> SideScore:
    given = Decimal(total) if total else None
    draft = CommuneDraft(total=given, as_cell=total is None, **changes)
    return services.confirm_score(actor=officer(meeting.organization), meeting=meeting, draft=draft, now=now)


def counts(meeting: Meeting, on: date | None = None) -> tuple[ScoreSide, Decimal, Grade] | None:
    found = queries.read_standing(Q(meeting=meeting), on=on).get(meeting.pk)
    return (found.side, found.total, found.grade) if found else None


def report(meeting: Meeting, **points: float) -> SideScore | None:
    """An official who attended sends a report with these points by group."""
    day = meeting.held_on
    official = make_user(f"can-bo-{Visit.objects.count()}")
    visit = Visit.objects.create(
        official=official,
        cell=meeting.organization,
        meeting=meeting,
        planned_on=day,
        attended_on=day,
        state=VisitState.ATTENDED,
        created_at=NOW,
        updated_at=NOW,
    )
    written = VisitReport.objects.create(
        visit=visit, started_at=NOW, saved_at=NOW, submitted_at=NOW, group_scores=points, score_reason="Thảo luận ít"
    )
    return services.take_report(actor=Actor.system(), report=written, now=LATER)


def points_of(meeting: Meeting, **changes: float) -> dict[str, float]:
    template = queries.template_of(meeting, rules_of(meeting))
    return {group.code: float(group.maximum) for group in template.groups} | changes


@pytest.mark.parametrize(
    ("chosen", "sides", "official"),
    [
        (None, (SheetSide.CELL,), OfficialSide.SELF),
        (None, (SheetSide.CELL, SheetSide.UPPER), OfficialSide.COMMUNE),
        (OfficialSide.SELF, (SheetSide.CELL, SheetSide.UPPER), OfficialSide.SELF),
        (OfficialSide.OFFICIAL, (SheetSide.CELL,), OfficialSide.OFFICIAL),
    ],
)
def test_the_setting_says_whose_score_counts_else_the_sheet(
    chosen: OfficialSide | None, sides: tuple[SheetSide, ...], official: OfficialSide
) -> None:
    assert name_official_side(chosen, sides) == official


@pytest.mark.parametrize(
    ("official", "given", "side"),
    [
        (OfficialSide.SELF, set(ScoreSide), ScoreSide.CELL),
        (OfficialSide.SELF, {ScoreSide.COMMUNE}, None),
        (OfficialSide.OFFICIAL, set(ScoreSide), ScoreSide.OFFICIAL),
        (OfficialSide.OFFICIAL, {ScoreSide.CELL, ScoreSide.COMMUNE}, ScoreSide.CELL),
        (OfficialSide.COMMUNE, set(ScoreSide), ScoreSide.COMMUNE),
        (OfficialSide.COMMUNE, {ScoreSide.CELL, ScoreSide.OFFICIAL}, None),
    ],
)
def test_one_side_counts(official: OfficialSide, given: set[ScoreSide], side: ScoreSide | None) -> None:
    assert choose_side(official, given) == side


def test_the_cells_score_counts_where_nothing_else_is_said() -> None:
    meeting = make_held_meeting(make_cell())
    total = agree(meeting)
    confirm(meeting, "61", reason="Chưa đủ bước", seen_cell=total, now=LATER)
    assert counts(meeting) == (ScoreSide.CELL, Decimal(100), Grade.GOOD)


def test_where_the_commune_decides_nothing_counts_before_it_did() -> None:
    cell = make_cell()
    make_pack({PolicyKey.SCORE_OFFICIAL_SIDE: "commune"}, organization=cell)
    meeting = make_held_meeting(cell)
    total = agree(meeting)
    assert counts(meeting) is None
    score = confirm(meeting, seen_cell=total)
    assert (score.as_cell, score.total, counts(meeting)) == (True, total, (ScoreSide.COMMUNE, total, Grade.GOOD))
    assert sorted(score.lines.values_list("code", flat=True)) == sorted(
        ScoreItem.objects.values_list("code", flat=True)
    )


def test_a_correction_is_a_version_and_says_why() -> None:
    cell = make_cell()
    make_pack({PolicyKey.SCORE_OFFICIAL_SIDE: "commune"}, organization=cell)
    meeting = make_held_meeting(cell)
    total = agree(meeting)
    confirm(meeting, seen_cell=total)
    with pytest.raises(services.CorrectionOfScoreNeedsReason):
        confirm(meeting, "68", seen=1, seen_cell=total)
    tomorrow = NOW + timedelta(days=1)
    confirm(meeting, "68", seen=1, seen_cell=total, reason="Biên bản thiếu", now=tomorrow)
    rows = SideScore.objects.filter(meeting=meeting).order_by("number")
    assert list(rows.values_list("number", "total", "reason")) == [(1, total, ""), (2, Decimal(68), "Biên bản thiếu")]
    assert counts(meeting) == (ScoreSide.COMMUNE, Decimal(68), Grade.AVERAGE)
    assert counts(meeting, on=TODAY) == (ScoreSide.COMMUNE, total, Grade.GOOD)


def test_the_second_of_two_is_told_who_was_first() -> None:
    meeting = make_held_meeting(make_cell())
    total = agree(meeting)
    confirm(meeting, seen_cell=total)
    with pytest.raises(services.ConfirmedMeanwhile) as refused:
        confirm(meeting, "70", reason="Khác", seen_cell=total)
    assert ("vừa chốt 100 điểm" in str(refused.value), SideScore.objects.count()) == (True, 1)


def test_a_self_score_that_moved_is_looked_at_again() -> None:
    meeting = make_held_meeting(make_cell())
    agree(meeting)
    with pytest.raises(services.CellScoredMeanwhile):
        confirm(meeting, seen_cell=Decimal(90))


def test_other_points_say_why_and_stay_in_range() -> None:
    meeting = make_held_meeting(make_cell())
    with pytest.raises(services.CellHasNotScored):
        confirm(meeting)
    total = agree(meeting)
    with pytest.raises(services.DifferenceNeedsReason):
        confirm(meeting, "99.5", seen_cell=total)
    with pytest.raises(services.PointsOutOfRange):
        confirm(meeting, "100.5", reason="Khác", seen_cell=total)
    with pytest.raises(services.ScoreMissing):
        services.confirm_score(
            actor=officer(meeting.organization), meeting=meeting, draft=CommuneDraft(seen_cell=total), now=NOW
        )
    assert SideScore.objects.exists() is False


def test_a_meeting_that_is_not_over_is_not_scored_from_above() -> None:
    with pytest.raises(services.ScoredBeforeMeeting):
        confirm(make_meeting(make_cell()), "50")


def test_line_by_line_every_line_has_its_points() -> None:
    meeting = make_held_meeting(make_cell())
    total = agree(meeting)
    lines = {item.code: Decision(item.maximum) for item in ScoreItem.objects.all()}
    lines["c6"] = Decision(Decimal(20), "Chưa xong việc")
    draft = CommuneDraft(lines=lines, reason="Nhiệm vụ chưa xong", seen_cell=total)
    who = officer(meeting.organization)
    score = services.confirm_score(actor=who, meeting=meeting, draft=draft, now=NOW)
    assert (score.total, score.lines.get(code="c6").note) == (Decimal(90), "Chưa xong việc")
    half = CommuneDraft(lines={"c6": Decision(Decimal(20))}, reason="Nửa phiếu", seen=1, seen_cell=total)
    with pytest.raises(services.ItemsNotScored):
        services.confirm_score(actor=who, meeting=meeting, draft=half, now=NOW)


def test_a_cell_confirms_nothing_of_itself() -> None:
    meeting = make_held_meeting(make_cell())
    total = agree(meeting)
    with pytest.raises(NotAllowed):
        services.confirm_score(
            actor=make_secretary(meeting.organization),
            meeting=meeting,
            draft=CommuneDraft(as_cell=True, seen_cell=total),
            now=NOW,
        )


def test_the_report_of_an_official_is_a_side() -> None:
    cell = make_cell()
    make_pack({PolicyKey.SCORE_OFFICIAL_SIDE: "official"}, organization=cell)
    meeting = make_held_meeting(cell)
    agree(meeting)
    assert counts(meeting) == (ScoreSide.CELL, Decimal(100), Grade.GOOD)
    first, *_others = points_of(meeting)
    taken = report(meeting, **points_of(meeting, **{first: 1.5}))
    assert taken is not None
    less = sum(Decimal(str(value)) for value in points_of(meeting, **{first: 1.5}).values())
    assert (taken.reason, counts(meeting)) == ("Thảo luận ít", (ScoreSide.OFFICIAL, less, Grade.GOOD))
    again = VisitReport.objects.get()
    assert services.take_report(actor=Actor.system(), report=again, now=LATER) == taken


def test_half_a_sheet_is_no_score() -> None:
    meeting = make_held_meeting(make_cell())
    points = points_of(meeting)
    points.popitem()
    assert report(meeting, **points) is None


def test_a_reopened_score_counts_no_more_and_is_known_to_have_counted() -> None:
    meeting = make_held_meeting(make_cell())
    agree(meeting)
    tomorrow = NOW + timedelta(days=1)
    services.reopen_sheet(
        actor=make_secretary(meeting.organization), sheet=meeting.score_sheet, reason="Chấm nhầm", now=tomorrow
    )
    assert (counts(meeting), counts(meeting, on=TODAY)) == (None, (ScoreSide.CELL, Decimal(100), Grade.GOOD))


def test_rules_that_begin_later_leave_what_counted() -> None:
    """The commune decides from December on: November's meeting keeps the cell's score."""
    cell = make_cell()
    meeting = make_held_meeting(cell)
    total = agree(meeting)
    who = make_actor(Permission.POLICIES_WRITE, path=cell.path)
    pack = LocalPack("05-QĐ/ĐU", "Chấm điểm", date(2026, 12, 1), [LocalRule(PolicyKey.SCORE_OFFICIAL_SIDE, "commune")])
    add_local_version(actor=who, organization=cell, pack=pack, now=NOW)
    confirm(meeting, "61", reason="Chưa đủ bước", seen_cell=total, now=LATER)
    assert counts(meeting) == (ScoreSide.CELL, total, Grade.GOOD)


def test_rules_of_the_month_that_runs_settle_anew_what_they_reach() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    total = agree(meeting)
    confirm(meeting, "61", reason="Chưa đủ bước", seen_cell=total, now=LATER)
    who = make_actor(Permission.POLICIES_WRITE, path=cell.path)
    pack = LocalPack("05-QĐ/ĐU", "Chấm điểm", meeting.month, [LocalRule(PolicyKey.SCORE_OFFICIAL_SIDE, "commune")])
    add_local_version(actor=who, organization=cell, pack=pack, now=NOW)
    assert counts(meeting) == (ScoreSide.COMMUNE, Decimal(61), Grade.AVERAGE)
    assert StandingScore.objects.filter(meeting=meeting).count() == 2


def test_the_page_shows_all_sides_and_whose_counts() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    total = agree(meeting)
    confirm(meeting, "61", reason="Chưa đủ bước", seen_cell=total)
    page = queries.get_sheet_page(actor=make_secretary(cell), meeting_id=meeting.public_id)
    assert [(line.side, line.total, line.reason) for line in page.sides.lines] == [
        (ScoreSide.COMMUNE, Decimal(61), "Chưa đủ bước")
    ]
    assert (page.official_side, page.may_confirm) == ("Điểm chính thức: điểm chi bộ tự chấm.", False)
