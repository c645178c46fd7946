"""What a vote needs, and what a chair is reminded of before closing (rules.md §1.4, §1.7)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.meetings.choices import MeetingKind
from nennep.meetings.rules.agenda import find_length_key
from nennep.policies.choices import PolicyKey
from nennep.policies.rules import MinutesRange, RuleBook, VoteThreshold, say_source, say_threshold
from nennep.room.choices import VoteMajority

MODE_KEY = "meeting.mode"
ROLL_CALL_KEY = "meeting.roll_call"
CONCLUSION_KEY = "meeting.conclusion"
SELF_CRITICISM_KEY = "meeting.self_criticism"
# Admission, recognition as official member, removal of a probationary member: what `vote.membership` is about.
_MEMBERSHIP_WORDS = ("kết nạp", "công nhận đảng viên", "xóa tên", "xoá tên")


@dataclass(frozen=True, slots=True)
class VoteBase:
    """`base` = official members called to meet, absent ones too; `able` = who of them is marked as there.

    `unmarked` members were not asked yet whether they are there, so they cannot have voted so far.

    `ordinary` and `membership` are what carries a vote of either kind. With fewer than `least` official members a cell
    decides nothing, says `least_source`.
    """

    base: int
    able: int
    ordinary: VoteThreshold
    membership: VoteThreshold
    unmarked: int = 0
    least: int = 0
    least_source: str = ""

    @property
    def needed(self) -> int:
        """Votes in favour that carry an ordinary resolution."""
        return self.needed_for(VoteMajority.ORDINARY)

    @property
    def needed_for_membership(self) -> int:
        return self.needed_for(VoteMajority.MEMBERSHIP)

    @property
    def ordinary_words(self) -> str:
        return say_threshold(self.ordinary)

    @property
    def membership_words(self) -> str:
        return say_threshold(self.membership)

    @property
    def majorities(self) -> list[tuple[str, str]]:
        """What a vote can take, for a select."""
        return [(majority.value, say_majority(self.threshold_of(majority))) for majority in VoteMajority]

    @property
    def is_too_small(self) -> bool:
        return 0 < self.base < self.least

    def needed_for(self, majority: VoteMajority) -> int:
        threshold = self.threshold_of(majority)
        return count_needed(threshold.part, self.base, strict=threshold.strict)

    def threshold_of(self, majority: VoteMajority) -> VoteThreshold:
        return self.membership if majority == VoteMajority.MEMBERSHIP else self.ordinary


@dataclass(frozen=True, slots=True)
class VoteCount:
    """The counted result of one vote. `invalid` ballots were handed in and count for nothing."""

    in_favour: int
    against: int = 0
    other: int = 0
    invalid: int = 0

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.other

    @property
    def returned(self) -> int:
        """Pieces of paper in the box."""
        return self.cast + self.invalid

    @property
    def lowest(self) -> int:
        return min(self.in_favour, self.against, self.other, self.invalid)


def suggest_majority(subject: str) -> VoteMajority:
    """What a vote on `subject` takes, by the words that name it: more for people joining, confirmed or struck off."""
    words = subject.casefold()
    found = any(name in words for name in _MEMBERSHIP_WORDS)
    return VoteMajority.MEMBERSHIP if found else VoteMajority.ORDINARY


def is_tie(*, in_favour: int, against: int) -> bool:
    """As many for as against: carried by nobody, because the base is all official members (rules.md §1.7)."""
    return in_favour == against > 0


def threshold_of(majority: VoteMajority, rules: RuleBook) -> VoteThreshold:
    """What carries a vote that takes this majority."""
    return rules.vote_membership if majority == VoteMajority.MEMBERSHIP else rules.vote_ordinary


def say_majority(threshold: VoteThreshold) -> str:
    """`Quá nửa số đảng viên chính thức`, for a line of its own."""
    words = _("%(part)s số đảng viên chính thức") % {"part": say_threshold(threshold)}
    return words[:1].upper() + words[1:]


def count_needed(part: Fraction, base: int, *, strict: bool) -> int:
    """The fewest votes in favour that carry: more than `part` of the base when strict, else at least it; never 0."""
    wanted = part * base
    return max(1, math.floor(wanted) + 1 if strict else math.ceil(wanted))


def percent_of(in_favour: int, base: int) -> float:
    """Votes in favour in percent of the base, 0 to 100; 0 when there is no base."""
    return 100 * in_favour / base if base else 0.0


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What is known when the chair wants to close. Minutes long and minutes required, 0 when no rule applies.

    `self_criticism` minutes were spent on it, None when nobody measured them; `criticism_asked` minutes should be, None
    where no rule says so. `voted_with` official members something was decided, None when nothing was; `official_least` is
    the fewest that may decide. `sources` says by rule who asks for it, `length_source` who asks for the length.
    """

    kind: MeetingKind
    unmarked: int
    minutes_long: int
    minutes_required: int
    has_conclusion: bool
    self_criticism: int | None = None
    criticism_asked: MinutesRange | None = None
    voted_with: int | None = None
    official_least: int = 0
    sources: Mapping[str, str] = field(default_factory=dict)
    length_source: str = ""

    def said_by(self, key: PolicyKey) -> str:
        return self.sources.get(key) or say_source(None)


