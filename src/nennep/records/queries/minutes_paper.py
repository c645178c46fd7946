"""The paper of the minutes from the records of a meeting: read while it is a draft, frozen when it is approved."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from uuid import UUID

from django.db.models import Prefetch
from django.utils import translation
from django.utils.timezone import localdate, localtime

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.wording import lower_start
from nennep.duties.choices import DutyState
from nennep.duties.queries import DutyRow
from nennep.meetings.models import AgendaItem, Meeting, Premeeting
from nennep.meetings.queries.advice import list_meeting_advice
from nennep.meetings.queries.agenda import origin_of
from nennep.members.models import Member
from nennep.members.queries import tell_apart
from nennep.organizations.queries import breadcrumb
from nennep.petitions.choices import StepKind
from nennep.petitions.queries import HandledPetition, PetitionRow, list_of_origin
from nennep.policies.queries import RuleBook
from nennep.records.queries.leaders import read_leaders
from nennep.records.rules.minutes import (
    REOPENED,
    AbsentPart,
    AdvicePart,
    AttendancePart,
    DeparturePart,
    GuestPart,
    ItemPart,
    LastDutyPart,
    MinutesContent,
    NewDutyPart,
    PetitionPart,
    RemarkPart,
    ReservedPart,
    SpeechPart,
    VotePart,
)
from nennep.room.choices import AttendanceState, GuestState, VoteMajority
from nennep.room.models import RollCallEntry, Speech, Vote
from nennep.room.queries.course import list_handled_at, read_course
from nennep.room.queries.guests import list_guests
from nennep.room.queries.outcome import list_given_duties, list_last_duties, rules_of
from nennep.room.rules.outcome import say_majority, say_rule, threshold_of
from nennep.room.rules.room import RollMark, tally

Names = Mapping[UUID, str]  # what the minutes call each person, by public id; somebody else by the full name
_UNREAD = ("member__ethnic_group", "member__religion", "member__identity_number")


def build_minutes(*, actor: Actor, meeting: Meeting) -> MinutesContent:
    """The minutes from the records of a closed meeting, in Vietnamese. About eighteen queries, however long the meeting."""
    with translation.override("vi"):
        upper = breadcrumb(meeting.organization)[:-1]
        opened = localtime(meeting.opened_at or meeting.planned_for)
        entries = list_entries(meeting)
        names, leaders = name_people(entry.member for entry in entries), read_leaders(meeting)
        return MinutesContent(
            cell=meeting.organization.name,
            upper=upper[-1].name if upper else "",
            kind=meeting.get_kind_display(),
            mode=meeting.get_mode_display(),
            month=str(Month.of(meeting.month)),
            opened_at=opened.isoformat(timespec="minutes"),
            closed_at=localtime(meeting.closed_at or opened).isoformat(timespec="minutes"),
            place=meeting.place,
            chair=_call(meeting.chair, names) or leaders.default_chair,
            minute_taker=_call(meeting.minute_taker, names),
            upper_guest=meeting.upper_guest,
            guests=meeting.guests,
            fee_note=meeting.fee_note,
            attendance=make_attendance(entries),
            conclusion=meeting.conclusion,
            items=_build_items(meeting, names),
            last_duties=_build_last_duties(actor, meeting, names),
            remarks=build_remarks(meeting, names),
            votes=build_votes(meeting),
            duties=build_duties(meeting, names),
            departures=_build_departures(meeting),
            guest_list=_build_guests(meeting),
            reserved=_build_reserved(meeting, names),
            advice=_build_advice(meeting),
            petitions=_build_petitions(meeting),
            premeeting_on=_find_premeeting_day(meeting),
            leaders=leaders,
        )


def list_entries(meeting: Meeting) -> list[RollCallEntry]:
    """The roll call with its members, by given name; nothing sensitive is read. One query."""
    entries = meeting.roll_call.select_related("member").defer(*_UNREAD)
    return list(entries.order_by("member__name_key", "member_id"))


def name_people(members: Iterable[Member]) -> Names:
    """Namesakes of one cell get their year of birth, everybody else the full name."""
    people = list(members)
    labels = tell_apart(people)
    return {member.public_id: labels[member.pk] for member in people}


def build_attendance(meeting: Meeting) -> AttendancePart:
    """The roll call in figures and the absent by name, in Vietnamese. One query."""
    with translation.override("vi"):
        return make_attendance(list_entries(meeting))


def make_attendance(entries: Sequence[RollCallEntry]) -> AttendancePart:
    """`build_attendance` from rows at hand, in the order in which the absent are to be named. No query."""
    names = name_people(entry.member for entry in entries)
    counts = tally(RollMark(AttendanceState(entry.state), entry.counted, entry.votes) for entry in entries)
    states = [entry.state for entry in entries]
    return AttendancePart(
        called=counts.called,
        counted=counts.counted,
        present=counts.present,
        excused=counts.excused,
        unexcused=counts.unexcused,
        exempt=states.count(AttendanceState.EXEMPT),
        elsewhere=states.count(AttendanceState.ELSEWHERE),
        absent=tuple(
            AbsentPart(names[entry.member.public_id], entry.get_state_display(), entry.reason)
            for entry in entries
            if entry.counted and not AttendanceState(entry.state).is_there
        ),
        late=tuple(
            _say_at(names[entry.member.public_id], entry.arrived_at)
            for entry in entries
            if entry.state == AttendanceState.LATE
        ),
        left_early=tuple(
            _say_at(names[entry.member.public_id], entry.left_at)
            for entry in entries
            if entry.state == AttendanceState.LEFT_EARLY
        ),
        online=_name_in_state(entries, names, AttendanceState.ONLINE),
    )


def _say_at(name: str, hour: time | None) -> str:
    """`Đặng Văn Loan (19 giờ 50 phút)`; the name alone where no hour was written down."""
    return f"{name} ({hour.hour} giờ {hour.minute:02d} phút)" if hour else name


def _name_in_state(entries: Sequence[RollCallEntry], names: Names, state: AttendanceState) -> tuple[str, ...]:
    return tuple(names[entry.member.public_id] for entry in entries if entry.state == state)


def _call(member: Member | None, names: Names) -> str:
    return names.get(member.public_id, member.full_name) if member else ""


def _build_items(meeting: Meeting, names: Names) -> tuple[ItemPart, ...]:
    speeches = Speech.objects.select_related("member").order_by("first_at", "pk")
    items = list(
        meeting.agenda.select_related("presenter")
        .prefetch_related(Prefetch("speeches", speeches))
        .order_by("position", "pk")
    )
    course = read_course(meeting, items)
    return tuple(make_item_part(item, item.speeches.all(), names, opened=course.tell(item.pk)) for item in items)


def make_item_part(item: AgendaItem, speeches: Iterable[Speech], names: Names, *, opened: bool | None) -> ItemPart:
    """One item and who spoke on it, in the order of their first words. No query when presenter and members are loaded."""
    return ItemPart(
        id=str(item.public_id),
        phase=item.get_phase_display(),
        topic=item.topic,
        title=item.title,
        presenter=_call(item.presenter, names),
        note=item.note,
        conclusion=item.conclusion,
        speeches=tuple(SpeechPart(_call(speech.member, names), speech.opinion, speech.count) for speech in speeches),
        opened=opened,
    )


def _build_last_duties(actor: Actor, meeting: Meeting, names: Names) -> tuple[LastDutyPart, ...]:
    rows = list_last_duties(actor=actor, meeting=meeting)
    return tuple(make_last_duty_part(row, names) for row in rows)


def make_last_duty_part(row: DutyRow, names: Names) -> LastDutyPart:
    """A row of last month's table. No query."""
    return LastDutyPart(
        title=row.title,
        assignee=names.get(row.assignee_id, row.assignee),
        opening=str(row.opening.label),
        result=row.result,
        done=row.state == DutyState.DONE,
        helper=_name_helpers(row, names),
        due_on=_say_day(row.due_on),
        goes_on=row.is_open,
    )


