"""What somebody who attends a meeting should know of the cell, and which three questions to ask (G20). Pure.

Every question comes from a fact that stands beside it. The order of kinds says what is most pressing; of one kind only
the worst is asked about, so that three questions are about three things.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.periods import Month
from nennep.core.wording import lower_start, say_date, say_decimal, say_percent, say_points

QUESTIONS = 3
CLIP = 100  # letters of a petition or an answer: the whole brief is read in a minute and fits one sheet
NAMES_SHOWN = 6
GROUPS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class DutyFact:
    """A task that is not done: its result so far in words, days past its date (0 when not late)."""

    title: str
    result: str
    days_late: int = 0


@dataclass(frozen=True, slots=True)
class ResolutionFact:
    """One resolution: how many of the tasks it gave are done; dropped ones are not counted."""

    month: Month
    number: str
    meeting: UUID
    done: int
    total: int
    unfinished: tuple[DutyFact, ...] = ()


@dataclass(frozen=True, slots=True)
class PetitionFact:
    """One petition that is not settled. `age` days since it was raised, `days_left` until the answer is due (negative: late).

    `promise`: by when the answer promised that it is solved, in words; `is_promise_running`: that day has not passed.
    """

    text: str
    age: int
    days_left: int
    holder: str
    answer: str = ""
    promise: str = ""
    is_promise_running: bool = False

    @property
    def is_late(self) -> bool:
        return not self.answer and self.days_left < 0

    @property
    def words(self) -> str:
        """How it stands: answered how and waiting for the cell's word, or until when who answers."""
        if self.promise:
            words = {"answer": self.answer, "promise": lower_start(self.promise)}
            return _("Đã trả lời: %(answer)s; %(promise)s.") % words
        if self.answer:
            return _("Đã trả lời: %(answer)s; chờ chi bộ cho ý kiến.") % {"answer": self.answer}
        if self.is_late:
            return ngettext(
                "Chưa trả lời, quá hạn %(days)s ngày; đang ở %(holder)s.",
                "Chưa trả lời, quá hạn %(days)s ngày; đang ở %(holder)s.",
                -self.days_left,
            ) % {
                "days": -self.days_left,
                "holder": self.holder,
            }
        return ngettext(
            "Chưa trả lời, còn %(days)s ngày; đang ở %(holder)s.",
            "Chưa trả lời, còn %(days)s ngày; đang ở %(holder)s.",
            self.days_left,
        ) % {
            "days": self.days_left,
            "holder": self.holder,
        }


@dataclass(frozen=True, slots=True)
class PetitionNumbers:
    """All petitions of the cell in numbers, and those around it: in the other cells of `upper`, the unit above.

    `for_word`: answered, and the cell has said nothing of it; `since_last`: answered since its last meeting; `alike`: around, of a
    subject area of which the cell waits too.
    """

    unanswered: int = 0
    late: int = 0
    for_word: int = 0
    since_last: int = 0
    upper: str = ""
    around: int = 0
    around_late: int = 0
    alike: int = 0

    @property
    def words(self) -> str:
        """`Chưa trả lời 3 (1 quá hạn); chờ chi bộ cho ý kiến 2; trả lời từ buổi trước 1.`; empty where nothing is to say."""
        parts = []
        if self.unanswered:
            late = _(" (%(late)s quá hạn)") % {"late": self.late} if self.late else ""
            parts.append(_("chưa trả lời %(number)s") % {"number": self.unanswered} + late)
        if self.for_word:
            parts.append(_("chờ chi bộ cho ý kiến %(number)s") % {"number": self.for_word})
        if self.since_last:
            parts.append(_("trả lời từ buổi trước %(number)s") % {"number": self.since_last})
        said = "; ".join(parts)
        return f"{said[:1].upper()}{said[1:]}." if said else ""

    @property
    def around_words(self) -> str:
        """`Quanh đây (Đảng bộ xã A): 12 kiến nghị đang chờ, 3 quá hạn; cùng lĩnh vực với chi bộ 4.`; empty where nothing waits."""
        if not self.around or not self.upper:
            return ""
        words = ngettext(
            "Quanh đây (%(unit)s): %(number)s kiến nghị đang chờ",
            "Quanh đây (%(unit)s): %(number)s kiến nghị đang chờ",
            self.around,
        ) % {"unit": self.upper, "number": self.around}
        words += _(", %(late)s quá hạn") % {"late": self.around_late} if self.around_late else ""
        words += _("; cùng lĩnh vực với chi bộ %(number)s") % {"number": self.alike} if self.alike else ""
        return f"{words}."


