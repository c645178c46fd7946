import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from nennep.core import crypto
from nennep.core.carried import carried, carry
from nennep.core.kept_words import KeptForm, KeptText, get_kept_form, keep_form
from nennep.members.models import Member
from tests.factories.core import NOW
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


def test_a_new_key_comes_on_top_even_where_a_draft_was_left_behind(keys: Path) -> None:
    crypto.encrypt("x")
    first = keys.read_bytes().split()
    left = keys.with_name(f"{keys.name}.{os.getpid()}")
    left.touch(mode=0o600)
    left.write_bytes(b"x" * 500)
    crypto.add_key()
    assert len(first) == 1
    assert keys.read_bytes().split()[1:] == first
    assert len(keys.read_bytes()) == 2 * len(first[0]) + 1
    keys.unlink()
    crypto.add_key()
    assert keys.stat().st_mode & 0o777 == 0o600


def test_what_is_not_known_needs_no_key(keys: Path) -> None:
    made = (crypto.encrypt(""), crypto.decrypt(""), crypto.rotate(""), crypto.keyed_hash("", purpose="phone"))
    assert (made, keys.exists()) == (("", "", "", ""), False)


def test_hashes_are_equal_only_for_the_same_text_and_purpose(keys: Path) -> None:
    one = crypto.keyed_hash("0912", purpose="phone")
    assert one == crypto.keyed_hash("0912", purpose="phone")
    assert len({one, crypto.keyed_hash("0912", purpose="code"), crypto.keyed_hash("0913", purpose="phone")}) == 3
    assert len((keys.parent / "hash.key").read_bytes()) == 64  # 32 bytes
    (keys.parent / "hash.key").unlink()
    crypto.forget_keys()
    assert crypto.keyed_hash("0912", purpose="phone") != one


def test_what_lies_in_a_session_is_gone_with_its_key_and_hinders_nobody(keys: Path, client: Client) -> None:
    """Words of a form that waits, and words of another part of a page: a page that looks for them is shown all the same."""
    session, form = client.session, KeptForm("/a/", "/", (KeptText("text", "Sửa cầu"),))
    carry(session, "/a/", {"text": "Sửa cầu"}, now=NOW)
    keep_form(session, form, owner="1", now=NOW)
    assert (carried(session, "/a/", now=NOW), get_kept_form(session, owner="1", now=NOW)) == ({"text": "Sửa cầu"}, form)
    crypto.add_key()
    keys.write_bytes(keys.read_bytes().split()[0])
    crypto.forget_keys()
    assert (carried(session, "/a/", now=NOW), get_kept_form(session, owner="1", now=NOW)) == ({}, None)
    carry(session, "/a/", {"text": "Sửa đường"}, now=NOW)
    assert carried(session, "/a/", now=NOW) == {"text": "Sửa đường"}