def build_remarks(meeting: Meeting, names: Names) -> tuple[RemarkPart, ...]:
    """Praise and reminders in the order written. One query."""
    rows = meeting.remarks.select_related("member").order_by("pk")
    return tuple(RemarkPart(row.get_kind_display(), _call(row.member, names), row.text) for row in rows)


def build_votes(meeting: Meeting) -> tuple[VotePart, ...]:
    """Votes in the order taken. Two queries."""
    rules = rules_of(meeting)
    with translation.override("vi"):
        return tuple(make_vote_part(vote, _say_majority(vote, rules)) for vote in meeting.votes.order_by("at", "pk"))


def _say_majority(vote: Vote, rules: RuleBook) -> str:
    """Empty for the ordinary one."""
    majority = VoteMajority(vote.majority)
    return "" if majority == VoteMajority.ORDINARY else say_majority(threshold_of(majority, rules))


def make_vote_part(vote: Vote, majority: str = "") -> VotePart:
    """One vote in Vietnamese words; `majority` in words, empty for the ordinary one. No query."""
    return VotePart(
        subject=vote.subject,
        method=vote.get_method_display(),
        base=vote.base,
        in_favour=vote.in_favour,
        against=vote.against,
        other=vote.other,
        passed=vote.passed,
        majority=majority,
        issued=vote.issued,
        invalid=vote.invalid,
    )


