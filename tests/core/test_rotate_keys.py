from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from nennep.core import crypto
from nennep.members.models import Member
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Any:
    """A key file of the test's own."""
    settings.NENNEP_SECRETS_DIR = tmp_path
    crypto.forget_keys()
    yield tmp_path / "encryption.keys"
    crypto.forget_keys()


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ethnic_group FROM members_member ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_everything_is_readable_with_the_new_key_alone(keys: Path) -> None:
    members = [make_member(f"Giàng A {number}") for number in "ABC"]
    for member, group in zip(members, ("Mông", "Tày", ""), strict=True):
        Member.objects.filter(pk=member.pk).update(ethnic_group=group)
    before = stored()
    output = StringIO()
    call_command("rotate_keys", new_key=True, stdout=output)
    assert "Đã mã hóa lại 3 dòng" in output.getvalue()
    assert [old == new for old, new in zip(before, stored(), strict=True)] == [False, False, True]
    newest, older = keys.read_text().split()
    keys.write_text(newest)
    crypto.forget_keys()
    assert list(Member.objects.order_by("pk").values_list("ethnic_group", flat=True)) == ["Mông", "Tày", ""]
    keys.write_text(older)
    crypto.forget_keys()
    with pytest.raises(CommandError, match="không mở được"):
        call_command("rotate_keys", stdout=StringIO())
