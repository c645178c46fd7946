"""Policy packs for tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from nennep.organizations.models import Organization
from nennep.policies.choices import Confidence
from nennep.policies.importers.pack_files import read_central_packs
from nennep.policies.models import PolicyPack, PolicyRule
from nennep.policies.rules import Rule, RuleBook, Source, build_rule_book


def make_rule_book(**changes: Any) -> RuleBook:
    """The rules that come with the program, of today, without a database; `changes` by the names of the book."""
    rules = [
        Rule(
            key=rule.key,
            value=rule.value,
            depth=0,
            source=Source(
                pack.document_number,
                pack.title,
                rule.article,
                rule.confidence,
                pack_id=None,
                valid_from=pack.valid_from,
            ),
        )
        for pack in read_central_packs()
        for rule in pack.rules
    ]
    return replace(build_rule_book((), rules), **changes)


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
