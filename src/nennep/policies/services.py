"""Writing policy packs."""

from django.db import transaction

from nennep.policies.importers.packs import PackFile, read_central_packs
from nennep.policies.models import PolicyPack, PolicyRule


def load_central_packs() -> int:
    """Store the central packs that come with the program; those already stored stay untouched (append-only).

    Returns how many were added: 0 the second time. Called by `init` and by the demonstration.
    """
    with transaction.atomic():
        return sum(_store_pack(pack) for pack in read_central_packs())


def _store_pack(pack: PackFile) -> bool:
    stored, created = PolicyPack.objects.get_or_create(
        code=pack.code,
        valid_from=pack.valid_from,
        organization=None,
        defaults={
            "title": pack.title,
            "document_number": pack.document_number,
            "issued_on": pack.issued_on,
        },
    )
    if created:
        PolicyRule.objects.bulk_create(
            PolicyRule(pack=stored, key=rule.key, value=rule.value, article=rule.article, confidence=rule.confidence)
            for rule in pack.rules
        )
    return created
