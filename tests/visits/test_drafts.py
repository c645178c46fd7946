"""Files that wait with a report nobody sends: told after 60 days, gone 14 days later; whatever is done meanwhile keeps them."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.documents.models import Enclosure
from nennep.documents.services import forget_removed, sweep_strays
from nennep.notifications.models import Notification
from nennep.site.daily import run_day
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit, VisitOpinion
from nennep.visits.services import clear_draft_files, opinions, reports
from nennep.visits.services.opinions import OpinionDraft
from nennep.visits.services.reports import ReportDraft
from tests.factories.core import NOW
from tests.factories.documents import make_upload
from tests.factories.trails import list_trail
from tests.factories.visits import make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
TOLD, GONE, FORGOTTEN = (NOW + timedelta(days=days) for days in (60, 74, 104))
DAY = timedelta(days=1)


@pytest.fixture
def visit(commune: Commune) -> Visit:
    return make_visit(commune.hung, commune.cell, on=date(2026, 11, 5), state=VisitState.ATTENDED)


@pytest.fixture
def opinion(commune: Commune, visit: Visit) -> VisitOpinion:
    found = save(commune, visit)
    attach(commune, found)
    return found


def save(commune: Commune, visit: Visit, *, now: datetime = NOW) -> VisitOpinion:
    draft = ReportDraft(conduct="Tốt.", opinions=(OpinionDraft("Cầu hỏng"),))
    report = reports.save_report(actor=commune.actor(commune.hung), visit=visit, draft=draft, now=now)
    return report.opinions.get()


def attach(commune: Commune, opinion: VisitOpinion, *, now: datetime = NOW) -> None:
    actor = commune.actor(commune.hung)
    opinions.attach_to_opinion(actor=actor, opinion=opinion, upload=make_upload(), now=now)


def clear(*moments: datetime) -> list[int]:
    return [clear_draft_files(actor=SYSTEM, now=moment) for moment in moments]


def count_waiting() -> int:
    return Enclosure.objects.filter(removed_at=None).count()


def titles() -> list[str]:
    return list(Notification.objects.filter(kind="visits.draft_files").order_by("pk").values_list("title", flat=True))


def test_the_writer_is_told_once_and_the_files_go_later(commune: Commune, opinion: VisitOpinion) -> None:
    attach(commune, opinion)
    assert clear(TOLD - timedelta(seconds=1)) == [0]
    assert titles() == []
    assert (clear(TOLD, TOLD, GONE - DAY), count_waiting()) == ([0, 0, 0], 2)
    assert titles() == ["Báo cáo nháp dự Chi bộ thôn Nặm Chá: tệp kèm được bỏ ngày 22/01/2027 nếu chưa gửi"]
    assert (clear(GONE, GONE), count_waiting()) == ([2, 0], 0)
    assert titles()[1:] == ["Báo cáo nháp dự Chi bộ thôn Nặm Chá: đã bỏ 2 tệp kèm vì lâu không gửi"]
    assert {one.user for one in Notification.objects.filter(kind="visits.draft_files")} == {commune.hung}
    assert [verb for verb, _details in list_trail("visits")][-2:] == ["visits.file_removed"] * 2
    opinion.refresh_from_db()
    assert (opinion.text, opinion.report.submitted_at) == ("Cầu hỏng", None)


@pytest.mark.parametrize("act", [save, attach])
def test_whatever_is_written_or_attached_keeps_them_as_long_again(
    act: Any, commune: Commune, visit: Visit, opinion: VisitOpinion
) -> None:
    clear(TOLD)
    (save(commune, visit, now=TOLD + DAY) if act is save else attach(commune, opinion, now=TOLD + DAY))
    assert clear(GONE, TOLD + timedelta(days=60)) == [0, 0]
    assert len(titles()) == 1
    assert clear(TOLD + timedelta(days=61), TOLD + timedelta(days=74)) == [0, 0]
    assert len(titles()) == 2
    assert clear(TOLD + timedelta(days=75)) == [1 if act is save else 2]


def test_what_was_sent_keeps_its_files(commune: Commune, visit: Visit, opinion: VisitOpinion) -> None:
    reports.submit_report(actor=commune.actor(commune.hung), visit=visit, now=NOW)
    assert (clear(TOLD, GONE), count_waiting(), titles()) == ([0, 0], 1, [])


def test_what_was_taken_out_is_forgotten_with_its_file(commune: Commune, opinion: VisitOpinion) -> None:
    """First it is in no list, then it has no row, then the daily work puts its file aside."""
    kept = Enclosure.objects.get()
    actor, path = commune.actor(commune.hung), Path(kept.file.path)
    opinions.remove_from_opinion(actor=actor, opinion=opinion, number=1, now=GONE)
    clear(FORGOTTEN)
    assert Enclosure.objects.count() == 1
    clear(FORGOTTEN + timedelta(seconds=1))
    assert (Enclosure.objects.count(), path.exists()) == (0, True)
    sweep_strays(actor=SYSTEM, now=FORGOTTEN + timedelta(days=800))
    assert not path.exists()


def test_the_daily_work_does_it(opinion: VisitOpinion) -> None:
    run_day(now=TOLD)
    assert len(titles()) == 1


def test_nobody_does_it_by_hand(commune: Commune) -> None:
    with pytest.raises(NotAllowed):
        clear_draft_files(actor=commune.officer, now=NOW)
    with pytest.raises(NotAllowed):
        forget_removed(actor=commune.officer, kind="visits.opinion", before=NOW)
