"""The whole pack of a held meeting of 36, Word and PDF in one zip (goal: at most 2 s), beside one bare fill of a template."""

import sys
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

from django.urls import reverse
from docx import Document
from docxtpl import DocxTemplate

from bench.world import NOW, list_queries, measure, open_meeting, prepare_cell, sign_in
from nennep.assessments import services as scores
from nennep.core.access import Actor
from nennep.duties.services import DutyDetails
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services import minutes, resolution
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import RollCallEntry, Speech
from nennep.room.queries.outcome import list_warnings
from nennep.room.services import outcome
from nennep.room.services.outcome import RemarkDraft

GOAL = 2.0
PAPERS = 6
LINES = 30


def main() -> int:
    cell = prepare_cell()
    meeting = hold_meeting(open_meeting(cell))
    client = sign_in(cell)
    plain = {"accept-encoding": "identity"}
    address = reverse("reporting:bundle", args=[meeting.public_id])
    with ZipFile(BytesIO(client.get(address, headers=plain).content)) as bundle:
        names = bundle.namelist()
    queries = len(list_queries(lambda: client.get(address, headers=plain)))
    seconds, bare = measure(lambda: client.get(address, headers=plain), 10), measure(fill_bare, 10)
    print(f"{len(names)} files: {', '.join(names)}")
    print(
        f"{seconds:.2f} s (goal ≤ {GOAL:.0f}) = {seconds / bare:.1f} × one bare fill of a template ({bare:.3f} s); {queries} queries"
    )
    return 0 if seconds <= GOAL and len(names) > PAPERS else 1


def hold_meeting(meeting: Meeting) -> Meeting:
    """Everybody is marked and speaks, everybody is given a task; minutes, resolution and score are finished."""
    actor, ends = Actor.system(), NOW + timedelta(hours=2)
    entries = list(RollCallEntry.objects.filter(meeting=meeting).select_related("member"))
    for number, entry in enumerate(entries):
        entry.state = AttendanceState.EXCUSED if number % 6 == 5 else AttendanceState.PRESENT
        entry.reason = "đi làm ăn xa, đã báo cáo Bí thư" if entry.state == AttendanceState.EXCUSED else ""
        entry.save(update_fields=["state", "reason"])
        if not entry.counted:
            continue
        details = DutyDetails(f"Vận động hộ liên gia số {number} phân loại rác", entry.member, due_on=NOW.date())
        outcome.give_duty(actor=actor, meeting=meeting, details=details, now=NOW)
    write_course(meeting, entries)
    draft = RemarkDraft(entries[0].member, RemarkKind.PRAISE, "vận động hiến đất mở đường")
    outcome.add_remark(actor=actor, meeting=meeting, draft=draft, now=NOW)
    reasons = {warning.key: "đo thời gian" for warning in list_warnings(meeting, now=ends)}
    held = outcome.close_meeting(actor=actor, meeting=meeting, reasons=reasons, now=ends)
    finish_papers(actor, held)
    return held


def write_course(meeting: Meeting, entries: list[RollCallEntry]) -> None:
    """Eight items with notes; nine of the members speak on each of four of them."""
    for position in range(1, 9):
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=position,
            topic=Topic.ECONOMY_ORDER,
            title=f"Nội dung thứ {position} của chương trình",
            note="Báo cáo tình hình sản xuất, an ninh trật tự, môi trường ở bản.\n" * 4,
            conclusion="Chi bộ thống nhất giao từng đồng chí phụ trách hộ.",
        )
        for entry in entries[(position - 1) * 9 : position * 9]:
            opinion = "Đề nghị xã sớm cấp xi măng để làm nốt đoạn mương còn lại trước vụ đông. " * 2
            Speech.objects.create(item=item, member=entry.member, opinion=opinion, first_at=NOW, last_at=NOW)


def finish_papers(actor: Actor, meeting: Meeting) -> None:
    texts = ResolutionTexts("Đảng viên yên tâm.", "Mương chậm. Nguyên nhân: thiếu xi măng", "Thủy lợi: xong mương")
    resolution.issue_resolution(actor=actor, meeting=meeting, texts=texts, now=NOW)
    minutes.approve_minutes(actor=actor, meeting=meeting, now=NOW)
    sheet = scores.start_sheet(actor=actor, meeting=meeting, now=NOW)
    decisions = {item.code: scores.Decision(item.maximum, "Chi bộ bàn") for item in sheet.items.all()}
    scores.score_items(actor=actor, sheet=sheet, decisions=decisions, to_mend="", now=NOW)
    scores.agree_sheet(actor=actor, sheet=sheet, now=NOW)


def fill_bare(pages: int = 3) -> None:
    """What a Word paper costs at least: plain paragraphs of as many pages with one value each, by the libraries alone."""
    document, file = Document(), BytesIO()
    for _ in range(pages * LINES):
        document.add_paragraph("{{ text }}")
    document.save(file)
    template = DocxTemplate(file)
    template.render({"text": "Báo cáo tình hình sản xuất, an ninh trật tự, môi trường ở bản."})
    template.save(BytesIO())


if __name__ == "__main__":
    sys.exit(main())
