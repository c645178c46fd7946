"""A province in which people do whatever they do, for tests that compare what follows from it."""

import random
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from nennep.assessments.models import ScoreSheet
from nennep.assessments.services.sheets import Decision, agree_sheet, reopen_sheet, score_items, start_sheet
from nennep.assessments.services.sides import CommuneDraft, confirm_score
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.duties.services import DutyDetails, DutyProgress, change_duty, drop_duty, give_duty, report_duty
from nennep.meetings.models import Meeting
from nennep.meetings.services.notice import send_notice
from nennep.meetings.services.routine import set_routine
from nennep.meetings.services.schedule import cancel_meeting, ensure_schedule
from nennep.members.choices import Ending, MembershipKind, Sex, Standing
from nennep.members.models import Member
from nennep.members.rules import MemberDetails
from nennep.members.services import (
    change_member,
    change_standing,
    create_member,
    join_cell,
    merge_members,
    transfer,
)
from nennep.members.services import (
    leave as leave_cell,
)
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import (
    UnitDetails,
    UnitSettings,
    change_settings,
    close_organization,
    create_organization,
    merge_organization,
    move_organization,
    split_organization,
)
from nennep.petitions.choices import Word
from nennep.petitions.models import Petition
from nennep.petitions.services.answers import answer_petition
from nennep.petitions.services.course import reopen_petition
from nennep.petitions.services.petitions import confirm_solved
from nennep.petitions.services.raising import PetitionDetails, note_petition
from nennep.policies.choices import PolicyKey
from nennep.records.services.filing import file_meeting, take_back_filing
from nennep.records.services.minutes import approve_minutes
from nennep.records.services.reopening import reopen_meeting
from nennep.reporting.services import fold_figures
from nennep.room.choices import RemarkKind
from nennep.room.models import RollCallEntry
from nennep.room.rules.outcome import CONCLUSION_KEY, MODE_KEY, ROLL_CALL_KEY, SELF_CRITICISM_KEY
from nennep.room.services.outcome import MeetingEnd, RemarkDraft, add_remark, close_meeting
from nennep.room.services.roll_call import mark_others_present, tap_entry
from nennep.room.services.room import open_meeting, speak
from nennep.visits.models import Visit
from nennep.visits.services.visits import VisitWish, cancel_visit, miss_visit, plan_visit
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.factories.visits import make_official

SYSTEM = Actor.system()
MONTHS = [Month(2026, number) for number in (9, 10, 11, 12)]


class Nobody(Exception):
    """There is none to do it with."""


class Life:
    """A province of three communes that does what it is told, on days that pass."""

    def __init__(self, seed: int) -> None:
        self.dice, self.now = random.Random(seed), NOW - timedelta(days=60)  # noqa: S311  no secret
        province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
        communes = [make_unit(f"Đảng bộ xã {n}", kind=UnitKind.BASE, parent=province) for n in "ABC"]
        for number, commune in enumerate((communes[0], communes[0], communes[1])):
            cell = make_unit(f"Chi bộ {number}", parent=commune, cell_type=CellType.VILLAGE)
        self.official, self.number = make_official(cell), 0

    @property
    def today(self) -> date:
        return self.now.date()

    def cells(self) -> list[Organization]:
        return list(Organization.objects.open_on(self.today).cells().order_by("pk"))

    def pick(self, rows: Any) -> Any:
        """One of them. Raises Nobody."""
        found = list(rows)
        if not found:
            raise Nobody
        return self.dice.choice(found)

    def day(self) -> date:
        """Today, or some weeks ago."""
        return self.today - timedelta(days=self.dice.choice((0, 0, 1, 20, 40)))

    def member(self) -> Any:
        return self.pick(Member.objects.filter(merged_into=None).order_by("pk"))

    def write(self) -> dict[str, Any]:
        return {"actor": SYSTEM, "now": self.now}


def pass_days(life: Life) -> None:
    life.now += timedelta(days=life.dice.choice((1, 3, 9)))


def fold(life: Life) -> None:
    fold_figures(**life.write())


def enter(life: Life) -> None:
    life.number += 1
    details = MemberDetails(full_name=f"Lò Văn {life.number}", sex=life.dice.choice(("", *Sex.values)))
    how: dict[str, Any] = {"joined_on": life.day(), **life.write()}
    standing = life.dice.choice((Standing.OFFICIAL, Standing.PROBATIONARY))
    create_member(organization=life.pick(life.cells()), details=details, standing=standing, **how)


def join_later(life: Life) -> None:
    how: dict[str, Any] = {"kind": MembershipKind.TEMPORARY, "standing": Standing.OFFICIAL, "on": life.day()}
    join_cell(member=life.member(), organization=life.pick(life.cells()), **how, **life.write())


def go_elsewhere(life: Life) -> None:
    transfer(member=life.member(), to=life.pick(life.cells()), on=life.day(), **life.write())


