"""Papers that came down the tree to the cells of Lăng Can, and how the last call went out in Nặm Chá."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from django.core.files.base import ContentFile

from nennep.accounts.models import User
from nennep.accounts.queries import build_actor
from nennep.core.access import Actor
from nennep.documents.choices import DOCUMENT_ORIGIN, DocumentTarget, PaperType
from nennep.documents.models import Distribution, Document
from nennep.documents.queries import Whom
from nennep.documents.services import DocumentDetails, add_document, distribute_document
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.meeting import list_called
from nennep.members.choices import Reach
from nennep.notifications.choices import Channel, DeliveryState
from nennep.notifications.models import Delivery, Notification
from nennep.organizations.models import Organization
from nennep.site.demonstration.members import NAM_CHA
from nennep.site.demonstration.papers import ORIGIN, make_word_file
from nennep.site.demonstration.tree import LANG_CAN_CODE, ROOT_CODE

SEED = 379  # of its own: what is drawn here changes nothing elsewhere
# Title, number, issuer, type; days ago that it was issued, reached the commune, was sent to the cells.
PAPERS = (
    ("Kế hoạch nâng cao chất lượng sinh hoạt chi bộ quý IV", "12-KH/ĐU", PaperType.PLAN, 36, 34, 30),
    ("Hướng dẫn sinh hoạt chuyên đề xây dựng nông thôn mới", "08-HD/ĐU", PaperType.OTHER, 20, 15, 9),
    ("Thông báo lịch làm việc của đoàn kiểm tra", "31-TB/ĐU", PaperType.NOTICE, 4, 3, 2),
)
ISSUER = "Đảng ủy xã Lăng Can"


def send_papers(meetings: Iterable[Meeting], *, now: datetime) -> None:
    """Three papers of the commune, each with its own delay; the last one waits in most cells, the first was discussed."""
    random = Random(SEED)  # noqa: S311  a demonstration needs no secrecy
    commune = Organization.objects.get(code=LANG_CAN_CODE)
    officer = build_actor(user=User.objects.get(username="can-bo-xa"), today=now.date())
    documents = [_send(commune, officer, paper, now) for paper in PAPERS]
    _pass_down(commune, now)
    for document in documents:
        _let_open(document, random, now)
    _put_on_agendas(documents[0], meetings, random)


def _send(
    commune: Organization, officer: Actor, paper: tuple[str, str, PaperType, int, int, int], now: datetime
) -> Document:
    title, number, paper_type, issued, received, sent = paper
    details = DocumentDetails(
        title=title,
        paper_type=paper_type,
        number=number,
        issued_by=ISSUER,
        issued_on=(now - timedelta(days=issued)).date(),
        received_on=(now - timedelta(days=received)).date(),
    )
    at = now - timedelta(days=sent)
    file = ContentFile(make_word_file([title, ISSUER]), name=f"{number.replace('/', '-')}.docx")
    document = add_document(actor=officer, organization=commune, details=details, upload=file, now=at)
    distribute_document(actor=officer, document=document, from_unit=commune, whom=Whom(DocumentTarget.CELLS), now=at)
    return document


def _pass_down(commune: Organization, now: datetime) -> None:
    """One paper of the level above, which the commune has but did not send on yet."""
    root, at = Organization.objects.get(code=ROOT_CODE), now - timedelta(days=5)
    board = build_actor(user=User.objects.get(username="ban-to-chuc"), today=now.date())
    title = "Hướng dẫn tổng kết công tác xây dựng Đảng năm"
    details = DocumentDetails(title, number="17-HD/TU", issued_by="Tỉnh ủy", issued_on=(at - timedelta(days=3)).date())
    file = ContentFile(make_word_file([title]), name="17-HD-TU.docx")
    document = add_document(actor=board, organization=root, details=details, upload=file, now=at)
    whom = Whom(DocumentTarget.SINGLE, unit_ids=frozenset({commune.public_id}))
    distribute_document(actor=board, document=document, from_unit=root, whom=whom, now=at)
    Distribution.objects.filter(document=document).update(received_at=at + timedelta(days=1))


def _let_open(document: Document, random: Random, now: datetime) -> None:
    """Most secretaries confirm within days and open some days later; the newest paper is new to Nặm Chá."""
    rows = list(Distribution.objects.filter(document=document).select_related("to_unit").order_by("pk"))
    for row in rows:
        received = row.sent_at + timedelta(days=random.choice([0, 0, 1, 1, 2, 4]), hours=random.randint(1, 9))
        opened = received + timedelta(days=random.choice([0, 0, 1, 3, 6]))
        is_new = row.to_unit.name == NAM_CHA and now - row.sent_at < timedelta(days=3)
        if is_new or received > now:
            continue
        row.received_at, row.received_by_name = received, "Bí thư chi bộ"
        row.opened_at = opened if opened <= now else None
    Distribution.objects.bulk_update(rows, ["received_at", "received_by_name", "opened_at"])


def _put_on_agendas(document: Document, meetings: Iterable[Meeting], random: Random) -> None:
    """In most cells of Lăng Can the news of the last meeting held was this paper."""
    last: dict[int, Meeting] = {}
    for meeting in meetings:
        if meeting.closed_at and meeting.organization.code.startswith(f"{LANG_CAN_CODE}-"):
            last[meeting.organization_id] = meeting
    chosen = [meeting.pk for meeting in last.values() if random.random() < 0.7]
    items = AgendaItem.objects.filter(meeting_id__in=chosen, topic=Topic.BULLETIN)
    items.update(origin_kind=DOCUMENT_ORIGIN, origin_id=str(document.public_id))


def note_deliveries(meetings: Iterable[Meeting]) -> None:
    """How the last call of Nặm Chá reached its members: read in the program, or paper handed over by the secretary."""
    called = [meeting for meeting in meetings if meeting.announced_at and meeting.organization.name == NAM_CHA]
    meeting = called[-1]
    notices = {
        notice.user_id: notice
        for notice in Notification.objects.filter(url__contains=str(meeting.public_id)).order_by("pk")
    }
    Delivery.objects.bulk_create(
        Delivery(
            notification=notices.get(one.user_id or 0),
            organization=meeting.organization,
            origin_kind=ORIGIN,
            origin_id=str(meeting.public_id),
            person_id=str(one.public_id),
            person_name=one.label,
            channel=Channel.PRINT if one.reach == Reach.PRINT else Channel.APP,
            title=f"Mời dự sinh hoạt {meeting.day:%d/%m/%Y}",
            state=DeliveryState.HANDED if one.reach == Reach.PRINT else DeliveryState.SENT,
            created_at=meeting.announced_at,
            sent_at=meeting.announced_at,
            by_name="Ma Công Lập" if one.reach == Reach.PRINT else "",
        )
        for one in list_called(meeting)
        if one.reach == Reach.PRINT or one.user_id in notices
    )
