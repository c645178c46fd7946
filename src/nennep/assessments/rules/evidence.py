"""The evidence that sheets name (docs/adr/0030-sheets-are-files.md): one pure function each, from facts to a value and words.

A value that no record knows is None, never nothing: no points are proposed for it, and the words say why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.assessments.rules.facts import MeetingFacts
from nennep.core.wording import say_percent
from nennep.policies.choices import ScoreEvidence


class Rows(StrEnum):
    """Where the rows of a figure are read."""

    ROLL_CALL = "roll_call"
    PROGRAMME = "programme"
    PREMEETING = "premeeting"
    PAPERS = "papers"
    MINUTES = "minutes"
    RESOLUTION = "resolution"
    FILING = "filing"
    DUTIES = "duties"
    PETITIONS = "petitions"
    ABSENCES = "absences"


@dataclass(frozen=True, slots=True)
class FoundValue:
    """What one evidence is (a share from 0 on, a count, minutes, yes or no; None: unknown), in words."""

    value: Fraction | int | bool | None
    words: str


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """One evidence of the registry: its function, where its rows are, which facts it `reads` and no others."""

    function: Callable[[MeetingFacts], FoundValue]
    rows: Rows
    reads: tuple[str, ...]


EVIDENCE: dict[ScoreEvidence, EvidenceEntry] = {}


def find(evidence: ScoreEvidence, facts: MeetingFacts) -> FoundValue:
    return EVIDENCE[evidence].function(facts)


def _of(
    evidence: ScoreEvidence, rows: Rows, *reads: str
) -> Callable[[Callable[[MeetingFacts], FoundValue]], Callable[[MeetingFacts], FoundValue]]:
    def register(function: Callable[[MeetingFacts], FoundValue]) -> Callable[[MeetingFacts], FoundValue]:
        EVIDENCE[evidence] = EvidenceEntry(function, rows, reads)
        return function

    return register


# ── day and length ────────────────────────────────────────────────────────────


@_of(ScoreEvidence.ON_THE_DAY, Rows.MINUTES, "window_kept", "held_on")
def _on_the_day(facts: MeetingFacts) -> FoundValue:
    """The meeting was held within the days of its month; where no day is set, none was missed."""
    days = {True: _("đúng ngày"), False: _("ngoài ngày quy định"), None: _("không định ngày")}[facts.window_kept]
    return FoundValue(facts.window_kept is not False, _("%(day)s, %(days)s") % {"day": facts.held_on, "days": days})


@_of(ScoreEvidence.MINUTES_LONG, Rows.MINUTES, "minutes_long", "minutes_required")
def _minutes_long(facts: MeetingFacts) -> FoundValue:
    """Whole minutes from the opening to the closing."""
    return FoundValue(facts.minutes_long, _say_length(facts))


@_of(ScoreEvidence.MINUTES_SHORT, Rows.MINUTES, "minutes_required", "minutes_long")
def _minutes_short(facts: MeetingFacts) -> FoundValue:
    """Whole minutes that were missing to what the rule of its kind asks for; 0 where it asks for nothing."""
    return FoundValue(max(0, facts.minutes_required - facts.minutes_long), _say_length(facts))


@_of(ScoreEvidence.LENGTH_SHARE, Rows.MINUTES, "minutes_required", "minutes_long")
def _length_share(facts: MeetingFacts) -> FoundValue:
    """The length as a part of what is asked for; unknown where nothing is."""
    if not facts.minutes_required:
        return FoundValue(None, _say_length(facts))
    return FoundValue(Fraction(facts.minutes_long, facts.minutes_required), _say_length(facts))


def _say_length(facts: MeetingFacts) -> str:
    words = {"long": facts.minutes_long, "required": facts.minutes_required}
    return _("%(long)s phút, cần %(required)s") % words if facts.minutes_required else _("%(long)s phút") % words


# ── who came ──────────────────────────────────────────────────────────────────


@_of(ScoreEvidence.ATTENDANCE_SHARE, Rows.ROLL_CALL, "counted", "present", "unexcused")
def _attendance_share(facts: MeetingFacts) -> FoundValue:
    """Those who came, of those who had to (frozen with the minutes); unknown without a roll call."""
    if not facts.counted:
        return FoundValue(None, _("Chưa điểm danh"))
    percent = say_percent(100 * facts.present / facts.counted)
    words = {"present": facts.present, "counted": facts.counted, "percent": percent}
    said = _("Có mặt %(present)s/%(counted)s (%(percent)s)") % words
    return FoundValue(Fraction(facts.present, facts.counted), f"{said}, {_say_unexcused(facts)}")


@_of(ScoreEvidence.UNEXCUSED, Rows.ROLL_CALL, "counted", "unexcused")
def _unexcused(facts: MeetingFacts) -> FoundValue:
    """How many of those who had to come stayed away without a reason; unknown without a roll call."""
    if not facts.counted:
        return FoundValue(None, _("Chưa điểm danh"))
    return FoundValue(facts.unexcused, _say_unexcused(facts))


def _say_unexcused(facts: MeetingFacts) -> str:
    if not facts.unexcused:
        return _("không ai vắng không lý do")
    return _("%(count)s vắng không lý do") % {"count": facts.unexcused}


@_of(ScoreEvidence.EXCUSED_STREAK, Rows.ABSENCES, "streaks", "streak_max")
def _excused_streak(facts: MeetingFacts) -> FoundValue:
    """How many members were excused more often in a row than the rule allows, in the year of this meeting and until it.

    Whoever came back since is counted too: no document lets a later meeting undo it.
    """
    if facts.streaks is None:
        return FoundValue(None, _("chưa biết ai vắng nhiều lần liên tiếp"))
    words = {"count": facts.streaks, "most": facts.streak_max}
    if not facts.streaks:
        return FoundValue(0, _("không ai vắng có lý do quá %(most)s lần liên tiếp") % words)
    return FoundValue(facts.streaks, _("%(count)s đồng chí vắng có lý do quá %(most)s lần liên tiếp") % words)


# ── preparation ───────────────────────────────────────────────────────────────


@_of(ScoreEvidence.ITEMS, Rows.PROGRAMME, "items")
def _items(facts: MeetingFacts) -> FoundValue:
    """How many items the programme has."""
    said = ngettext(
        "Chương trình %(items)s mục, không kể việc sau bế mạc",
        "Chương trình %(items)s mục, không kể việc sau bế mạc",
        facts.items,
    )
    return FoundValue(facts.items, said % {"items": facts.items})


@_of(ScoreEvidence.PROGRAMME_AGREED, Rows.PROGRAMME, "prepared", "prepared_after")
def _programme_agreed(facts: MeetingFacts) -> FoundValue:
    """The programme was settled before the meeting began (42-HD/BTCTW: its content is agreed while it is prepared)."""
    if facts.prepared and facts.prepared_after:
        return FoundValue(value=False, words=_("thống nhất chương trình sau khi khai mạc"))
    said = _("đã thống nhất chương trình") if facts.prepared else _("chưa thống nhất chương trình")
    return FoundValue(facts.prepared, said)


@_of(ScoreEvidence.COMMITTEE_MET, Rows.PREMEETING, "is_led_alone", "committee_met")
def _committee_met(facts: MeetingFacts) -> FoundValue:
    """The chi ủy met before the meeting and its minutes were closed; kept where nobody but the secretary leads the cell."""
    if facts.is_led_alone:
        return FoundValue(value=True, words=_("chi bộ chỉ có bí thư"))
    if facts.committee_met is None:
        return FoundValue(None, _("không biết chi ủy đã họp chưa"))
    said = _("chi ủy đã họp, có biên bản") if facts.committee_met else _("chưa ghi họp chi ủy")
    return FoundValue(facts.committee_met, said)


@_of(ScoreEvidence.MEMBERS_TOLD, Rows.PROGRAMME, "announced", "announced_after")
def _members_told(facts: MeetingFacts) -> FoundValue:
    """The call went out before the meeting began, on whatever day: what is sent afterwards calls nobody."""
    if facts.announced and facts.announced_after:
        return FoundValue(value=False, words=_("báo đảng viên sau khi khai mạc"))
    return FoundValue(facts.announced, _("đã báo đảng viên") if facts.announced else _("chưa báo đảng viên"))


@_of(ScoreEvidence.NOTICE_IN_TIME, Rows.PROGRAMME, "announced_in_time", "announced")
def _notice_in_time(facts: MeetingFacts) -> FoundValue:
    """The call went out by the last day for papers (`docs.upload_days_before`)."""
    if facts.announced_in_time is None:
        return FoundValue(None, _("không biết báo đảng viên lúc nào"))
    late = _("báo đảng viên chậm") if facts.announced else _("chưa báo đảng viên")
    return FoundValue(facts.announced_in_time, _("báo đảng viên đúng hạn") if facts.announced_in_time else late)


@_of(ScoreEvidence.FOLLOWER_TOLD, Rows.PROGRAMME, "follower_told")
def _follower_told(facts: MeetingFacts) -> FoundValue:
    """Somebody from above follows the cell and could read the call when it went out; unknown where nobody is assigned."""
    if facts.follower_told is None:
        return FoundValue(None, _("không ghi ai theo dõi chi bộ"))
    said = _("cấp ủy viên theo dõi đã được báo") if facts.follower_told else _("cấp ủy viên theo dõi chưa được báo")
    return FoundValue(facts.follower_told, said)


@_of(ScoreEvidence.PAPERS, Rows.PAPERS, "papers", "papers_on_time")
def _papers(facts: MeetingFacts) -> FoundValue:
    """How many papers lie with the meeting."""
    return FoundValue(facts.papers, _say_papers(facts))


@_of(ScoreEvidence.PAPERS_IN_TIME, Rows.PAPERS, "papers_on_time", "papers")
def _papers_in_time(facts: MeetingFacts) -> FoundValue:
    """There are papers, and all of them lay with the meeting on the last day for it; none is not in time."""
    return FoundValue(bool(facts.papers_on_time), _say_papers(facts))


@_of(ScoreEvidence.PAPERS_IN_TIME_SHARE, Rows.PAPERS, "papers", "papers_early", "papers_on_time")
def _papers_in_time_share(facts: MeetingFacts) -> FoundValue:
    """Papers that were in time, of all of the meeting; unknown without papers."""
    if not facts.papers or facts.papers_early is None:
        return FoundValue(None, _say_papers(facts))
    words = {"early": facts.papers_early, "papers": facts.papers}
    return FoundValue(Fraction(facts.papers_early, facts.papers), _("%(early)s/%(papers)s tài liệu đúng hạn") % words)


def _say_papers(facts: MeetingFacts) -> str:
    if not facts.papers:
        return _("không có tài liệu")
    words = {"count": facts.papers}
    if facts.papers_on_time:
        return _("%(count)s tài liệu đúng hạn") % words
    return _("%(count)s tài liệu, có bản chậm") % words


# ── in the room ───────────────────────────────────────────────────────────────


@_of(ScoreEvidence.STEPS_DONE_SHARE, Rows.MINUTES, "items_taken", "items", "followed")
def _steps_done_share(facts: MeetingFacts) -> FoundValue:
    """Items of the programme that the meeting came to; unknown without a programme, or where nobody went through it."""
    words = {"taken": facts.items_taken, "items": facts.items}
    if not facts.items:
        return FoundValue(None, _("Không có chương trình"))
    if not facts.followed:
        return FoundValue(None, _("Chương trình %(items)s mục, không ghi đã bàn những mục nào") % words)
    return FoundValue(Fraction(facts.items_taken, facts.items), _("Bàn %(taken)s/%(items)s mục") % words)


@_of(ScoreEvidence.STEPS_IN_ORDER, Rows.MINUTES, "steps_in_order")
def _steps_in_order(facts: MeetingFacts) -> FoundValue:
    """The items whose clock ran were begun in the order of the programme; unknown where not two of them were."""
    if facts.steps_in_order is None:
        return FoundValue(None, _("không bấm giờ các mục nên không biết thứ tự"))
    said = _("bàn đúng thứ tự chương trình") if facts.steps_in_order else _("bàn không theo thứ tự chương trình")
    return FoundValue(facts.steps_in_order, said)


@_of(ScoreEvidence.DISCUSSION, Rows.MINUTES, "speakers", "attending", "praises", "reminders")
def _discussion(facts: MeetingFacts) -> FoundValue:
    """Only people can say whether the discussion was full: who spoke, who was praised or reminded stands beside it."""
    words = {
        "speakers": facts.speakers,
        "attending": facts.attending,
        "praises": facts.praises,
        "reminders": facts.reminders,
    }
    said = _("%(speakers)s/%(attending)s đồng chí phát biểu; biểu dương %(praises)s, nhắc nhở %(reminders)s")
    return FoundValue(None, said % words)


@_of(ScoreEvidence.SPEAKERS_SHARE, Rows.MINUTES, "attending", "speakers")
def _speakers_share(facts: MeetingFacts) -> FoundValue:
    """Members who spoke, of all who were there; unknown without a roll call."""
    if not facts.attending:
        return FoundValue(None, _("Chưa điểm danh"))
    words = {"speakers": facts.speakers, "attending": facts.attending}
    said = _("%(speakers)s/%(attending)s đồng chí phát biểu") % words
    return FoundValue(Fraction(min(facts.speakers, facts.attending), facts.attending), said)


@_of(ScoreEvidence.CRITICISM_MINUTES, Rows.MINUTES, "criticism_minutes")
def _criticism_minutes(facts: MeetingFacts) -> FoundValue:
    """Whole minutes of criticism and self-criticism; unknown where nobody ran its clock."""
    if not facts.criticism_minutes:
        return FoundValue(None, _("Không bấm giờ mục tự phê bình và phê bình"))
    return FoundValue(
        facts.criticism_minutes, _("Tự phê bình và phê bình %(count)s phút") % {"count": facts.criticism_minutes}
    )


@_of(ScoreEvidence.THEMED, Rows.MINUTES, "has_theme", "theme_taken")
def _themed(facts: MeetingFacts) -> FoundValue:
    """The meeting has a theme and came to it; no without a theme, unknown where the programme does not say."""
    if not facts.has_theme:
        return FoundValue(value=False, words=_("không có chuyên đề"))
    if facts.theme_taken is None:
        return FoundValue(None, _("không ghi đã bàn chuyên đề chưa"))
    return FoundValue(facts.theme_taken, _("đã bàn chuyên đề") if facts.theme_taken else _("chưa bàn chuyên đề"))


@_of(ScoreEvidence.REMARKS, Rows.MINUTES, "praises", "reminders")
def _remarks(facts: MeetingFacts) -> FoundValue:
    """How many members were praised or reminded, as the minutes keep it."""
    words = {"praises": facts.praises, "reminders": facts.reminders}
    return FoundValue(facts.praises + facts.reminders, _("biểu dương %(praises)s, nhắc nhở %(reminders)s") % words)


# ── the end of the meeting ────────────────────────────────────────────────────


@_of(ScoreEvidence.CONCLUSION, Rows.MINUTES, "concluded")
def _conclusion(facts: MeetingFacts) -> FoundValue:
    """Somebody wrote down what the chair concluded."""
    return FoundValue(facts.concluded, _("có kết luận") if facts.concluded else _("chưa ghi kết luận"))


@_of(ScoreEvidence.RESOLUTION_PASSED, Rows.RESOLUTION, "resolution_passed", "filed_on_time")
def _resolution_passed(facts: MeetingFacts) -> FoundValue:
    """A vote of the meeting carried, or its resolution was issued; open as long as papers may still be sent in time."""
    if facts.resolution_passed:
        return FoundValue(value=True, words=_("đã thông qua nghị quyết"))
    if facts.resolution_passed is None or facts.filed_on_time is None:
        return FoundValue(None, _("nghị quyết: chưa đến hạn"))
    return FoundValue(value=False, words=_("chưa thông qua nghị quyết"))


@_of(ScoreEvidence.MINUTES_APPROVED, Rows.MINUTES, "minutes_approved", "filed_on_time")
def _minutes_approved(facts: MeetingFacts) -> FoundValue:
    """The minutes were approved; open as long as papers may still be sent in time."""
    if facts.minutes_approved:
        return FoundValue(value=True, words=_("đã thông qua biên bản"))
    if facts.filed_on_time is None:
        return FoundValue(None, _("biên bản: chưa đến hạn"))
    return FoundValue(value=False, words=_("chưa thông qua biên bản"))


@_of(ScoreEvidence.MINUTES_READ, Rows.MINUTES, "approved_that_day")
def _minutes_read(facts: MeetingFacts) -> FoundValue:
    """The minutes were approved on the day of the meeting, with all there; on a later day nobody knows whether they were read."""
    if facts.approved_that_day:
        return FoundValue(value=True, words=_("đọc, thông qua biên bản trong ngày họp"))
    return FoundValue(None, _("không ghi đã đọc biên bản tại buổi sinh hoạt chưa"))


@_of(ScoreEvidence.DUTIES_GIVEN, Rows.MINUTES, "duties_given")
def _duties_given(facts: MeetingFacts) -> FoundValue:
    """How many tasks the meeting gave."""
    if facts.duties_given is None:
        return FoundValue(None, _("không biết đã giao nhiệm vụ nào"))
    return FoundValue(
        facts.duties_given,
        ngettext("giao %(count)s nhiệm vụ", "giao %(count)s nhiệm vụ", facts.duties_given)
        % {"count": facts.duties_given},
    )


@_of(ScoreEvidence.FILED_IN_TIME, Rows.FILING, "filed_on_time", "filed")
def _filed_in_time(facts: MeetingFacts) -> FoundValue:
    """The papers were sent by their last day (`docs.result_upload_days_after`); open until it is over."""
    if facts.filed_on_time is None:
        return FoundValue(None, _("gửi, lưu: chưa đến hạn"))
    if not facts.filed:
        return FoundValue(value=False, words=_("chưa gửi, lưu, đã quá hạn"))
    return FoundValue(facts.filed_on_time, _("gửi, lưu đúng hạn") if facts.filed_on_time else _("gửi, lưu chậm"))


# ── what went before ──────────────────────────────────────────────────────────


@_of(ScoreEvidence.LAST_DUTIES_DONE_SHARE, Rows.DUTIES, "last_duties", "last_duties_done")
def _last_duties_done_share(facts: MeetingFacts) -> FoundValue:
    """Tasks of the time before that were done, of those due by this meeting or settled; unknown where none was given."""
    if not facts.last_duties:
        return FoundValue(None, _("Tháng trước không giao nhiệm vụ"))
    percent = say_percent(100 * facts.last_duties_done / facts.last_duties)
    words = {"done": facts.last_duties_done, "tasks": facts.last_duties, "percent": percent}
    said = _("Xong %(done)s/%(tasks)s nhiệm vụ (%(percent)s)") % words
    return FoundValue(Fraction(facts.last_duties_done, facts.last_duties), said)


@_of(ScoreEvidence.PETITIONS_ANSWERED, Rows.PETITIONS, "petitions_due", "petitions_answered")
def _petitions_answered(facts: MeetingFacts) -> FoundValue:
    """What the cell itself had to answer by the day of the meeting, since the year began, and has; unknown where nothing was due."""
    if not facts.petitions_due:
        return FoundValue(None, _("Không có kiến nghị đến hạn trả lời"))
    words = {"answered": facts.petitions_answered, "due": facts.petitions_due}
    return FoundValue(
        Fraction(facts.petitions_answered, facts.petitions_due), _("Trả lời %(answered)s/%(due)s kiến nghị") % words
    )


@_of(ScoreEvidence.ADVICE_TAKEN_UP, Rows.MINUTES, "advice_due", "advice_taken_up")
def _advice_taken_up(facts: MeetingFacts) -> FoundValue:
    """Comments from above that this meeting answered or left open, and how many were done; unknown where there were none."""
    if not facts.advice_due:
        return FoundValue(None, _("Không có góp ý của cấp trên"))
    words = {"done": facts.advice_taken_up, "due": facts.advice_due}
    return FoundValue(Fraction(facts.advice_taken_up, facts.advice_due), _("Đã làm %(done)s/%(due)s góp ý") % words)