def be_exempt(life: Life) -> None:
    change_standing(member=life.member(), standing=Standing.EXEMPT, on=life.day(), **life.write())


def leave(life: Life) -> None:
    leave_cell(member=life.member(), ending=Ending.DECEASED, on=life.day(), **life.write())


def correct_sex(life: Life) -> None:
    member = life.member()
    change_member(
        member=member, details=MemberDetails(member.full_name, sex=life.dice.choice(Sex.values)), **life.write()
    )


def merge_two(life: Life) -> None:
    merge_members(keep=life.member(), drop=life.member(), **life.write())


def plan(life: Life) -> None:
    ensure_schedule(organization=life.pick(life.cells()), year=2026, **life.write())


def meet(life: Life) -> None:
    planned = Meeting.objects.filter(state="planned", month__lte=life.today).order_by("pk")
    meeting = open_meeting(meeting=life.pick(planned), opened_at=life.now, reason="Bận", **life.write())
    mark_others_present(meeting=meeting, **life.write())
    for entry in RollCallEntry.objects.filter(meeting=meeting, state="present").order_by("pk")[:1]:
        tap_entry(entry=entry.public_id, **life.write())


def close(life: Life) -> None:
    life.now += timedelta(minutes=90)
    reasons, ending = dict.fromkeys(REASONS, "Bận"), MeetingEnd(long_is_right=True)
    close_meeting(
        meeting=life.pick(Meeting.objects.filter(state="open").order_by("pk")),
        reasons=reasons,
        ending=ending,
        **life.write(),
    )


def reopen(life: Life) -> None:
    reopen_meeting(meeting=life.pick(Meeting.objects.filter(state="held").order_by("pk")), **life.write())


def call_off(life: Life) -> None:
    planned = Meeting.objects.filter(state="planned", month__lte=life.today).order_by("pk")
    cancel_meeting(meeting=life.pick(planned), reason="Bão", **life.write())


def give(life: Life) -> None:
    member = life.member()
    due = life.today + timedelta(days=life.dice.choice((0, 5, 20)))
    give_duty(
        organization=life.pick(life.cells()), details=DutyDetails("Làm mương", member, due_on=due), **life.write()
    )


def report(life: Life) -> None:
    progress = DutyProgress(life.dice.choice((DutyState.DONE, DutyState.ONGOING)), 100, "")
    report_duty(duty=life.pick(Duty.objects.order_by("pk")), progress=progress, **life.write())


def put_off(life: Life) -> None:
    duty = life.pick(Duty.objects.order_by("pk"))
    details = DutyDetails(duty.title, duty.assignee, due_on=life.today + timedelta(days=30))
    change_duty(duty=duty, details=details, **life.write())


def drop(life: Life) -> None:
    duty = life.pick(Duty.objects.order_by("pk"))
    drop_duty(duty=duty, reason="Thôi", mistaken=life.dice.random() < 0.5, **life.write())


def found(life: Life) -> None:
    life.number += 1
    parent = life.pick(Organization.objects.filter(kind=UnitKind.BASE).order_by("pk"))
    details = UnitDetails(f"MOI{life.number}", f"Chi bộ mới {life.number}", UnitKind.CELL, CellType.VILLAGE)
    create_organization(parent=parent, details=details, on=life.day(), **life.write())


def be_an_office(life: Life) -> None:
    cell = life.pick(life.cells())
    chosen = UnitSettings(cell.code, life.dice.choice(CellType.values), used_from=life.dice.choice((None, life.day())))
    change_settings(organization=cell, settings=chosen, **life.write())


def change_day(life: Life) -> None:
    since = Month.of(life.today).plus(life.dice.choice((0, 1)))
    how: dict[str, Any] = {"fixed_day": life.dice.choice((3, 20)), "starts_at": time(8), "place": ""}
    set_routine(organization=life.pick(life.cells()), since=since, **how, **life.write())


def move(life: Life) -> None:
    cell = life.pick(life.cells())
    others = Organization.objects.open_on(life.today).filter(kind=UnitKind.BASE).order_by("pk")
    parent = life.pick(others.exclude(path=cell.path[: -cell.steplen]))
    move_organization(organization=cell, parent=parent, on=life.day(), reason="Sắp xếp", **life.write())


def merge(life: Life) -> None:
    one, two = life.pick(life.cells()), life.pick(life.cells())
    merge_organization(organization=one, successor=two, on=life.day(), reason="Sắp xếp", **life.write())


def merge_communes(life: Life) -> None:
    bases = Organization.objects.open_on(life.today).filter(kind=UnitKind.BASE).order_by("pk")
    if bases.count() < 3:
        raise Nobody  # there would be nowhere to move to
    merge_organization(
        organization=life.pick(bases), successor=life.pick(bases), on=life.day(), reason="Sắp xếp", **life.write()
    )


