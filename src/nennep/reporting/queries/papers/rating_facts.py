"""What the records know of a year, in the sentences of the review forms."""

from collections.abc import Iterator
from dataclasses import dataclass

from nennep.classification.choices import FormSection
from nennep.classification.queries.answers import list_added
from nennep.classification.queries.dossiers import Dossier, DutyOfYear, LedYear
from nennep.classification.queries.facts import CellYear
from nennep.core.wording import lower_start, say_date
from nennep.duties.choices import DutyState
from nennep.room.choices import RemarkKind


@dataclass(frozen=True, slots=True)
class DutyDoneLine:
    """One task of the year: what was to be done, how it went in time, how well, what came of it."""

    title: str
    progress: str
    quality: str
    product: str = ""


def say_facts_beside(dossier: Dossier) -> Iterator[str]:
    """What the records know, where nobody wrote of the tasks; figures that differ from the records in any case.

    The form to write in begins with these very sentences: whoever wrote has corrected them.
    """
    if dossier.texts.get(FormSection.DUTIES, "").strip():
        yield from _say_added(dossier)
    else:
        yield from say_facts(dossier)


def _say_added(dossier: Dossier) -> Iterator[str]:
    """Figures that people gave otherwise than the records, beside theirs, and why."""
    added = [one for one in list_added(dossier.rating, dossier.facts) if one.recorded is not None]
    if added:
        said = "; ".join(f"{lower_start(one.label)} {one.said} (sổ sách {one.recorded})" for one in added)
        why = dossier.rating.answers_reason
        yield f"Số liệu xét khác sổ sách: {said}.{f' Lý do: {why}' if why else ''}"


def say_facts(dossier: Dossier) -> Iterator[str]:
    """What the records know of the year, a sentence each."""
    facts = dossier.facts
    if facts.duties.total:
        counts = facts.duties
        yield (
            f"Nhiệm vụ đến hạn trong kỳ: {counts.total}; hoàn thành {counts.done}, trong đó chậm {counts.late}, "
            f"vượt yêu cầu {counts.exceeded}."
        )
    yield from _say_added(dossier)
    if facts.called:
        yield f"Dự sinh hoạt chi bộ {facts.attended}/{facts.called} kỳ."
    yield from (_say_cell(cell) for cell in facts.cells)
    yield from _say_remarks(dossier)
    if facts.score is not None and not dossier.rating.member_id:
        yield f"Điểm sinh hoạt chi bộ bình quân {str(facts.score).replace('.', ',')} ({facts.scored} kỳ)."
    if facts.visits_owed is not None:
        yield f"Dự sinh hoạt chi bộ cấp dưới {facts.visits_done} lần, phải dự {facts.visits_owed} lần."
    yield from (f"Kết quả xếp loại {lower_start(quarter)}." for quarter in facts.quarters)


def _say_cell(cell: CellYear) -> str:
    """What was owed in one cell: `Ở Chi bộ thôn Nà Nghiu: dự 8/9 kỳ, điểm sinh hoạt chi bộ bình quân 85,5 (9 kỳ)`."""
    score = f", điểm sinh hoạt chi bộ bình quân {str(cell.score).replace('.', ',')} ({cell.scored} kỳ)"
    return f"Ở {cell.name}: dự {cell.attended}/{cell.called} kỳ{score if cell.scored else ''}."


def say_led(led: LedYear) -> Iterator[str]:
    """What the records know of the group's responsibility, a sentence each."""
    if led.meetings:
        yield f"Lãnh đạo, tổ chức {led.meetings} kỳ sinh hoạt chi bộ thường kỳ."
    if led.petitions:
        yield (
            f"Kiến nghị của đảng viên, chi bộ trong kỳ: {led.petitions}; đã trả lời {led.answered}, trong đó quá hạn {led.late}."
        )


def _say_remarks(dossier: Dossier) -> Iterator[str]:
    words = {RemarkKind.PRAISE: "Được biểu dương", RemarkKind.REMINDER: "Bị nhắc nhở"}
    for remark in dossier.remarks:
        if remark.kind in words:
            yield f"{words[RemarkKind(remark.kind)]} tháng {remark.month.month}: {remark.text.rstrip('.')}."


def make_duty_line(duty: DutyOfYear) -> DutyDoneLine:
    """`đúng hạn 30/11/2026`, `chậm, hạn …`; how well only where somebody said so."""
    due = f" {say_date(duty.due_on)}" if duty.due_on else ""
    if duty.state != DutyState.DONE:
        return DutyDoneLine(duty.title, f"chưa xong, hạn{due}" if due else "chưa xong", "", duty.result)
    progress = f"chậm, hạn{due}" if duty.is_late else f"đúng hạn{due}" if due else "đã xong"
    return DutyDoneLine(duty.title, progress, "vượt yêu cầu" if duty.exceeded else "đạt yêu cầu", duty.result)