def build_duties(meeting: Meeting, names: Names) -> tuple[NewDutyPart, ...]:
    """Tasks given in the meeting, in the order given. Two queries."""
    return tuple(make_duty_part(row, names) for row in list_given_duties(meeting))


def make_duty_part(row: DutyRow, names: Names) -> NewDutyPart:
    """One task given. No query."""
    assignee = names.get(row.assignee_id, row.assignee)
    return NewDutyPart(row.title, assignee, _name_helpers(row, names), _say_day(row.due_on))


def _name_helpers(row: DutyRow, names: Names) -> str:
    return ", ".join(names.get(key, name) for key, name in zip(row.helper_ids, row.helpers, strict=True))


def _say_day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _build_departures(meeting: Meeting) -> tuple[DeparturePart, ...]:
    departures = meeting.departures.order_by("at", "pk")
    return tuple(DeparturePart(say_rule(departure.rule_key), departure.reason) for departure in departures)


def _build_guests(meeting: Meeting) -> tuple[GuestPart, ...]:
    present = [guest for guest in list_guests(meeting) if guest.state == GuestState.PRESENT]
    return tuple(GuestPart(guest.name, str(guest.kind.label)) for guest in present)


def _build_reserved(meeting: Meeting, names: Names) -> tuple[ReservedPart, ...]:
    rows = meeting.reserved_opinions.select_related("member", "vote").order_by("at", "pk")
    return tuple(ReservedPart(_call(row.member, names), row.text, row.vote.subject if row.vote else "") for row in rows)


def _build_advice(meeting: Meeting) -> tuple[AdvicePart, ...]:
    """Only what this meeting answered: what it left open is not part of its course."""
    answered = [row for row in list_meeting_advice(meeting) if not row.is_open]
    return tuple(AdvicePart(row.text, row.given_by, str(row.state.label), row.answer) for row in answered)


def _build_petitions(meeting: Meeting) -> tuple[PetitionPart, ...]:
    """What was asked for, then what was settled or opened again of what had been asked before. Three queries."""
    noted = list_of_origin(origin=origin_of(meeting), today=meeting.held_on)
    handled = list_handled_at(meeting)
    known = {one.row.public_id: one for one in handled}
    earlier = [one.row for one in handled if one.row.public_id not in {row.public_id for row in noted}]
    return tuple(_make_petition_part(row, known.get(row.public_id)) for row in [*noted, *earlier])


def _make_petition_part(row: PetitionRow, handled: HandledPetition | None) -> PetitionPart:
    said = {
        StepKind.SOLVED: "Chi bộ xác nhận đã giải quyết xong",
        StepKind.REOPENED: f"{REOPENED}: {lower_start(handled.text)}" if handled else "",
        StepKind.PARTLY: f"Mới được một phần, mở lại: {lower_start(handled.text)}" if handled else "",
    }
    decision = said.get(handled.step, "") if handled else ""
    return PetitionPart(row.text, row.raised_by, row.holder, row.answer, decision, is_comrade=row.is_of_member)


def _find_premeeting_day(meeting: Meeting) -> str:
    """Of a pre-meeting that was concluded."""
    held = Premeeting.objects.filter(meeting=meeting, concluded_at__isnull=False).first()
    return localdate(held.held_at).isoformat() if held else ""
