"""The order of the demonstration: rules, units, rolls, months, tasks, accounts; all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.conf import settings
from django.db import transaction

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.policies import services as policies
from nennep.site.demonstration import accounts, distribution, members, papers, preparation, trail, tree
from nennep.site.demonstration.coaching import write_coaching
from nennep.site.demonstration.duties import DutyWriter
from nennep.site.demonstration.minutes import MinutesWriter
from nennep.site.demonstration.months import PAST_MONTHS, MonthWriter
from nennep.site.demonstration.petitions import write_petitions
from nennep.site.demonstration.rounds import write_rounds
from nennep.site.demonstration.scores import ScoreWriter
from nennep.site.demonstration.visits import VisitWriter

SEED = 2793


class NotEmpty(DomainError):
    code = "demonstration_not_empty"
    message = "Chỉ nạp dữ liệu trình diễn vào một bản cài đặt còn trống; ở đây đã có đơn vị."


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was written."""

    organizations: int
    cells: int
    members: int
    meetings: int


def _say_nothing(_step: str) -> None: ...


def load(*, now: datetime, past_months: int = PAST_MONTHS, say: Callable[[str], None] = _say_nothing) -> Loaded:
    """Fill an empty installation, with meetings from `past_months` ago on; `say` hears of each step before it begins.

    The same `now` (to the day) gives the same rows. Raises NotEmpty.
    """
    random = Random(SEED)  # noqa: S311  a demonstration needs no secrecy
    with transaction.atomic():
        if Organization.objects.exists():
            raise NotEmpty
        say("bộ quy định, đơn vị")
        policies.load_central_packs(actor=Actor.system(), now=now)
        plans = tree.plant(random)
        say("đảng viên")
        rolls = members.enrol(plans, today=now.date(), random=random)
        say("các buổi sinh hoạt")
        writer = MonthWriter(now=now, random=random, past_months=past_months)
        writer.write_all(rolls)
        say("nhiệm vụ")
        duties = DutyWriter(now=now, random=random)
        duties.write_all(rolls, writer.rows.meetings)
        say("biên bản, tài liệu")
        minutes = MinutesWriter(writer.rows, duties)
        minutes.write_all()
        attached = papers.attach_papers(writer.rows.meetings)
        preparation.prepare(rolls, writer.rows.meetings, now.date())
        say("điểm tự chấm")
        ScoreWriter(minutes, attached, now=now, random=random).write_all(rolls, writer.books)
        say("tài khoản, nhật ký, giấy mời")
        accounts.open_accounts(rolls, now.date())
        trail.write_trail(writer.rows.meetings, now.date())
        trail.write_notices(writer.rows.meetings)
        distribution.send_papers(writer.rows.meetings, now=now)
        distribution.note_deliveries(writer.rows.meetings)
        say("lịch dự sinh hoạt, góp ý, kiến nghị")
        VisitWriter(writer.rows.meetings, now=now).write_all()
        write_coaching(now=now)
        write_petitions(cell_name="Chi bộ thôn Nặm Chá", now=now)
        say("xếp loại hằng năm")
        write_rounds(commune_code=tree.LANG_CAN_CODE, now=now)
    path = settings.NENNEP_DATA_DIR / "demonstration-accounts.txt"
    path.write_text(accounts.describe(), encoding="utf-8")
    return Loaded(Organization.objects.count(), len(plans), members.MEMBERS_IN_ALL, Meeting.objects.count())