@dataclass(frozen=True, slots=True)
class MonthFact:
    """One meeting held: who came in percent of those called, the self-score; None when not recorded.

    `attendance_target`: what its own rules asked for, in percent.
    """

    month: Month
    percent: float | None
    score: Decimal | None
    attendance_target: int


@dataclass(frozen=True, slots=True)
class GroupFact:
    """A group of the score sheet: the cell's mean points over the last meetings, the mean of the cells around it."""

    code: str
    title: str
    points: Decimal
    maximum: Decimal
    around: Decimal | None = None

    @property
    def lost(self) -> Decimal:
        return self.maximum - self.points

    @property
    def is_weak(self) -> bool:
        """It loses points, and more than the cells around do, where they are known."""
        return self.lost > 0 and (self.around is None or self.points < self.around)

    @property
    def words(self) -> str:
        """`26,1/30, toàn xã 27,4`."""
        own = f"{say_decimal(self.points)}/{say_points(self.maximum)}"
        return (
            own
            if self.around is None
            else _("%(own)s, quanh đây %(mean)s")
            % {
                "own": own,
                "mean": say_decimal(self.around),
            }
        )


@dataclass(frozen=True, slots=True)
class AdviceFact:
    """One comment the cell was given; `state` in words, `is_open` while the cell has not answered."""

    text: str
    given_on: date
    state: str
    is_open: bool
    answer: str = ""


