"""What people of the demonstration commune asked for: answered, waiting with the commune, late."""

from datetime import datetime, timedelta

from nennep.core.access import Actor
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionField
from nennep.petitions.services import PetitionDetails
from nennep.site.demonstration.pictures import draw_bridge, write_letter

SYSTEM = Actor.system()
# Days ago, words, field, who asked (a name of the cell, or people), whether the commune must answer, the answer.
ASKED = (
    (75, "Đề nghị sửa cầu tạm qua suối Nà Khà trước mùa mưa", PetitionField.ROADS, "", True, ""),
    (
        40,
        "Đề nghị hỗ trợ xi măng đợt 2 làm mương Nà Khà",
        PetitionField.ROADS,
        "Lý Thị Mỷ",
        True,
        "Xã cấp 12 tấn trước 25/11.",
    ),
    (20, "Đề nghị thông báo sớm lịch tiêm phòng cho trâu bò", PetitionField.LIVELIHOOD, "", False, ""),
)
LETTER = ("ĐẢNG ỦY XÃ LĂNG CAN", "Trả lời kiến nghị của chi bộ", "Kính gửi: Chi bộ thôn Nặm Chá")
PEOPLE = "nhân dân trong thôn"


def write_petitions(*, cell_name: str, now: datetime) -> None:
    """A few petitions of one cell, each noted on its day; the answered one waits for the cell to confirm it."""
    cell = Organization.objects.filter(name=cell_name).first()
    commune = cell and Organization.objects.filter(path=cell.path[: -Organization.steplen]).first()
    if cell is None or commune is None:
        return
    for days, text, field, asker, goes_up, answer in ASKED:
        moment = now - timedelta(days=days)
        member = Member.objects.filter(full_name=asker, memberships__organization=cell).first() if asker else None
        picture = draw_bridge("Cầu Nà Khà") if "cầu" in text else None
        details = PetitionDetails(
            text, field, member, "" if member else PEOPLE, commune if goes_up else None, upload=picture
        )
        petition = services.note_petition(
            actor=SYSTEM, organization=cell, details=details, raised_on=moment.date(), now=moment
        )
        if answer:
            answered = moment + timedelta(days=12)
            letter = write_letter("Công văn trả lời.pdf", *LETTER, answer, now=answered)
            facts = services.AnswerFacts(upload=letter)
            services.answer_petition(actor=SYSTEM, petition=petition, answer=answer, facts=facts, now=answered)
