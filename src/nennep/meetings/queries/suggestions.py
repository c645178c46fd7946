"""What the next programme could take up, from what the program already knows; each says why (G8, G13, G16).

A higher context that knows something too registers a source in `handlers.py`: `register_source(suggest_by_score)`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.access import Actor
from nennep.core.events import load_handlers
from nennep.core.origins import Origin
from nennep.core.periods import Month
from nennep.core.wording import lower_start, say_date
from nennep.documents.choices import DOCUMENT_ORIGIN, PaperType
from nennep.duties.queries import DutyRow, list_open_duties
from nennep.meetings.choices import TITLE_LIMIT, MeetingKind, ThemeState, Topic
from nennep.meetings.models import Meeting, ThemePlan
from nennep.meetings.queries.advice import list_meeting_advice
from nennep.meetings.queries.agenda import list_undiscussed_papers
from nennep.meetings.queries.coverage import add_up_months, list_months, list_spent_items
from nennep.meetings.queries.sources import name_guests
from nennep.meetings.queries.themes import list_themes
from nennep.meetings.rules.agenda import list_suggestions, name_item, name_study
from nennep.meetings.rules.coverage import count_months_since
from nennep.meetings.rules.coverage import find_drop as find_drop
from nennep.petitions.queries import PetitionRow, find_spoken_to, list_waiting, read_row
from nennep.policies.queries import rules_for

DUTY, PETITION, ADVICE = "duties.duty", "petitions.petition", "meetings.advice"
THEME, TOPIC, FIGURE, GUEST = "meetings.theme", "meetings.topic", "meetings.figure", "meetings.guest"
AT_MOST = 3  # of one kind: more is a list, not a suggestion
FELL_BY = 5.0  # points of attendance
LONG_AGO = 6  # months with a meeting since a topic was last talked about


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One item that could go onto the programme: `origin` is what it comes from, `reason` says why in one line."""

    origin: Origin
    title: str
    topic: Topic
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class SuggestionContext:
    """For whom the suggestions are made, for which meeting, on which day."""

    actor: Actor
    meeting: Meeting
    today: date


Source = Callable[[SuggestionContext], Iterable[Suggestion]]
_higher: list[Source] = []


def register_source(source: Source) -> None:
    """Called once per context; a source registered twice counts once."""
    if source not in _higher:
        _higher.append(source)


def suggest_items(*, actor: Actor, meeting: Meeting, today: date) -> tuple[Suggestion, ...]:
    """What could be added to this programme and is not on it, the most pressing first. About fifteen queries."""
    load_handlers()
    asked = SuggestionContext(actor, meeting, today)
    taken = set(meeting.agenda.exclude(origin_kind="").order_by("pk").values_list("origin_kind", "origin_id"))
    sources: tuple[Source, ...] = (
        _from_guests,
        _from_petitions,
        _from_papers,
        _from_duties,
        _from_advice,
        *_higher,
        _from_themes,
        _from_topics,
    )
    found = [suggestion for source in sources for suggestion in source(asked)]
    return tuple(one for one in found if (one.origin.kind, one.origin.id) not in taken)


def _from_guests(asked: SuggestionContext) -> Iterator[Suggestion]:
    """Whoever comes from above is heard before the conclusion (forms.md §4, item 5)."""
    invited = name_guests(asked.meeting).officials
    if not invited or asked.meeting.agenda.filter(topic=Topic.UPPER_WORDS).exists():
        return
    yield Suggestion(
        origin=Origin(GUEST, Topic.UPPER_WORDS.value),
        title="Ý kiến của đại biểu cấp trên",
        topic=Topic.UPPER_WORDS,
        minutes=10,
        reason=_("Có mời %(names)s") % {"names": invited},
    )


def _from_papers(asked: SuggestionContext) -> Iterator[Suggestion]:
    for row in list_undiscussed_papers(asked.meeting, today=asked.today)[:AT_MOST]:
        is_bulletin = row.paper_type == PaperType.BULLETIN
        yield Suggestion(
            origin=Origin(DOCUMENT_ORIGIN, str(row.public_id)),
            title=cut_title(f"{row.number} {row.title}".strip() if is_bulletin else name_study(row.number, row.title)),
            topic=Topic.BULLETIN,
            minutes=10,
            reason=_("Văn bản nhận ngày %(day)s, chưa đưa vào buổi nào") % {"day": say_date(row.received_on)},
        )


def _from_duties(asked: SuggestionContext) -> Iterator[Suggestion]:
    rows = list_open_duties(actor=asked.actor, organization=asked.meeting.organization, today=asked.today)
    late = sorted((row for row in rows if row.days_late), key=lambda row: -row.days_late)
    for row in late[:AT_MOST]:
        yield Suggestion(
            origin=Origin(DUTY, str(row.public_id)),
            title=name_item("Kiểm điểm nhiệm vụ", row.title),
            topic=Topic.LAST_MONTH,
            minutes=5,
            reason=_say_late(row),
        )


def _say_late(row: DutyRow) -> str:
    return ngettext(
        "Việc của đồng chí %(name)s quá hạn %(days)s ngày",
        "Việc của đồng chí %(name)s quá hạn %(days)s ngày",
        row.days_late,
    ) % {"name": row.assignee, "days": row.days_late}


def _from_petitions(asked: SuggestionContext) -> Iterator[Suggestion]:
    """All answers that wait for the cell's word; of those that nobody answered in time the oldest."""
    rows = list_waiting(organization_id=asked.meeting.organization_id, today=asked.today)
    answered, late = [row for row in rows if row.awaits_word], [row for row in rows if row.is_late]
    for row in [*answered, *late[: max(AT_MOST - len(answered), 0)]]:
        yield _suggest_petition(row)


