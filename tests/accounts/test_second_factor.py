"""What a second factor is made of lies encrypted, and moves to a new key with everything else."""

import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, validate_totp_code
from django.core.management import call_command

from nennep.core import crypto
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Any:
    settings.NENNEP_SECRETS_DIR = tmp_path
    crypto.forget_keys()
    yield tmp_path / "encryption.keys"
    crypto.forget_keys()


def test_seeds_are_encrypted_and_rotated(keys: Path) -> None:
    user = make_user()
    TOTP.activate(user, SECRET)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    row = Authenticator.objects.get(type="totp")
    assert SECRET not in str(row.data)
    call_command("rotate_keys", "--new-key")
    keys.write_bytes(keys.read_bytes().split()[0])
    crypto.forget_keys()
    row.refresh_from_db()
    assert crypto.decrypt(row.data["secret"]) == SECRET
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes() == codes


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_digits_of_one_step_earlier_or_later_are_accepted(
    steps: int, accepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 30.0 * 10 + 29)  # the last second of step 10
    digits = format_hotp_value(hotp_value(SECRET, 10 + steps))
    assert validate_totp_code(SECRET, digits) is accepted