def split(life: Life) -> None:
    life.number += 1
    parts = [UnitDetails(f"TACH{life.number}", f"Chi bộ tách {life.number}", UnitKind.CELL, CellType.VILLAGE)]
    split_organization(
        organization=life.pick(life.cells()), parts=parts, on=life.day(), reason="Sắp xếp", **life.write()
    )


def end(life: Life) -> None:
    close_organization(organization=life.pick(life.cells()), on=life.day(), reason="Hết người", **life.write())


def announce(life: Life) -> None:
    planned = Meeting.objects.filter(state="planned").order_by("pk")
    send_notice(meeting=life.pick(planned), **life.write())


def held(life: Life) -> Meeting:
    found: Meeting = life.pick(Meeting.objects.filter(state="held").order_by("pk"))
    return found


def somebody_there(life: Life) -> RollCallEntry:
    """At a meeting that goes on, if need be one that begins."""
    there = RollCallEntry.objects.filter(meeting__state="open", state="present").order_by("pk")
    if not there.exists():
        meet(life)
    found: RollCallEntry = life.pick(there.all())
    return found


def take_the_floor(life: Life) -> None:
    entry = somebody_there(life)
    speak(entry=entry.public_id, **life.write())


def praise(life: Life) -> None:
    entry = somebody_there(life)
    kind = life.dice.choice(list(RemarkKind))
    add_remark(meeting=entry.meeting, draft=RemarkDraft(entry.member, kind, "Hiến đất làm đường"), **life.write())


def approve(life: Life) -> None:
    approve_minutes(meeting=held(life), **life.write())


def file(life: Life) -> None:
    file_meeting(meeting=held(life), **life.write())


def take_filing_back(life: Life) -> None:
    meeting = life.pick(Meeting.objects.exclude(filed_at=None).order_by("-filed_at")[:1])
    take_back_filing(meeting=meeting, **life.write())


def score(life: Life) -> None:
    sheet = start_sheet(meeting=held(life), **life.write())
    decisions = {item.code: Decision(item.maximum, "Tốt") for item in sheet.items.all()}
    score_items(sheet=sheet, decisions=decisions, to_mend="", **life.write())
    agree_sheet(sheet=sheet, **life.write())


def score_again(life: Life) -> None:
    sheet = life.pick(ScoreSheet.objects.filter(state="agreed").order_by("pk"))
    reopen_sheet(sheet=sheet, reason="Nhầm", **life.write())


def score_from_above(life: Life) -> None:
    meeting = held(life)
    draft = CommuneDraft(Decimal(life.dice.choice((45, 80))), reason="Theo hồ sơ", seen=meeting.side_scores.count())
    confirm_score(meeting=meeting, draft=draft, **life.write())


def visit(life: Life) -> None:
    coming = life.pick(Meeting.objects.filter(state="planned", planned_for__gte=life.now).order_by("pk"))
    plan_visit(wish=VisitWish(life.official, coming.organization, coming.day), **life.write())


def miss(life: Life) -> None:
    miss_visit(visit=life.pick(Visit.objects.order_by("pk")), reason="Ốm", **life.write())


def call_visit_off(life: Life) -> None:
    cancel_visit(visit=life.pick(Visit.objects.order_by("pk")), reason="Thôi", **life.write())


def ask(life: Life) -> None:
    cell = life.pick(life.cells())
    holder = life.dice.choice((None, life.pick(Organization.objects.filter(kind=UnitKind.BASE).order_by("pk"))))
    note_petition(
        organization=cell, details=PetitionDetails("Sửa đường", holder=holder), raised_on=life.day(), **life.write()
    )


def petition(life: Life) -> Petition:
    found: Petition = life.pick(Petition.objects.order_by("pk"))
    return found


def answer(life: Life) -> None:
    answer_petition(petition=petition(life), answer="Sẽ sửa", settled=life.dice.random() < 0.3, **life.write())


def say_solved(life: Life) -> None:
    confirm_solved(petition=petition(life), **life.write())


def say_not_solved(life: Life) -> None:
    word = life.dice.choice((Word.NOT, Word.PARTLY))
    reopen_petition(petition=petition(life), text="Chưa xong", word=word, **life.write())


REASONS = (MODE_KEY, ROLL_CALL_KEY, CONCLUSION_KEY, SELF_CRITICISM_KEY, *PolicyKey.values)
OFTEN = (found, enter, plan, meet, close, give, report, ask, answer, fold, pass_days)
ACTS: tuple[Callable[[Life], None], ...] = (
    *OFTEN,
    *OFTEN,
    *(join_later, go_elsewhere, be_exempt, leave, correct_sex, merge_two, reopen, call_off, put_off, drop),
    *(
        announce,
        take_the_floor,
        praise,
        approve,
        file,
        file,
        take_filing_back,
        take_filing_back,
        score,
        score_again,
        score_from_above,
    ),
    *(visit, miss, call_visit_off, say_solved, say_not_solved),
    *(be_an_office, change_day, move, merge, merge_communes, split, end),
)
