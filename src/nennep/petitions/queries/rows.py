"""One petition as lists and papers show it."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.wording import say_date
from nennep.organizations.models import Organization
from nennep.petitions.choices import HIDDEN_ASKER, SPOKEN_TO, UNSETTLED, WAITING, PetitionField, PetitionState
from nennep.petitions.models import Petition, PetitionQuerySet

SOON = 5  # days to the last day from which a petition is shown as due


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """One petition as lists and papers show it on the day asked for. `age` and `days_left` in days; the latter negative when late.

    `is_of_member`: `raised_by` begins with the name of a member, not of somebody of the village, and nobody is spoken for. `word`: what the
    cell said of the last answer, empty before it says anything. `is_elsewhere`:
    counted here for what was then, its words are others' to read. `answered_by`: who gave `answer`; `holder` may be another unit since.
    `promised_for`: by when it is to be solved; None once somebody said that it is done. `is_then`: as it stood on a day that is over; what
    was late is not known of it.
    """

    public_id: UUID
    text: str
    field: PetitionField
    raised_by: str
    raised_on: date
    cell: str
    holder: str
    holder_id: UUID
    state: PetitionState
    answer: str
    due_on: date
    age: int
    days_left: int
    promise_left: int | None = None
    promised_for: date | None = None
    is_then: bool = False
    body: str = ""
    place: str = ""
    risen: bool = False
    is_of_member: bool = False
    is_elsewhere: bool = False
    word: str = ""
    late_days: int = 0
    answered_on: date | None = None
    answered_by: str = ""

    @property
    def is_answered_elsewhere(self) -> bool:
        """The answer is another unit's than the one with which the matter lies."""
        return bool(self.answer) and self.answered_by != self.holder

    @property
    def is_late(self) -> bool:
        return self.state == PetitionState.OPEN and self.days_left < 0

    @property
    def late_by(self) -> int:
        """Days, the most so far: a mark that stays after an extension, an answer, a rise; of what is late now those up to today."""
        return max(self.late_days, -self.days_left if self.is_late else 0)

    @property
    def was_late(self) -> bool:
        """Late once, which its state does not say."""
        return self.late_days > 0 and not self.is_late

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def takes_files(self) -> bool:
        """Not settled: whoever may attach, still does."""
        return self.state in UNSETTLED

    def may_be_routed(self, unit: Organization) -> bool:
        """Among several at once, by this unit: it lies there and nobody has answered."""
        return self.state == PetitionState.OPEN and self.holder_id == unit.public_id

    @property
    def awaits_word(self) -> bool:
        """Answered: the cell says what it thinks of it."""
        return self.state in SPOKEN_TO

    @property
    def is_reopened(self) -> bool:
        """Its answer is an earlier one, with which the cell was not content: a new one is owed."""
        return bool(self.word) and self.is_answered_before

    @property
    def is_answered_before(self) -> bool:
        """A new answer is owed: the cell opened the matter again, or whoever answered handed it on."""
        return bool(self.answer) and self.is_waiting and not self.awaits_word

    @property
    def is_promise_broken(self) -> bool:
        """The day by which it was to be solved has passed."""
        return self.promise_left is not None and self.promise_left < 0

    @property
    def clock_words(self) -> str:
        """Both clocks while either runs: the last day of the answer and whether it was in time, the day promised. Empty when settled."""
        if not self.is_waiting:
            return ""
        words = {"day": say_date(self.due_on)}
        if not self.awaits_word:
            return _("Hạn trả lời %(day)s.") % words
        in_time = not self.late_days and not self.is_then
        said = (_("Hạn trả lời %(day)s, đã trả lời đúng hạn.") if in_time else _("Hạn trả lời %(day)s.")) % words
        return f"{said} {self.promise_words}." if self.promise_words else said

    @property
    def promise_words(self) -> str:
        """`Hẹn giải quyết xong chậm nhất 20/12/2026`, with that it has passed; empty where nothing is promised, or it is done."""
        if self.promised_for is None:
            return ""
        words = {"promised": say_date(self.promised_for)}
        said = _("Hẹn giải quyết xong chậm nhất %(promised)s")
        return (_("Hẹn giải quyết xong chậm nhất %(promised)s, đã quá hẹn") if self.is_promise_broken else said) % words

    @property
    def chip_words(self) -> str:
        """`Quá hạn 9 ngày`, `Còn 3 ngày`, `Đã trả lời`, `Hẹn giải quyết, còn 12 ngày`."""
        if self.state == PetitionState.PROMISED and self.promise_left is not None:
            days = abs(self.promise_left)
            late = ngettext("Quá hẹn giải quyết %(days)s ngày", "Quá hẹn giải quyết %(days)s ngày", days)
            left = ngettext("Hẹn giải quyết, còn %(days)s ngày", "Hẹn giải quyết, còn %(days)s ngày", days)
            return (late if self.promise_left < 0 else left) % {"days": days}
        if self.is_late:
            return ngettext("Quá hạn %(days)s ngày", "Quá hạn %(days)s ngày", -self.days_left) % {
                "days": -self.days_left
            }
        if self.state == PetitionState.OPEN:
            return (
                ngettext("Còn %(days)s ngày", "Còn %(days)s ngày", self.days_left) % {"days": self.days_left}
                if self.days_left
                else _("Đến hạn hôm nay")
            )
        return str(self.state.label)

    @property
    def chip_state(self) -> str:
        """`data-state` of the chip: an answer that the cell has not confirmed is due, like an open one near its day."""
        if self.is_late or self.is_promise_broken:
            return "late"
        if self.state == PetitionState.SOLVED:
            return "done"
        soon = self.state == PetitionState.OPEN and self.days_left <= SOON
        return "due" if soon or self.awaits_word else ""


