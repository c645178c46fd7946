"""The secrets of second factors: encrypted at rest as allauth's rows hold them (adapters.MFAAdapter)."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from nennep.core import crypto
from nennep.core.access import Actor

_SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def rotate_second_factors(*, actor: Actor) -> int:
    """Encrypt the seeds of phone codes and recovery codes anew under the newest key; how many. Passkeys hold no secret."""
    actor.require_program()
    rows = Authenticator.objects.select_for_update().filter(type__in=_SECRETS).order_by("pk")
    with transaction.atomic():
        found = list(rows)
        for row in found:
            name = _SECRETS[row.type]
            row.data[name] = crypto.rotate(row.data[name])
            row.save(update_fields=["data"])
    return len(found)
