"""Whoever the cell speaks for: every address that people above the cell may open, every file, notice, trail and log is searched."""

import json
import logging
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail, serializers
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.text import fold
from nennep.documents.models import Enclosure
from nennep.meetings.models import Meeting
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import StepPaper
from nennep.petitions.models import OutsideBody, Petition, PetitionStep
from nennep.petitions.services import AnswerFacts, PetitionDetails
from nennep.reporting.models import IssuedStepPaper
from nennep.room.services.petitions import note_petition as note_in_room
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from nennep.visits.services.opinions import attach_to_opinion
from nennep.visits.services.reports import OpinionDraft, ReportDraft, save_report, submit_report
from tests.architecture.addresses import Address, list_addresses
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_named_pdf, make_named_word, make_upload
from tests.factories.meetings import make_open_meeting
from tests.factories.visits import make_official, make_visit

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fixed_clock"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext: install the package poppler-utils"),
]
NAME, VILLAGER = "Khuất Mặt Ẩn", "Giấu Tên Liên"
DAY = timedelta(days=1)
# What says something of petitions, or of the meeting and the visit where they were heard.
WALKED = {"petitions", "reporting", "records", "room", "meetings", "visits", "notifications", "audit"}
PARTS = {"UUIDConverter", "SlugConverter", "IntConverter", "SpanConverter"}
# Pages that name every member of the cell, whatever anybody asked; each with the reason.
LISTS_MEMBERS = {
    "petitions:note_petition": "chooses who asked among the members of the cell",
    "visits:add_office": "chooses among accounts",
    **dict.fromkeys(
        ("reporting:brief", "reporting:brief_pdf", "reporting:brief_saved", "reporting:brief_word"),
        "names every member who has no task",
    ),
}
TABS = (
    "cho-tra-loi",
    "toi-xu-ly",
    "qua-han",
    "da-hen",
    "o-ngoai",
    "cho-noi-ro",
    "bi-tra",
    "tu-len",
    "cho-chi-bo",
    "ben-duoi",
)


@dataclass(frozen=True)
class Scene:
    cell: Organization
    commune: Organization
    meeting: Meeting
    visit: Visit
    petitions: tuple[Petition, Petition]
    above: tuple[User, ...]
    secretary: User


@pytest.fixture
def scene() -> Scene:
    """A member and somebody of the village ask hidden, on their own page and in the room; everything happens to it."""
    cell = make_cell()
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    asker, secretary, officer = make_user(NAME), make_user("Ma Công Lập"), make_user("Vũ Thị Minh Nguyệt")
    join_cell(cell, NAME, user_id=asker.pk)
    for user, role, unit in ((asker, Role.MEMBER, cell), (secretary, Role.SECRETARY, cell)):
        grant_role(user, role, unit)
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    official = make_official(cell)
    meeting = make_open_meeting(cell)
    details = PetitionDetails("Trưởng thôn thu tiền không có phiếu", is_hidden=True, place="Nà Khà")
    own = services.raise_own(actor=actor_of(asker), organization=cell, details=details, now=NOW)
    said = PetitionDetails("Đèn đường hỏng cả tháng", raised_by_name=VILLAGER, is_hidden=True)
    told = note_in_room(actor=actor_of(secretary), meeting=meeting, details=said, now=NOW)
    visit = _visit(cell, official, meeting, told)
    _go_on(own, told, commune, actor_of(asker), actor_of(secretary), actor_of(officer))
    return Scene(cell, commune, meeting, visit, (own, told), (officer, official), secretary)


def _visit(cell: Organization, official: User, meeting: Meeting, told: Petition) -> Visit:
    """The official attaches to what the cell noted hidden: a file that somebody handed over, with every name in it."""
    visit = make_visit(official, cell, meeting=meeting, state=VisitState.ATTENDED, attended_on=TODAY)
    heard = OpinionDraft(text="Trưởng thôn thu tiền không có phiếu, đề nghị xem")
    draft = ReportDraft(conduct="Đúng giờ", opinions=(heard, OpinionDraft(text=told.text, petition=told)))
    report = save_report(actor=actor_of(official), visit=visit, draft=draft, now=NOW)
    upload = make_upload(make_named_word(VILLAGER), f"anh cua {NAME}.docx")
    noted = report.opinions.get(petition=told)
    attach_to_opinion(actor=actor_of(official), opinion=noted, upload=upload, now=NOW)
    submit_report(actor=actor_of(official), visit=visit, now=NOW)
    return visit


def _go_on(own: Petition, told: Petition, commune: Organization, asker: Any, secretary: Any, officer: Any) -> None:
    for petition in (own, told):
        services.pass_on(actor=secretary, petition=petition, to=commune, text="Chuyển xã", now=NOW)
    for petition, speaker in ((own, asker), (told, secretary)):
        for suffix, content in (("pdf", make_named_pdf(NAME)), ("docx", make_named_word(NAME))):
            upload = make_upload(content, f"don cua {VILLAGER}.{suffix}")
            services.attach_file(actor=speaker, petition=petition, upload=upload, now=NOW)
    services.ask_asker(actor=officer, petition=own, text="Thu ngày nào?", now=NOW)
    services.clarify(actor=asker, petition=own, text="Ngày 3/11", now=NOW + DAY)
    due = Petition.objects.get(pk=own.pk).due_on
    services.extend_answer(actor=officer, petition=own, until=due + 5 * DAY, text="Chờ kiểm tra", now=NOW + DAY)
    body = OutsideBody.objects.create(unit=commune, name="Công an xã", valid_from=TODAY)
    services.send_to_body(actor=officer, petition=own, body=body, now=NOW + DAY)
    facts = AnswerFacts(promised_for=TODAY + 40 * DAY, letter="15/CA", letter_on=TODAY)
    services.answer_petition(actor=officer, petition=own, answer="Đã trả lại tiền", facts=facts, now=NOW + DAY)


