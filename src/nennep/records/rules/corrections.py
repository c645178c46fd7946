"""What is changed in the minutes of a closed meeting, as values; and what two versions say differently. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.core.wording import say_date, say_moment
from nennep.records.rules.minutes import AttendancePart, ItemTexts, MinutesContent, NewDutyPart, VotePart
from nennep.room.choices import AttendanceState


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What the roll call shall say of one person."""

    state: AttendanceState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoteChange:
    """What was really voted on, and how many votes there were."""

    subject: str
    in_favour: int
    against: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class MinutesChanges:
    """What shall stand in the minutes instead; what is left out stays. `entries`, `items`, `votes` by public id.

    Only a correction of approved minutes has times, `votes` and `remarks` (None: it was none), and tasks given by mistake.
    """

    items: Mapping[UUID, ItemTexts] = field(default_factory=dict)
    entries: Mapping[UUID, EntryChange] = field(default_factory=dict)
    conclusion: str | None = None
    fee_note: str | None = None
    extra: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    votes: Mapping[UUID, VoteChange | None] = field(default_factory=dict)
    remarks: Mapping[int, str | None] = field(default_factory=dict)
    mistaken_duties: frozenset[UUID] = frozenset()

    def texts(self) -> dict[str, str]:
        """Every text by the name under which it is merged."""
        whole = {"conclusion": self.conclusion, "fee_note": self.fee_note, "extra": self.extra}
        named = {name: text for name, text in whole.items() if text is not None}
        return _name_items({str(key): texts for key, texts in self.items.items()}) | named

    def with_texts(self, texts: Mapping[str, str]) -> "MinutesChanges":
        """The same changes with these texts, as `texts` names them."""
        items = {key: ItemTexts(texts[note_name(str(key))], texts[conclusion_name(str(key))]) for key in self.items}
        conclusion, fee_note, extra = (texts.get(name) for name in ("conclusion", "fee_note", "extra"))
        return replace(self, items=items, conclusion=conclusion, fee_note=fee_note, extra=extra)


def note_name(item: str) -> str:
    """The name of an item's course when texts are merged."""
    return f"note.{item}"


def conclusion_name(item: str) -> str:
    """The name of an item's conclusion when texts are merged."""
    return f"end.{item}"


def texts_of_paper(paper: MinutesContent) -> dict[str, str]:
    """Every text of the minutes by the name under which it is merged."""
    items = _name_items({item.id: ItemTexts(item.note, item.conclusion) for item in paper.items})
    return items | {"conclusion": paper.conclusion, "fee_note": paper.fee_note, "extra": paper.extra}


def _name_items(items: Mapping[str, ItemTexts]) -> dict[str, str]:
    notes = {note_name(key): texts.note for key, texts in items.items()}
    return notes | {conclusion_name(key): texts.conclusion for key, texts in items.items()}


@dataclass(frozen=True, slots=True)
class PaperChange:
    """One place of the minutes and what it said before and after a correction; empty where it said nothing."""

    place: str
    before: str
    after: str


def compare_papers(before: MinutesContent, after: MinutesContent) -> tuple[PaperChange, ...]:
    """What a correction changed, in the order of the paper."""
    return compare_places(say_paper(before), say_paper(after))


def compare_places(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> tuple[PaperChange, ...]:
    """The places of a paper that say something else than before, in the order of the paper; each place stands there once."""
    old, new = dict(before), dict(after)
    places = [*new, *(place for place in old if place not in new)]
    return tuple(
        PaperChange(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    )


def say_paper(paper: MinutesContent) -> Iterator[tuple[str, str]]:
    """Every place of the paper that a correction can touch, and what it says."""
    yield _("Khai mạc"), say_moment(paper.opened)
    yield _("Bế mạc"), say_moment(paper.closed)
    yield from say_attendance(paper.attendance)
    yield _("Đảng phí"), paper.fee_note
    for number, item in enumerate(paper.items, start=1):
        name = f"{number}. {item.title}"
        yield _("%(item)s: diễn biến, ý kiến") % {"item": name}, item.note
        yield _("%(item)s: kết luận") % {"item": name}, item.conclusion
    yield _("Kết luận của người chủ trì"), paper.conclusion
    yield from number_places(
        (_("Biểu quyết: %(what)s") % {"what": vote.subject}, say_vote(vote)) for vote in paper.votes
    )
    yield from number_places((f"{remark.kind}: {remark.name}", remark.text) for remark in paper.remarks)
    yield from number_places((_("Nhiệm vụ: %(what)s") % {"what": duty.title}, say_duty(duty)) for duty in paper.duties)
    yield _("Ghi thêm"), paper.extra


def number_places(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The same place twice (two votes on one thing) is told apart by a number."""
    seen: dict[str, int] = {}
    for place, words in rows:
        seen[place] = seen.get(place, 0) + 1
        yield (f"{place} ({seen[place]})" if seen[place] > 1 else place), words


def say_attendance(part: AttendancePart) -> Iterator[tuple[str, str]]:
    """The roll call, place by place."""
    yield _("Có mặt"), f"{part.present}/{part.counted}"
    yield _("Vắng có lý do"), str(part.excused)
    yield _("Vắng không lý do"), str(part.unexcused)
    absent = (f"{row.name} ({row.state.lower()}{f': {row.reason}' if row.reason else ''})" for row in part.absent)
    yield _("Vắng mặt"), ", ".join(absent)
    yield _("Đến muộn"), ", ".join(part.late)
    yield _("Về sớm"), ", ".join(part.left_early)
    yield _("Dự trực tuyến"), ", ".join(part.online)


def say_vote(vote: VotePart) -> str:
    """The votes counted, and whether they carried."""
    numbers = {"yes": vote.in_favour, "base": vote.base, "no": vote.against, "other": vote.other}
    counts = _("%(yes)s/%(base)s tán thành, %(no)s không tán thành, %(other)s ý kiến khác") % numbers
    return f"{counts}: {_('thông qua') if vote.passed else _('không thông qua')}"


def say_duty(duty: NewDutyPart) -> str:
    """Who does a task, until when."""
    helper = f" ({duty.helper})" if duty.helper else ""
    return f"{duty.assignee}{helper}, {say_date(duty.due) if duty.due else _('chưa xác định mốc')}"
