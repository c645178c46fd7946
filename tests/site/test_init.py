from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nennep.accounts.models import User
from nennep.accounts.queries import build_actor
from nennep.accounts.services import redeem_code
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.policies.importers.pack_files import read_central_packs
from nennep.policies.models import PolicyPack
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

ARGUMENTS = {"code": "38.168.053", "name": "Đảng bộ xã Lăng Can", "kind": "base"}


def init(**changes: str) -> str:
    output = StringIO()
    call_command("init", **(ARGUMENTS | changes), stdout=output)
    return output.getvalue()


def test_an_empty_installation_gets_its_unit_rules_and_administrator(fixed_clock: Any) -> None:
    said = init()
    unit = Organization.objects.get()
    assert (unit.code, unit.name, unit.kind) == ("38.168.053", "Đảng bộ xã Lăng Can", "base")
    assert PolicyPack.objects.count() == len(read_central_packs())
    user = User.objects.get()
    assert build_actor(user=user, today=TODAY).may(Permission.ACCOUNTS_GRANT, unit.path + "0001")
    code = said.split("(chỉ in lần này): ")[1].split("\n")[0]
    redeem_code(username="quan-tri", code=code, password="mot-mat-khau-dai-2026", now=NOW)
    user.refresh_from_db()
    assert user.check_password("mot-mat-khau-dai-2026")


def test_a_second_time_says_so_and_changes_nothing(fixed_clock: Any) -> None:
    init()
    with pytest.raises(CommandError, match="đã khởi tạo rồi"):
        init(code="KHAC")
    assert Organization.objects.count() == 1


def test_a_tree_planted_before_anybody_had_an_account_is_taken_over(fixed_clock: Any) -> None:
    centre = make_unit("Đảng Cộng sản Việt Nam", kind=UnitKind.CENTRAL, code="TW")
    with pytest.raises(CommandError, match="đã khởi tạo rồi"):
        init()
    init(code="tw", kind="central")
    assert (Organization.objects.get(), PolicyPack.objects.count()) == (centre, len(read_central_packs()))
    assert build_actor(user=User.objects.get(), today=TODAY).may(Permission.ACCOUNTS_GRANT, centre.path)
    with pytest.raises(CommandError, match="đã khởi tạo rồi"):
        init(code="tw", kind="central")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "xa"}, "không phải loại đơn vị"),
        ({"code": "38.1"}, "Mã “38.1” không đúng"),
        ({"name": " "}, "Hãy ghi tên đơn vị"),
        ({"opened": "1/7/2025"}, "không phải một ngày"),
        ({"opened": "2026-11-10"}, "chưa tới"),
        ({"kind": "group"}, "Tổ đảng chỉ lập trong chi bộ"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(changes: dict[str, str], said: str, fixed_clock: Any) -> None:
    with pytest.raises(CommandError, match=said):
        init(**changes)
    assert (Organization.objects.count(), User.objects.count(), PolicyPack.objects.count()) == (0, 0, 0)
