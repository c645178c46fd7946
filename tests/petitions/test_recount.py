"""A corrected list of days off: open clocks move and say so, what was answered stands."""

from datetime import date
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import StepKind
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_petition_page
from nennep.petitions.services import PetitionDetails
from nennep.policies.choices import PolicyKey
from nennep.policies.models import PolicyPack
from nennep.policies.services import LocalPack, LocalRule, add_local_version, withdraw_pack
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor

pytestmark = pytest.mark.django_db
DUE, MOVED = date(2026, 12, 22), date(2026, 12, 23)


def note(cell: Organization, holder: Organization, text: str) -> Petition:
    details = PetitionDetails(text, holder=holder)
    return services.note_petition(
        actor=make_actor(*Permission), organization=cell, details=details, raised_on=TODAY, now=NOW
    )


def decide(unit: Organization, *, off: str) -> PolicyPack:
    rules = [LocalRule(PolicyKey.DAYS_OFF, {"off": [off], "working": []})]
    return add_local_version(
        actor=make_actor(*Permission), organization=unit, pack=LocalPack("12-TB/TU", "Ngày nghỉ", TODAY, rules), now=NOW
    )


def test_open_clocks_move_and_those_who_answer_are_told_once(django_capture_on_commit_callbacks: Any) -> None:
    cell = make_cell()
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    officer = make_user("Hà Thị Thu")
    grant_role(officer, Role.COMMUNE_OFFICER, commune)
    opened, answered, own = note(cell, commune, "Sửa cầu"), note(cell, commune, "Sửa đường"), note(cell, cell, "Hội")
    services.answer_petition(actor=actor_of(officer), petition=answered, answer="Sẽ sửa.", now=NOW)
    Notification.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        pack = decide(commune, off="2026-12-14")
    assert list(Petition.objects.order_by("pk").values_list("due_on", flat=True)) == [MOVED, DUE, MOVED]
    assert [step.text for step in opened.steps.filter(kind=StepKind.RECOUNTED)] == ["22/12/2026 → 23/12/2026"]
    assert not answered.steps.filter(kind=StepKind.RECOUNTED).exists()
    said = list(Notification.objects.values_list("user__full_name", "body"))
    assert said == [("Hà Thị Thu", "1 kiến nghị đang chờ trả lời có hạn mới.")]
    page = get_petition_page(actor=make_actor(*Permission), public_id=own.public_id, today=TODAY)
    assert (page.time.counted.decided, page.time.counted.days) == ((date(2026, 12, 14),), 30)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_pack(actor=make_actor(*Permission), organization=commune, pack_id=pack.pk, now=NOW)
    assert list(Petition.objects.order_by("pk").values_list("due_on", flat=True)) == [DUE, DUE, DUE]


def test_counting_twice_changes_nothing_and_other_units_stay() -> None:
    cell, other = make_cell(), make_cell("Chi bộ thôn Khác")
    petitions = [note(cell, cell, "Sửa cầu"), note(other, other, "Sửa đường")]
    decide(cell, off="2026-12-14")
    system = Actor.system()
    counted = [services.recount_clocks(actor=system, organization_id=unit.pk, now=NOW) for unit in (other, cell, cell)]
    assert counted == [0, 1, 0]
    assert [Petition.objects.get(pk=one.pk).due_on for one in petitions] == [MOVED, DUE]


def test_nobody_counts_anew_by_hand() -> None:
    cell = make_cell()
    with pytest.raises(NotAllowed):
        services.recount_clocks(actor=make_actor(*Permission, user_id=7), organization_id=cell.pk, now=NOW)
    with pytest.raises(NotAllowed):
        services.recount_later(actor=make_actor(*Permission, user_id=7), organization_id=cell.pk)
