"""Policy packs for tests."""

from datetime import date
from typing import Any

from nennep.organizations.models import Organization
from nennep.policies.choices import Confidence
from nennep.policies.models import PolicyPack, PolicyRule


def make_pack(
    values: dict[str, Any],
    *,
    organization: Organization | None = None,
    valid_from: date = date(2026, 1, 1),
    valid_to: date | None = None,
    code: str = "thu",
) -> PolicyPack:
    """A pack with the given values by key, central without `organization`."""
    pack = PolicyPack.objects.create(
        code=code,
        title=f"Văn bản {code}",
        document_number=f"{code}-QĐ",
        organization=organization,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    for key, value in values.items():
        PolicyRule.objects.create(pack=pack, key=key, value=value, confidence=Confidence.LOCAL)
    return pack