@dataclass(frozen=True, slots=True)
class BriefFacts:
    """All that the questions come from. Newest resolution first; oldest month and petition first; groups that lose most first."""

    resolutions: tuple[ResolutionFact, ...] = ()
    petitions: tuple[PetitionFact, ...] = ()
    months: tuple[MonthFact, ...] = ()
    groups: tuple[GroupFact, ...] = ()
    idle: tuple[str, ...] = ()
    advice: tuple[AdviceFact, ...] = ()
    numbers: PetitionNumbers = PetitionNumbers()

    @property
    def groups_shown(self) -> tuple[GroupFact, ...]:
        """Those that lose most; a group in which the cell stands above those around it is no weak one."""
        return tuple(group for group in self.groups if group.is_weak)[:GROUPS_SHOWN]

    @property
    def idle_words(self) -> str:
        """`3 đồng chí: A, B, C`; the first names only when there are many."""
        if not self.idle:
            return _("Ai cũng có việc.")
        shown, more = self.idle[:NAMES_SHOWN], len(self.idle) - NAMES_SHOWN
        names = ", ".join(shown)
        if more > 0:
            names = _("%(names)s và %(more)s đồng chí nữa") % {"names": names, "more": more}
        count = len(self.idle)
        who = ngettext("%(count)s đồng chí", "%(count)s đồng chí", count) % {"count": count}
        return f"{who}: {names}"


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and the fact it comes from."""

    text: str
    fact: str


def ask_questions(facts: BriefFacts) -> tuple[Question, ...]:
    """Exactly three: the most pressing kinds first, one of each; then such as can always be asked."""
    kinds = (
        _ask_late_petition,
        _ask_late_duty,
        _ask_attendance,
        _ask_open_advice,
        _ask_weak_group,
        _ask_idle,
        _ask_answered_petition,
        _ask_waiting_petition,
        _ask_unfinished_duty,
    )
    found = [question for kind in kinds if (question := kind(facts)) is not None]
    return tuple([*found, *_always()][:QUESTIONS])


def clip(text: str, limit: int = CLIP) -> str:
    """A text without its full stop; of a long one the beginning, whole words, with `…` for the rest."""
    text = text.rstrip(" .")
    if len(text) <= limit:
        return text
    return f"{text[:limit].rsplit(' ', 1)[0].rstrip(' ,.;:')}…"


def _ask_late_petition(facts: BriefFacts) -> Question | None:
    late = [petition for petition in facts.petitions if petition.is_late]
    if not late:
        return None
    worst = min(late, key=lambda petition: petition.days_left)
    words = _("“%(text)s”: vướng ở đâu, ai trả lời, ngày nào?") % {"text": worst.text}
    return Question(words, worst.words)


def _ask_late_duty(facts: BriefFacts) -> Question | None:
    late = [duty for row in facts.resolutions for duty in row.unfinished if duty.days_late]
    return _ask_duty(max(late, key=lambda duty: duty.days_late)) if late else None


def _ask_unfinished_duty(facts: BriefFacts) -> Question | None:
    waiting = [duty for row in facts.resolutions for duty in row.unfinished if not duty.days_late]
    return _ask_duty(waiting[0]) if waiting else None


def _ask_duty(duty: DutyFact) -> Question:
    words = _("“%(title)s”: còn cần gì, ai làm, ngày nào xong?") % {"title": duty.title}
    late = (
        ngettext("quá hạn %(days)s ngày", "quá hạn %(days)s ngày", duty.days_late) % {"days": duty.days_late}
        if duty.days_late
        else ""
    )
    return Question(words, "; ".join(part for part in (duty.result, late) if part))


def _ask_attendance(facts: BriefFacts) -> Question | None:
    """Under the target at the last meeting, or falling three times in a row."""
    known = [fact for fact in facts.months if fact.percent is not None]
    if not known:
        return None
    shares = [fact.percent for fact in known if fact.percent is not None]
    falls = len(shares) >= 3 and shares[-1] < shares[-2] < shares[-3]
    if shares[-1] >= known[-1].attendance_target and not falls:
        return None
    said = "; ".join(f"{fact.month.number}/{fact.month.year}: {say_percent(fact.percent)}" for fact in known[-3:])
    goal = _("cần %(target)s%%") % {"target": known[-1].attendance_target}
    return Question(_("Vì sao đảng viên vắng; đồng chí nào chi bộ cần đến gặp?"), f"{said}; {goal}")


def _ask_open_advice(facts: BriefFacts) -> Question | None:
    waiting = [advice for advice in facts.advice if advice.is_open]
    if not waiting:
        return None
    oldest = min(waiting, key=lambda advice: advice.given_on)
    words = _("Góp ý “%(text)s”: đã làm được đến đâu, vướng gì?") % {"text": oldest.text}
    return Question(words, _("Góp ý ngày %(day)s, chi bộ chưa trả lời") % {"day": say_date(oldest.given_on)})


def _ask_weak_group(facts: BriefFacts) -> Question | None:
    if not facts.groups_shown:
        return None
    worst = facts.groups_shown[0]
    words = _("“%(group)s” mất nhiều điểm nhất: tháng này sửa điều gì trước?") % {"group": worst.title}
    return Question(words, worst.words)


def _ask_idle(facts: BriefFacts) -> Question | None:
    if not facts.idle:
        return None
    count = len(facts.idle)
    words = ngettext(
        "%(count)s đồng chí chưa có nhiệm vụ: hợp với việc gì?",
        "%(count)s đồng chí chưa có nhiệm vụ: hợp với việc gì?",
        count,
    )
    return Question(words % {"count": count}, facts.idle_words)


def _ask_answered_petition(facts: BriefFacts) -> Question | None:
    """What is promised for a day to come is not asked about before it."""
    answered = [petition for petition in facts.petitions if petition.answer and not petition.is_promise_running]
    if not answered:
        return None
    words = _("“%(text)s”: trả lời như vậy chi bộ thấy đã xong chưa?") % {"text": answered[0].text}
    return Question(words, answered[0].words)


def _ask_waiting_petition(facts: BriefFacts) -> Question | None:
    waiting = [petition for petition in facts.petitions if not petition.answer and not petition.is_late]
    if not waiting:
        return None
    words = _("“%(text)s”: trong lúc chờ trả lời, chi bộ tự làm được gì?") % {"text": waiting[0].text}
    return Question(words, waiting[0].words)


def _always() -> Iterator[Question]:
    """For a cell in good order: what only people can say."""
    nothing = _("Hồ sơ không có việc tồn")
    yield Question(_("Người dân trong thôn đang quan tâm nhất việc gì?"), nothing)
    yield Question(_("Việc nào của chi bộ cần cấp trên giúp nhất?"), nothing)
    yield Question(_("Cách làm nào của chi bộ nơi khác nên học?"), nothing)
