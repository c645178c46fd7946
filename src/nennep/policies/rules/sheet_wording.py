"""A line of a score sheet as people read it: by which scale its points come."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from nennep.core.wording import say_points
from nennep.policies.choices import EvidenceKind, ScoreEvidence
from nennep.policies.rules.sheets import Band, Maximum, Part, Scale, ScaleKind, SheetCondition, SheetItem


def say_line(line: SheetItem) -> tuple[str, ...]:
    """One sentence for each scale, addition and cap of the line; nothing where only people judge."""
    return tuple(_say_all(line))


def _say_all(line: SheetItem) -> Iterator[str]:
    for scale in line.scales:
        yield _say_scale(scale, line.maximum)
    if line.starts_at is not None and line.maximum:
        yield _("Bắt đầu từ %(points)s điểm") % {"points": _points(line.starts_at)}
    for condition in line.lowest_if:
        yield _("Nếu %(when)s: bậc thấp nhất") % {"when": say_condition(condition)}
    for part in line.additions:
        yield _say_addition(part)
    for part in line.at_most_if:
        words = {"when": say_condition(part.condition), "points": _points(part.points or Decimal(0))}
        yield _("Nếu %(when)s: nhiều nhất %(points)s điểm") % words
    if line.minimum:
        yield _("Trừ nhiều nhất %(points)s điểm") % {"points": _points(-line.minimum)}
    if line.is_bonus:
        yield _("Điểm thưởng: cộng ngoài 100 điểm, cả phiếu không quá 100")
    if line.told:
        yield _("Nêu số liệu: %(what)s") % {"what": ", ".join(str(one.label) for one in line.told)}
    if line.moves_to:
        yield _("Tháng không có chuyên đề: điểm chuyển sang dòng %(line)s") % {"line": line.moves_to}


def say_condition(condition: SheetCondition) -> str:
    label = str(condition.evidence.label)
    if condition.evidence.kind == EvidenceKind.COUNT:
        return _("không có %(what)s") % {"what": label} if condition.negated else _("có %(what)s") % {"what": label}
    return _("không: %(what)s") % {"what": label} if condition.negated else label


def _say_scale(scale: Scale, maximum: Maximum) -> str:
    if scale.evidence is None:
        return _say_parts(scale, maximum)
    words = {"what": scale.evidence.label, "maximum": _points(maximum)}
    if scale.kind == ScaleKind.YES:
        condition = say_condition(SheetCondition(scale.evidence, scale.negated))
        return _("%(what)s: %(maximum)s điểm, nếu không thì 0") % (words | {"what": condition})
    if scale.kind == ScaleKind.SHARE:
        return _("%(what)s: %(maximum)s điểm nhân tỷ lệ, tròn nửa điểm") % words
    return f"{scale.evidence.label}: {'; '.join(_say_bands(scale, scale.evidence, maximum))}"


def _say_bands(scale: Scale, evidence: ScoreEvidence, maximum: Maximum) -> Iterator[str]:
    if scale.kind == ScaleKind.WITHIN:
        yield _say_span(scale.bands, evidence, maximum)
        return
    if scale.full_at:
        yield _("đạt mức “%(rule)s” được %(maximum)s") % {"rule": scale.full_at.label, "maximum": _points(maximum)}
    for band in scale.bands:
        limit = _say_limit(scale, band, evidence)
        if band.points < 0:
            yield _("%(limit)s trừ %(points)s") % {"limit": limit, "points": _points(-band.points)}
        else:
            yield _("%(limit)s được %(points)s") % {"limit": limit, "points": _points(band.points)}


def _say_span(bands: tuple[Band, ...], evidence: ScoreEvidence, maximum: Maximum) -> str:
    least, most = bands
    words = {"least": _amount(least.limit, evidence), "most": _amount(most.limit, evidence)}
    begins = _("trên %(least)s") if least.strict else _("từ %(least)s")
    ends = _("dưới %(most)s") if most.strict else _("đến %(most)s")
    said = {"begins": begins % words, "ends": ends % words, "maximum": _points(maximum)}
    return _("%(begins)s %(ends)s được %(maximum)s, ngoài khoảng thì 0") % said


def _say_limit(scale: Scale, band: Band, evidence: ScoreEvidence) -> str:
    amount = _amount(band.limit, evidence)
    words = {"limit": amount}
    if scale.kind == ScaleKind.AT_MOST:
        if not band.limit:
            return amount  # `đến 0 phút` is nothing that anybody says
        return _("dưới %(limit)s") % words if band.strict else _("đến %(limit)s") % words
    if band.strict:
        return _("trên %(limit)s") % words
    return _("từ %(limit)s") % words if band.limit else _("thấp hơn")


def _say_parts(scale: Scale, maximum: Maximum) -> str:
    if scale.kind == ScaleKind.ALL:
        what = ", ".join(say_condition(part.condition) for part in scale.parts)
        return _("%(what)s: đủ cả được %(maximum)s, thiếu một thì 0") % {"what": what, "maximum": _points(maximum)}
    if scale.parts[0].points is None:
        what = ", ".join(say_condition(part.condition) for part in scale.parts)
        return _("%(maximum)s điểm chia đều, tròn nửa điểm: %(what)s") % {"what": what, "maximum": _points(maximum)}
    return "; ".join(f"{say_condition(part.condition)}: {_points(part.points or Decimal(0))}" for part in scale.parts)


def _say_addition(part: Part) -> str:
    points = part.points or Decimal(0)
    words = {"when": say_condition(part.condition), "points": _points(abs(points))}
    if part.each:
        each = _("Mỗi %(when)s: thêm %(points)s điểm") if points > 0 else _("Mỗi %(when)s: bớt %(points)s điểm")
        return each % (words | {"when": part.condition.evidence.label})
    return (_("Nếu %(when)s: thêm %(points)s điểm") if points > 0 else _("Nếu %(when)s: bớt %(points)s điểm")) % words


def _amount(limit: Fraction, evidence: ScoreEvidence) -> str:
    number = str(limit.numerator) if limit.denominator == 1 else f"{limit.numerator}/{limit.denominator}"
    if evidence.kind == EvidenceKind.SHARE:
        return f"{number}%"
    return _("%(number)s phút") % {"number": number} if evidence.kind == EvidenceKind.MINUTES else number


def _points(points: Maximum) -> str:
    return say_points(Decimal(points))