def _read_everything(scene: Scene, user: User) -> Iterator[tuple[str, int, str]]:
    """Each address that this person may open, with what it says, files opened."""
    client = Client()
    client.force_login(user)
    for address in list_addresses():
        namespace = address.name.partition(":")[0]
        if namespace in WALKED and set(address.converters.values()) <= PARTS:
            for parts in _fill(scene, address):
                page = client.get(reverse(address.name, kwargs=parts))
                yield f"{address.name} {parts}", page.status_code, _open(page)
    for tab in TABS:
        for unit in (scene.commune, scene.cell):
            for name in ("petitions:show_work", "petitions:download_work"):
                page = client.get(reverse(name, args=[unit.public_id]), {"loc": tab, "tim": "trưởng thôn"})
                yield f"{name} {tab}", page.status_code, _open(page)
    for word in (NAME, VILLAGER, "truong thon"):
        page = client.get(reverse("search"), {"q": word})
        yield "search", page.status_code, _open(page).replace(word, "")


def _fill(scene: Scene, address: Address) -> Iterator[dict[str, Any]]:
    """Every thing of the scene in the place of each address that names one."""
    if "petition" in address.converters and "meeting" not in address.converters:
        numbers = (1, 2, 3) if "number" in address.converters else (1,)
        for petition in scene.petitions:
            for paper in StepPaper if "paper" in address.converters else ("",):
                for number in numbers:
                    yield _parts(address, petition=petition.public_id, paper=str(paper), number=number)
        return
    for thing in (scene.cell, scene.commune, scene.meeting, scene.visit):
        yield _parts(address, thing=thing.public_id, petition=scene.petitions[0].public_id, paper="bien-ban", number=1)


def _parts(address: Address, *, thing: Any = None, petition: Any, paper: str, number: int) -> dict[str, Any]:
    given = {"SlugConverter": paper or "x", "IntConverter": number, "SpanConverter": "2026-q4", "UUIDConverter": thing}
    return {
        part: petition if part == "petition" else given[converter] for part, converter in address.converters.items()
    }


def _open(page: Any) -> str:
    content = b"".join(page) if page.streaming else page.content
    return f"{page.headers.get('Content-Disposition', '')} {_text_of(content)}"


def _text_of(content: bytes) -> str:
    """Also within the files that are packed in it, and what a PDF prints and says of itself."""
    if content[:2] == b"PK":
        try:
            with ZipFile(BytesIO(content)) as packed:
                return " ".join(re.sub(r"<[^>]+>", "", _text_of(packed.read(name))) for name in packed.namelist())
        except BadZipFile:
            return ""
    if content[:4] == b"%PDF":
        command = ["pdftotext", "-raw", "-", "-"]
        read = subprocess.run(command, input=content, capture_output=True, check=False)  # noqa: S603  a paper that was just made
        if read.returncode == 0:  # else a file that another test has uploaded and that only calls itself a PDF
            return f"{read.stdout.decode()} {PdfReader(BytesIO(content)).metadata}"
    return content.decode(errors="replace")


def _names(text: str) -> bool:
    folded = fold(text)
    return any(fold(name) in folded for name in (NAME, VILLAGER))


def test_no_page_or_file_above_the_cell_says_who_asked(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    read = [(user.full_name, *line) for user in scene.above for line in _read_everything(scene, user)]
    found = {line[1].partition(" ")[0] for line in read if _names(line[3])}
    assert sorted(found - set(LISTS_MEMBERS)) == []
    assert [line[:3] for line in read if line[2] >= 500] == []
    opened = {line[1].partition(" ")[0] for line in read if line[2] == 200}
    for must in ("show_petition", "show_unit", "show_work", "download_work", "show_board", "show_cell", "open_file"):
        assert f"petitions:{must}" in opened
    for must in ("petition_paper", "petition_paper_pdf", "visit_report", "visit_report_word", "petition_report"):
        assert f"reporting:{must}" in opened
    assert [record.getMessage() for record in caplog.records if _names(record.getMessage())] == []


def test_no_row_notice_mail_or_file_says_who_asked(scene: Scene) -> None:
    """Only the cell's own list of askers, sealed, and the person's own record know the name."""
    people = {scene.secretary.pk, *(user.pk for user in scene.above)}
    rows: list[Any] = [
        *Petition.objects.all(),
        *PetitionStep.objects.all(),
        *Notification.objects.filter(user_id__in=people),
        *IssuedStepPaper.objects.all(),
        *Enclosure.objects.all(),
        *AuditEvent.objects.filter(target_kind__startswith="petitions"),
    ]
    assert not _names(serializers.serialize("json", rows, ensure_ascii=False))
    assert not any(_names(f"{message.subject} {message.body}") for message in mail.outbox)
    assert not any(_names(json.dumps(one.get_decoded(), default=str)) for one in Session.objects.all())
    kept = Path(configured.MEDIA_ROOT)
    assert [file for file in kept.rglob("*") if file.is_file() and _names(_text_of(file.read_bytes()))] == []


def test_the_search_of_the_test_would_find_it(scene: Scene) -> None:
    """What the secretary may see, found by the same means: the test looks where names would stand."""
    found = [place for place, _status, text in _read_everything(scene, scene.secretary) if _names(text)]
    assert any(place.startswith("petitions:show_petition") for place in found)
