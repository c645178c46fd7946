"""Rules are told to whoever follows them when they are written, and when they are taken back by whoever may."""

from datetime import date

import pytest

from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import DaysOff
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.policies import services
from nennep.policies.choices import PolicyKey, RulesChanged
from nennep.policies.models import PolicyPack
from nennep.policies.rules import say_value
from nennep.policies.services import LocalPack, LocalRule
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[RulesChanged]:
    told: list[RulesChanged] = []
    monkeypatch.setitem(events._handlers, RulesChanged, [told.append])
    return told


def test_followers_hear_what_is_written_and_what_is_taken_back(
    commune: Organization, heard: list[RulesChanged]
) -> None:
    rules = [LocalRule(PolicyKey.FIXED_DAY, 5)]
    pack = services.add_local_version(
        actor=SYSTEM, organization=commune, pack=LocalPack("5-QĐ", "Quy định", TODAY, rules), now=NOW
    )
    services.withdraw_pack(actor=SYSTEM, organization=commune, pack_id=pack.pk, now=NOW)
    assert heard == [RulesChanged(commune.pk, TODAY, frozenset({"meeting.fixed_day"}))] * 2


def test_only_who_writes_rules_takes_them_back(commune: Organization) -> None:
    pack = make_pack({"meeting.fixed_day": 5}, organization=commune, valid_from=TODAY)
    reader = make_actor(Permission.POLICIES_READ, path=commune.path)
    with pytest.raises(NotAllowed):
        services.withdraw_pack(actor=reader, organization=commune, pack_id=pack.pk, now=NOW)
    assert PolicyPack.objects.filter(pk=pack.pk).exists()


def test_what_was_replaced_is_not_taken_back(commune: Organization) -> None:
    pack = make_pack({"meeting.fixed_day": 5}, organization=commune, valid_from=TODAY)
    PolicyPack.objects.filter(pk=pack.pk).update(valid_to=date(2026, 12, 1))
    with pytest.raises(services.PackReplaced):
        services.withdraw_pack(actor=SYSTEM, organization=commune, pack_id=pack.pk, now=NOW)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (DaysOff(), "theo ngày nghỉ chung của cả nước"),
        (DaysOff(off=frozenset({date(2027, 2, 11)})), "nghỉ thêm 11/02/2027"),
        (DaysOff(working=frozenset({date(2027, 2, 20)})), "làm bù 20/02/2027"),
        (
            DaysOff(frozenset({date(2027, 2, 11)}), frozenset({date(2027, 2, 20)})),
            "nghỉ thêm 11/02/2027; làm bù 20/02/2027",
        ),
    ],
    ids=["none", "off", "worked", "both"],
)
def test_days_off_are_said_in_words(days: DaysOff, said: str) -> None:
    assert say_value(PolicyKey.DAYS_OFF, days) == said
