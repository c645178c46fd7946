"""The report of a visit: prefilled, saved as one goes, sent once; who writes it and who reads it."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.meetings.choices import MeetingState, Topic
from nennep.meetings.models import Advice, AgendaItem, Meeting
from nennep.meetings.queries.agenda import origin_of
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.petitions.services import PetitionDetails, note_petition
from nennep.reporting.queries.papers.visit_report import build_visit_report_paper
from nennep.reporting.queries.visit_report import get_report_page, get_sent_report
from nennep.reporting.rules.report_problem import ReportProblem
from nennep.reporting.rules.visit_report import (
    CONDUCT,
)
from nennep.room.choices import GuestKind, GuestState
from nennep.room.models import Guest
from nennep.visits.choices import VisitState
from nennep.visits.models import CommentBankEntry, Visit, VisitReport
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting
from tests.factories.visits import hold_office, make_visit
from tests.markup import squeeze
from tests.reporting.test_brief import score

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

DAY = date(2026, 11, 5)


# ── the world ─────────────────────────────────────────────────────────────────


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def official(commune: Organization, cell: Organization) -> User:
    user = make_user("Lương Quốc Hưng")
    hold_office(user, commune)
    grant_role(user, Role.OFFICIAL, cell)
    return user


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    """Held on 05/11 with two items, a petition, and the cell's own score of 94."""
    held = make_meeting(cell, DAY)
    topics = [(Topic.OPENING, "Khai mạc"), (Topic.OTHER, "Làm mương Nà Khà")]
    for position, (topic, title) in enumerate(topics, start=1):
        AgendaItem.objects.create(
            meeting=held,
            position=position,
            topic=topic,
            title=title,
            started_at=held.opened_at,
            ended_at=held.closed_at,
        )
    score(held)
    return held


@pytest.fixture
def visit(official: User, cell: Organization, meeting: Meeting) -> Visit:
    guest = Guest.objects.create(
        meeting=meeting, name="Hưng", kind=GuestKind.OFFICIAL, state=GuestState.PRESENT, arrived_at=time(19, 28)
    )
    return make_visit(official, cell, on=DAY, state=VisitState.ATTENDED, meeting=meeting, guest_id=guest.pk)


@pytest.fixture
def phone(client: Client, official: User) -> Client:
    client.force_login(official)
    return client


def address(visit: Visit, name: str = "visit_report") -> str:
    return reverse(f"reporting:{name}", args=[visit.public_id])


def fill(
    opinions: list[dict[str, Any]] | None = None, comments: list[dict[str, Any]] | None = None, **fields: Any
) -> Any:
    """A form as a browser sends it."""
    data: dict[str, Any] = {"grade": "good", "conduct": [CONDUCT[0]], "action": "save"} | fields
    for prefix, rows in (("y", opinions or []), ("g", comments or [])):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for index, row in enumerate(rows):
            usual = {"speaker": "member", "outcome": "noted"} if prefix == "y" else {}
            data |= {f"{prefix}-{index}-{name}": value for name, value in (usual | row).items()}
    return data


def note(cell: Organization, meeting: Meeting, text: str = "Xin 4 tấn xi măng") -> Petition:
    actor = actor_of(grant_role(make_user(), Role.SECRETARY, cell).user)
    details = PetitionDetails(text)
    return note_petition(
        actor=actor, organization=cell, details=details, raised_on=DAY, now=NOW, origin=origin_of(meeting)
    )


# ── writing ───────────────────────────────────────────────────────────────────


def test_page_is_prefilled_from_the_meeting(phone: Client, visit: Visit, meeting: Meeting, cell: Organization) -> None:
    note(cell, meeting)
    page = phone.get(address(visit)).content.decode()
    assert "Đồng chí có mặt từ 19:28, theo điểm danh của chi bộ. Không phải khai lại." in page
    assert "Làm mương Nà Khà" in page
    assert "Khai mạc" not in page
    assert "Xin 4 tấn xi măng" in page
    assert "(chi bộ tự chấm 94)" in page
    assert 'value="34"' in page  # the group that lost six points
    assert "Hạn 12/11" in page
    assert VisitReport.objects.count() == 0  # reading writes nothing


