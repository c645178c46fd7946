"""Values of rules as people read them."""

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.periods import DaysOff
from nennep.policies.choices import CapBase, CapRounding, OfficialSide, PolicyKey
from nennep.policies.rules.books import Source
from nennep.policies.rules.ratings import CutoffDay, Milestones, MonthDay, RatingBands, RatingDue, RatingSheets
from nennep.policies.rules.sheets import ScoreSheetTemplate
from nennep.policies.rules.values import (
    ClarificationPause,
    CountedStandings,
    MinutesRange,
    Obligation,
    ResponseDays,
    ScoreLevels,
    VoteThreshold,
)


def say_document(number: str) -> str:
    """`42-HD/BTCTW` as people say it: `Hướng dẫn 42-HD/BTCTW`. Numbers without a known symbol stay as they are."""
    kinds = {
        "CT": _("Chỉ thị"),
        "HD": _("Hướng dẫn"),
        "KH": _("Kế hoạch"),
        "KL": _("Kết luận"),
        "NQ": _("Nghị quyết"),
        "QĐ": _("Quy định"),
    }
    symbol = number.partition("/")[0].rpartition("-")[2]
    return f"{kinds[symbol]} {number}" if symbol in kinds else number


def say_source(source: Source | None) -> str:
    """Who asks for a rule: `Hướng dẫn 42-HD/BTCTW`, `Kế hoạch 08-KH/ĐU, mục 4.7`."""
    if source is None:
        return _("Bộ quy định của đơn vị")
    return ", ".join(part for part in (say_document(source.document_number), source.article) if part)


def say_value(key: PolicyKey, value: Any) -> str:
    """A typed value (`read_value`) as people read it; None is no rule."""
    if value is None:
        return _("không quy định")
    if isinstance(value, ScoreLevels):
        return _("Tốt từ %(good)s, Khá từ %(fair)s, Trung bình từ %(average)s điểm") % {
            "good": value.good,
            "fair": value.fair,
            "average": value.average,
        }
    if isinstance(value, ScoreSheetTemplate):
        return _("%(title)s: %(groups)s nhóm, 100 điểm") % {"title": value.title, "groups": len(value.groups)}
    if isinstance(value, ResponseDays):
        words = _("%(base)s ở cơ sở, %(upper)s ở cấp trên trực tiếp và tỉnh, %(central)s ở Trung ương")
        return words % asdict(value)
    if isinstance(value, VoteThreshold):
        return say_threshold(value)
    return _say_plain(key, value)


def say_threshold(threshold: VoteThreshold) -> str:
    """`quá nửa`, `ít nhất hai phần ba`; any other part in figures, `ít nhất 3/4`."""
    known = {
        VoteThreshold(Fraction(1, 2), strict=True): _("quá nửa"),
        VoteThreshold(Fraction(2, 3), strict=False): _("ít nhất hai phần ba"),
    }
    plain = _("trên %(part)s") if threshold.strict else _("ít nhất %(part)s")
    return known.get(threshold) or plain % {"part": threshold.part}


def _say_terms(value: DaysOff | ClarificationPause | CountedStandings) -> str:
    if isinstance(value, DaysOff):
        return _say_days_off(value)
    if isinstance(value, ClarificationPause):
        return _say_pause(value)
    return _("theo tư cách sinh hoạt của từng đảng viên")


def _say_pause(pause: ClarificationPause) -> str:
    if not pause.allowed:
        return _("hạn trả lời vẫn tính")
    return _("hạn trả lời tạm dừng, nhiều nhất %(days)s ngày làm việc") % {"days": pause.working_days}


def _say_days_off(days: DaysOff) -> str:
    """`nghỉ thêm 11/02/2027; làm bù 20/02/2027`."""
    off, working = (", ".join(f"{day:%d/%m/%Y}" for day in sorted(part)) for part in (days.off, days.working))
    parts = [_("nghỉ thêm %(days)s") % {"days": off}] if off else []
    parts += [_("làm bù %(days)s") % {"days": working}] if working else []
    return "; ".join(parts) or _("theo ngày nghỉ chung của cả nước")


def _say_plain(key: PolicyKey, value: Any) -> str:
    if isinstance(value, MinutesRange):
        return _("từ %(least)s đến %(most)s phút") % {"least": value.least, "most": value.most}
    if isinstance(value, DaysOff | ClarificationPause | CountedStandings):
        return _say_terms(value)
    if key == PolicyKey.AGENDA_TEMPLATE:
        return _("theo từng loại hình chi bộ")
    if key == PolicyKey.VISIT_OBLIGATIONS:
        return "; ".join(say_obligation(item) for item in value)
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return _say_rating(value) or str(value)


def _say_rating(value: Any) -> str:
    """Values of the yearly rating; empty for any other."""
    if isinstance(value, CapBase | CapRounding | OfficialSide):
        return str(value.label)
    if isinstance(value, RatingSheets):
        return "; ".join(sheet.title for sheet in value.sheets)
    if isinstance(value, CutoffDay):
        return _say_month_day(value.fixed) if value.fixed else _("ngày hội nghị kiểm điểm")
    if isinstance(value, RatingBands):
        words = _("Xuất sắc từ %(excellent)s, Tốt từ %(good)s, Hoàn thành từ %(satisfactory)s điểm")
        return words % asdict(value)
    return _say_days(value)


def _say_days(value: Any) -> str:
    if isinstance(value, RatingDue):
        names: tuple[str, ...] = ("cell", "base", "province")
        words = _("chi bộ %(cell)s, cơ sở %(base)s, tỉnh %(province)s")
    elif isinstance(value, Milestones):
        names = ("closing", "special", "dossier", "report")
        words = _("xong %(closing)s, nơi đặc thù %(special)s, hồ sơ %(dossier)s, báo cáo %(report)s")
        words = _("trước các ngày: %(days)s") % {"days": words} if value.before else words
    else:
        return ""
    return words % {name: _say_month_day(getattr(value, name)) for name in names}


def _say_month_day(value: MonthDay) -> str:
    return f"{value.day:02d}/{value.month:02d}"


def say_obligation(item: Obligation) -> str:
    """`Tỉnh ủy viên: ít nhất 3 lần`; where the document gives no number, that it gives none."""
    if item.min_per_year is None:
        return _("%(office)s: không quy định số lần") % {"office": item.office.label}
    said = ngettext("%(office)s: ít nhất %(count)s lần", "%(office)s: ít nhất %(count)s lần", item.min_per_year)
    return said % {"office": item.office.label, "count": item.min_per_year}