@dataclass(frozen=True, slots=True)
class RuleWarning:
    """A rule that is not kept: `key` names it in a RuleDeparture, `title` says what, `rule` what is asked and by whom."""

    key: str
    title: str
    rule: str


def find_warnings(facts: ClosingFacts) -> tuple[RuleWarning, ...]:
    """What the chair must give a reason for before going on (warn, never block)."""
    found = []
    if facts.unmarked:
        title = ngettext(
            "Còn %(count)s đồng chí chưa điểm danh", "Còn %(count)s đồng chí chưa điểm danh", facts.unmarked
        ) % {"count": facts.unmarked}
        found.append(RuleWarning(ROLL_CALL_KEY, title, _("Điểm danh đủ thì tỷ lệ dự mới đúng.")))
    if facts.minutes_long < facts.minutes_required:
        found.append(_warn_short(facts))
    if not facts.has_conclusion:
        rule = _("Hướng dẫn 42-HD/BTCTW: người chủ trì kết luận buổi sinh hoạt.")
        found.append(RuleWarning(CONCLUSION_KEY, _("Chưa ghi kết luận"), rule))
    asked = facts.criticism_asked
    if asked is not None and facts.self_criticism is not None and facts.self_criticism < asked.least:
        found.append(_warn_self_criticism(facts.self_criticism, asked, facts.said_by(PolicyKey.SELF_CRITICISM_MINUTES)))
    if facts.voted_with is not None and facts.voted_with < facts.official_least:
        found.append(_warn_few(facts.voted_with, facts.official_least, facts.said_by(PolicyKey.OFFICIAL_MEMBERS_MIN)))
    return tuple(found)


def closing_keys(kind: str) -> tuple[str, ...]:
    """The rules that closing may ask a reason for."""
    length = find_length_key(MeetingKind(kind)) or PolicyKey.MINUTES_REGULAR
    return ROLL_CALL_KEY, CONCLUSION_KEY, SELF_CRITICISM_KEY, length, PolicyKey.OFFICIAL_MEMBERS_MIN


def _warn_self_criticism(minutes: int, asked: MinutesRange, source: str) -> RuleWarning:
    said = ngettext(
        "Tự phê bình và phê bình mới được %(minutes)s phút",
        "Tự phê bình và phê bình mới được %(minutes)s phút",
        minutes,
    )
    rule = _("%(source)s: nên dành %(least)s đến %(most)s phút.")
    words = {"source": source, "least": asked.least, "most": asked.most}
    return RuleWarning(SELF_CRITICISM_KEY, said % {"minutes": minutes}, rule % words)


def _warn_few(members: int, least: int, source: str) -> RuleWarning:
    title = ngettext(
        "Chỉ có %(count)s đảng viên chính thức mà đã biểu quyết",
        "Chỉ có %(count)s đảng viên chính thức mà đã biểu quyết",
        members,
    ) % {"count": members}
    rule = _("%(source)s: chi bộ có ít nhất %(least)s đảng viên chính thức mới quyết định được.")
    return RuleWarning(PolicyKey.OFFICIAL_MEMBERS_MIN, title, rule % {"source": source, "least": least})


def _warn_short(facts: ClosingFacts) -> RuleWarning:
    key = find_length_key(facts.kind) or PolicyKey.MINUTES_REGULAR
    words = {
        "long": facts.minutes_long,
        "required": facts.minutes_required,
        "source": facts.length_source or facts.said_by(key),
    }
    return RuleWarning(
        key,
        _("Mới được %(long)s phút, ít hơn %(required)s phút") % words,
        _("%(source)s: buổi sinh hoạt này ít nhất %(required)s phút.") % words,
    )


def list_unexplained(warnings: tuple[RuleWarning, ...], reasons: Mapping[str, str]) -> list[RuleWarning]:
    """Warnings that nobody gave a reason for."""
    return [warning for warning in warnings if not reasons.get(warning.key, "").strip()]


def say_rule(key: str) -> str:
    """What people call the rule that a departure names."""
    own: dict[str, str] = {
        ROLL_CALL_KEY: _("Điểm danh đủ"),
        CONCLUSION_KEY: _("Kết luận của người chủ trì"),
        SELF_CRITICISM_KEY: _("Thời gian tự phê bình và phê bình"),
        MODE_KEY: _("Lý do, cấp cho phép họp không trực tiếp"),
        **dict.fromkeys((PolicyKey.MINUTES_REGULAR, PolicyKey.MINUTES_COMBINED), _("Buổi sinh hoạt ngắn hơn quy định")),
    }
    if key in own:
        return own[key]
    return str(PolicyKey(key).label).partition(" (")[0] if key in PolicyKey.values else key