def test_report_is_kept_as_one_goes(phone: Client, visit: Visit) -> None:
    answer = phone.post(address(visit), fill(version=0, action="auto"), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "Đã lưu 08:00" in page
    assert re.search(r'name="version" id="id_version"[^>]* value="2"', page)
    report = VisitReport.objects.get()
    assert report.conduct == "Chất lượng chung: Tốt.\nĐủ các bước theo trình tự."
    assert report.submitted_at is None


def test_what_was_saved_comes_back(phone: Client, visit: Visit) -> None:
    data = fill(
        [{"text": "Lắp trạm phát sóng", "outcome": "passed_on", "passed_to_name": "Phòng Kinh tế"}],
        [{"text": "Ghi rõ số đo.", "example": "300 m mương", "keep": "on"}],
        conduct_other="Không khí cởi mở.",
        discussed=["Làm mương Nà Khà."],
        information_other="Kế hoạch quý IV.",
        points_c1="4.5",
    )
    assert phone.post(address(visit), data).status_code == 302
    page = squeeze(phone.get(address(visit)).content.decode())
    for words in ("Không khí cởi mở.", "Kế hoạch quý IV.", "Lắp trạm phát sóng", "Phòng Kinh tế", "Ghi rõ số đo."):
        assert words in page
    assert 'name="points_c1" type="text" autocomplete="off" inputmode="decimal"' in page
    assert 'data-nn-min="0" data-nn-max="5" data-nn-by="0.5" value="4,5"' in page


def test_a_button_takes_a_comment_from_the_bank(phone: Client, visit: Visit) -> None:
    answer = phone.post(address(visit), fill(action="gop-y-0"))
    assert answer["Location"].endswith("#gop-y")
    kept = VisitReport.objects.get().comments
    assert len(kept) == 1
    assert kept[0]["topic"].startswith("c4")  # what this cell is weakest at
    phone.post(address(visit), fill(action="gop-y-99"))
    assert VisitReport.objects.get().comments == []


def test_another_device_is_told_and_nothing_is_lost(phone: Client, visit: Visit) -> None:
    phone.post(address(visit), fill())
    phone.post(address(visit), fill(version=2, conduct_other="Máy thứ nhất"))
    late = phone.post(address(visit), fill(version=2, conduct_other="Máy thứ hai"))
    page = late.content.decode()
    assert late.status_code == 422
    assert "Báo cáo vừa được lưu ở máy khác." in page
    assert "Máy thứ hai" in page
    assert VisitReport.objects.get().conduct.endswith("Máy thứ nhất")
    assert phone.post(address(visit), fill(version=3, conduct_other="Máy thứ hai")).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"points_c1": "9"}, "Điểm phải từ 0 đến 5, lẻ đến nửa điểm."),
        ({"points_c1": "nhiều"}, "Điểm phải từ 0 đến 5, lẻ đến nửa điểm."),
        ({"conduct_other": "a" * 4001}, "Dài quá 4000 chữ. Hãy viết gọn lại."),
        ({"discussed": ["Mục không có"]}, "Chương trình vừa đổi. Hãy tải lại trang rồi chọn lại."),
        ({"grade": "", "conduct": [], "action": "submit"}, "Hãy ghi một câu về cách chi bộ tiến hành buổi sinh hoạt."),
    ],
)
def test_bad_input_is_said_beside_its_field(phone: Client, visit: Visit, fields: Any, words: str) -> None:
    answer = phone.post(address(visit), fill(**fields))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_saving_as_one_goes_says_what_is_wrong(phone: Client, visit: Visit) -> None:
    data = fill(points_c1="9", action="auto")
    answer = phone.post(address(visit), data, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Chưa lưu:" in answer.content.decode()


def test_passing_on_needs_a_place(phone: Client, visit: Visit) -> None:
    opinions = [{"text": "Lắp trạm phát sóng", "outcome": "passed_on", "passed_to": ""}]
    answer = phone.post(address(visit), fill(opinions, action="submit"))
    assert answer.status_code == 422
    assert "được chuyển đến đâu" in answer.content.decode()
    assert Petition.objects.count() == 0


# ── sending ───────────────────────────────────────────────────────────────────


def test_sending_makes_petitions_and_comments(
    phone: Client, visit: Visit, meeting: Meeting, cell: Organization, commune: Organization
) -> None:
    noted = note(cell, meeting)
    opinions: list[dict[str, Any]] = [
        {"text": noted.text, "petition": noted.public_id, "outcome": "passed_on", "passed_to": commune.public_id},
        {"text": "Đèn đường", "speaker": "resident", "outcome": "settled_on_spot"},
        {"text": ""},
    ]
    data = fill(opinions, [{"text": "Ghi rõ số đo.", "keep": "on"}], settled="Xã lắp trong tuần.", action="submit")
    page = phone.post(address(visit), data, follow=True).content.decode()
    assert "Đã gửi báo cáo. Kiến nghị đã vào sổ, góp ý đã đến chi bộ." in page
    assert list(Petition.objects.order_by("pk").values_list("text", "holder__name", "state")) == [
        ("Xin 4 tấn xi măng", commune.name, PetitionState.OPEN),
        ("Đèn đường", cell.name, PetitionState.SOLVED),
    ]
    assert list(Advice.objects.values_list("text", flat=True)) == ["Ghi rõ số đo."]
    assert CommentBankEntry.objects.get().uses == 1
    assert VisitReport.objects.get().submitted_at == NOW


def send(phone: Client, visit: Visit, **fields: Any) -> None:
    assert phone.post(address(visit), fill(action="submit", **fields)).status_code == 302


def test_a_sent_report_is_locked_and_takes_dated_supplements(phone: Client, visit: Visit) -> None:
    send(phone, visit)
    again = phone.post(address(visit), fill(conduct_other="Sửa lại"))
    assert again.status_code == 422
    assert "Báo cáo này đã gửi, không sửa được nữa." in again.content.decode()
    page = phone.post(address(visit, "supplement_report"), {"text": "Xã đã cấp đủ."}, follow=True).content.decode()
    assert "Xã đã cấp đủ." in page
    assert "09/11/2026" in page
    empty = phone.post(address(visit, "supplement_report"), {"text": " "})
    assert (empty.status_code, "Hãy ghi điều cần bổ sung." in empty.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("state", "day", "words"),
    [
        (VisitState.CONFIRMED, DAY + timedelta(days=30), "Viết báo cáo được từ hôm đó."),
        (VisitState.MISSED, DAY, "Buổi này ghi là đồng chí không dự, nên không có báo cáo."),
        (VisitState.CONFIRMED, date(2026, 11, 2), "Theo hồ sơ, chi bộ không họp ngày 02/11/2026."),
    ],
)
def test_a_visit_without_a_meeting_gets_a_clear_answer(
    phone: Client, official: User, cell: Organization, state: VisitState, day: date, words: str
) -> None:
    visit = make_visit(official, cell, on=day, state=state)
    assert words in phone.get(address(visit)).content.decode()
    answer = phone.post(address(visit), fill(action="submit"))
    assert answer.status_code == 422
    assert not VisitReport.objects.filter(submitted_at__isnull=False).exists()


def test_not_marked_in_the_room_is_said(phone: Client, official: User, cell: Organization, meeting: Meeting) -> None:
    visit = make_visit(official, cell, on=DAY, state=VisitState.CONFIRMED, meeting=meeting)
    assert meeting.state == MeetingState.HELD
    assert "Chi bộ chưa ghi đồng chí có mặt." in phone.get(address(visit)).content.decode()


# ── reading ───────────────────────────────────────────────────────────────────


def test_who_writes_and_who_reads(
    client: Client, phone: Client, visit: Visit, cell: Organization, commune: Organization
) -> None:
    other, officer, secretary = make_user(), make_user(), make_user()
    grant_role(other, Role.OFFICIAL, cell)
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    grant_role(secretary, Role.SECRETARY, cell)
    client.force_login(officer)
    assert client.get(address(visit)).status_code == 404  # not sent yet
    client.force_login(visit.official)
    send(client, visit)
    expected = {other: 404, officer: 200, secretary: 404}
    for user, status in expected.items():
        client.force_login(user)
        for name in ("visit_report", "visit_report_word", "visit_report_pdf"):
            assert client.get(address(visit, name)).status_code == status
        assert client.post(address(visit), fill()).status_code == 404
        assert client.post(address(visit, "supplement_report"), {"text": "x"}).status_code == 404
    client.logout()
    assert client.get(address(visit)).status_code == 302


def test_paper_has_the_contents_of_the_form(
    phone: Client, visit: Visit, official: User, meeting: Meeting, cell: Organization
) -> None:
    opinions = [{"text": "Lắp trạm phát sóng", "outcome": "passed_on", "passed_to_name": "Sở Khoa học và Công nghệ"}]
    points = dict.fromkeys(("c1", "c2", "c5", "c7"), "5") | {"c3": "9.5", "c4": "34", "c6": "30"}
    typed: dict[str, Any] = {f"points_{code}": value for code, value in points.items()}
    data = fill(opinions, discussed=["Làm mương Nà Khà."], **typed, action="submit")
    assert phone.post(address(visit), data).status_code == 302
    sent = get_sent_report(actor=actor_of(official), public_id=visit.public_id, now=NOW)
    paper = build_visit_report_paper(sent)
    assert (paper.letterhead.issuer, paper.letterhead.place) == ("Đảng ủy xã Lăng Can", "Lăng Can")
    assert paper.subject == "kết quả dự sinh hoạt Chi bộ thôn Nặm Chá"
    assert paper.visit.startswith("Ngày 05/11/2026, tôi dự buổi sinh hoạt thường kỳ của Chi bộ thôn Nặm Chá.")
    assert paper.discussed == "Làm mương Nà Khà."
    assert paper.opinions[0].outcome == "Chuyển cấp có thẩm quyền: Sở Khoa học và Công nghệ"
    assert paper.passed_on == ("Sở Khoa học và Công nghệ: Lắp trạm phát sóng",)
    assert paper.score == "Điểm của người dự: 93,5/100; chi bộ tự chấm: 94. Khác ở: Chuẩn bị (9,5, chi bộ 10)."
    assert (paper.signature.post, paper.signature.name) == ("NGƯỜI BÁO CÁO", "Lương Quốc Hưng")


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_however_much_there_is(
    visit: Visit, official: User, meeting: Meeting, cell: Organization, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        note(cell, meeting, f"Kiến nghị {number}")
        AgendaItem.objects.create(meeting=meeting, position=9 + number, topic=Topic.OTHER, title=f"Mục {number}")
    actor = actor_of(official)
    with django_assert_num_queries(24):
        page = get_report_page(actor=actor, public_id=visit.public_id, now=NOW)
    assert (len(page.noted), page.cell_score) == (rows, Decimal(94))


def test_a_page_without_a_meeting_has_still_a_score_to_give(official: User, cell: Organization) -> None:
    visit = make_visit(official, cell, on=DAY)
    page = get_report_page(actor=actor_of(official), public_id=visit.public_id, now=NOW)
    assert (page.problem, page.topics, page.cell_score) == (ReportProblem.NOT_MET, (), None)
    assert [group.maximum for group in page.groups] == [5, 5, 10, 40, 5, 30, 5]


def test_paper_says_hours_and_places_as_papers_do(
    phone: Client, visit: Visit, official: User, meeting: Meeting
) -> None:
    ended = meeting.planned_for + timedelta(minutes=105)
    Meeting.objects.filter(pk=meeting.pk).update(place="Nhà văn hóa thôn.", closed_at=ended)
    points: dict[str, Any] = dict.fromkeys(("points_c1", "points_c2", "points_c5", "points_c7"), "5")
    points |= {"points_c3": "9.5", "points_c4": "34", "points_c6": "30"}
    data = fill(discussed=["Làm mương Nà Khà."], **points, action="submit")
    assert phone.post(address(visit), data).status_code == 302
    paper = build_visit_report_paper(get_sent_report(actor=actor_of(official), public_id=visit.public_id, now=NOW))
    assert "của Chi bộ thôn Nặm Chá, tại nhà văn hóa thôn." in paper.visit
    assert paper.visit.endswith("Khai mạc lúc 19 giờ 30 phút, bế mạc lúc 21 giờ 15 phút.")