def read_rows(petitions: PetitionQuerySet, today: date, *, in_order: bool = False) -> list[PetitionRow]:
    """As lists show them, those raised first in front, or `in_order` as they come. One query."""
    found = petitions.select_related("organization", "holder", "raised_by", "body")
    return [read_row(petition, today) for petition in (found if in_order else found.order_by("raised_on", "pk"))]


def read_slice(petitions: PetitionQuerySet, first: int, last: int, today: date) -> list[PetitionRow]:
    """Those from `first` up to before `last`, in order: found by an index first, so that no other row is read. Two queries."""
    keys = list(petitions.values_list("pk", flat=True)[first:last])
    related = Petition.objects.select_related("organization", "holder", "raised_by", "body")
    found = related.in_bulk(keys)
    return [read_row(found[key], today) for key in keys if key in found]


def _name_askers(petition: Petition) -> str:
    """Whoever is spoken for has no name, whoever reads: lists, papers and notices are one text for all."""
    if petition.is_hidden:
        return str(HIDDEN_ASKER)
    first = petition.raised_by.full_name if petition.raised_by else petition.raised_by_name
    if not petition.more_askers:
        return first
    words = {"first": first, "count": petition.more_askers}
    if first:
        return _("%(first)s và %(count)s người nữa") % words
    return ngettext("%(count)s người", "%(count)s người", petition.more_askers) % words


def hide_words(row: PetitionRow, *, text: str) -> PetitionRow:
    """For whoever may not open it: unit, area and day, with this instead of its words."""
    return replace(row, text=text, raised_by="", place="", answer="", body="", is_elsewhere=True)


def _find_left(petition: Petition, today: date) -> int | None:
    """Days to the day promised, while it is not done; negative when it has passed."""
    if petition.state != PetitionState.PROMISED or petition.promised_for is None:
        return None
    return (petition.promised_for - today).days


def read_row(petition: Petition, today: date) -> PetitionRow:
    """`petition` is read with its units and who asked."""
    return PetitionRow(
        public_id=petition.public_id,
        text=petition.text,
        field=PetitionField(petition.field),
        raised_by=_name_askers(petition),
        place=petition.place,
        raised_on=petition.raised_on,
        cell=petition.organization.name,
        holder=petition.holder.name,
        holder_id=petition.holder.public_id,
        state=PetitionState(petition.state),
        answer=petition.answer,
        due_on=petition.due_on,
        age=(today - petition.raised_on).days,
        days_left=(petition.due_on - today).days,
        promise_left=_find_left(petition, today),
        promised_for=petition.promised_for if petition.state == PetitionState.PROMISED else None,
        body=petition.body.name if petition.body else "",
        risen=petition.risen,
        word=petition.word,
        late_days=petition.late_days,
        answered_on=petition.answered_on,
        answered_by=(petition.answered_by or petition.holder.name) if petition.answer else "",
        is_of_member=petition.raised_by_id is not None and not petition.is_hidden,
    )