def _suggest_petition(row: PetitionRow) -> Suggestion:
    is_answered = row.awaits_word
    return Suggestion(
        origin=Origin(PETITION, str(row.public_id)),
        title=name_item("Kết quả giải quyết kiến nghị" if is_answered else "Trả lời kiến nghị", row.text),
        topic=Topic.PETITIONS,
        minutes=5,
        reason=_say_petition(row, is_answered=is_answered),
    )


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """An answer that waits for the cell's word, as an item of its programme."""

    organization_id: int
    suggestion: Suggestion


def find_answer(*, petition_id: int, today: date) -> FoundAnswer | None:
    """For the program, of a petition that has just changed: None while no answer waits for the cell's word. One query."""
    found = find_spoken_to(petition_id=petition_id)
    return FoundAnswer(found.organization_id, _suggest_petition(read_row(found, today))) if found else None


def list_new_answers(*, meeting: Meeting, today: date) -> tuple[Suggestion, ...]:
    """Answers that wait for the cell's word and are not on this programme, the oldest petition first. Two queries.

    The caller has passed the meeting's door.
    """
    rows = [row for row in list_waiting(organization_id=meeting.organization_id, today=today) if row.awaits_word]
    on_it = meeting.agenda.filter(origin_kind=PETITION).order_by().values_list("origin_id", flat=True)
    taken = set(on_it) if rows else set()
    return tuple(_suggest_petition(row) for row in rows if str(row.public_id) not in taken)


def _say_petition(row: PetitionRow, *, is_answered: bool) -> str:
    if row.promise_words:
        words = {"holder": row.answered_by, "promise": lower_start(row.promise_words)}
        return _("%(holder)s đã trả lời, %(promise)s; chi bộ cho ý kiến") % words
    if is_answered:
        return _("%(holder)s đã trả lời; chi bộ xác nhận đã giải quyết chưa") % {"holder": row.answered_by}
    return ngettext(
        "Gửi %(holder)s đã %(days)s ngày, quá hạn trả lời", "Gửi %(holder)s đã %(days)s ngày, quá hạn trả lời", row.age
    ) % {"holder": row.holder, "days": row.age}


def _from_advice(asked: SuggestionContext) -> Iterator[Suggestion]:
    for row in [row for row in list_meeting_advice(asked.meeting) if row.is_open][:AT_MOST]:
        yield Suggestion(
            origin=Origin(ADVICE, str(row.public_id)),
            title=name_item("Tiếp thu, trả lời góp ý", row.text),
            topic=Topic.SELF_CRITICISM,
            minutes=5,
            reason=_("%(name)s góp ý ngày %(day)s, chi bộ chưa trả lời")
            % {"name": row.given_by, "day": say_date(row.given_on)},
        )


def _from_themes(asked: SuggestionContext) -> Iterator[Suggestion]:
    """The theme of the meeting's quarter, while the quarter has not had one and the meeting has none."""
    meeting = asked.meeting
    if meeting.kind != MeetingKind.REGULAR:
        return
    quarter = Month.of(meeting.month).quarter
    rows = list_themes([meeting.organization_id], meeting.month.year, today=asked.today)
    own = [row for row in rows.get(meeting.organization_id, []) if row.month.quarter == quarter]
    if any(row.meeting_on for row in own):
        return
    planned = ThemePlan.objects.filter(
        public_id__in=[row.public_id for row in own if row.public_id], state=ThemeState.PLANNED
    )
    for theme in planned.order_by("month", "pk")[:1]:
        yield Suggestion(
            origin=Origin(THEME, str(theme.public_id)),
            title=cut_title(f"Chuyên đề: {theme.title}"),
            topic=Topic.THEME,
            minutes=40,
            reason=_("Quý %(quarter)s chưa sinh hoạt chuyên đề nào; có trong kế hoạch") % {"quarter": quarter},
        )


def _from_topics(asked: SuggestionContext) -> Iterator[Suggestion]:
    """Topics of the cell's type that it has not talked about for long, or at all as far as is known."""
    meeting, months = asked.meeting, list_months(asked.today)
    items = list_spent_items([meeting.organization_id], since=months[0].first_day, until=months[-1].last_day)
    times = add_up_months(items, months)
    held = sum(time.is_held for time in times)
    planned = set(meeting.agenda.order_by("pk").values_list("topic", flat=True))
    cell_type = meeting.organization.cell_type
    rules = rules_for(organization=meeting.organization, on=meeting.day)
    lines = list_suggestions(rules.agenda_template, cell_type=cell_type, month=Month.of(meeting.month))
    ages = [(line, count_months_since(times, line.topic)) for line in lines if line.topic not in planned]
    old = [(line, age) for line, age in ages if held >= LONG_AGO and (age is None or age >= LONG_AGO)]
    seen: set[Topic] = set()
    for line, age in sorted(old, key=lambda pair: -(99 if pair[1] is None else pair[1])):
        if line.topic in seen or line.topic == Topic.THEME or len(seen) == AT_MOST:
            continue
        seen.add(line.topic)
        yield Suggestion(Origin(TOPIC, line.topic.value), line.title, line.topic, line.minutes, _say_age(age, held))


def _say_age(age: int | None, held: int) -> str:
    if age is None:
        return ngettext(
            "Chưa bàn trong %(months)s tháng có sinh hoạt", "Chưa bàn trong %(months)s tháng có sinh hoạt", held
        ) % {"months": held}
    return ngettext("Đã %(months)s tháng chưa bàn", "Đã %(months)s tháng chưa bàn", age) % {"months": age}


def cut_title(title: str) -> str:
    """The programme's line is a Vietnamese paper, and has a limit."""
    words = " ".join(title.split())
    return words if len(words) <= TITLE_LIMIT else f"{words[: TITLE_LIMIT - 1]}…"
