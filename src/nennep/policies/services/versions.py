"""The central packs that come with the program, and a unit's own rules: append-only, a change is a new version from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.periods import first_open_day
from nennep.core.permissions import Permission
from nennep.core.typed import take_line
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.policies.choices import (
    ARTICLE_LIMIT,
    NAME_LIMIT,
    NUMBER_LIMIT,
    Confidence,
    PolicyKey,
    RulesChanged,
    Verb,
)
from nennep.policies.importers.pack_files import PackFile, read_central_packs
from nennep.policies.models import PolicyPack, PolicyRule
from nennep.policies.queries import has_judged_since, local_code
from nennep.policies.rules import InvalidValue, read_value

TARGET_KIND = "policies.pack"


class ValueRefused(DomainError):
    code = "policy_value_refused"
    message = _("Giá trị của “%(label)s” không đúng. Hãy ghi số trong khoảng cho phép.")
    field = "value"


class RulesMissing(DomainError):
    code = "policy_rules_missing"
    message = _("Hãy ghi ít nhất một quy định khác với cấp trên.")


class RuleNotOwn(DomainError):
    code = "policy_rule_not_own"
    message = _("Đơn vị không có quy định riêng về “%(label)s”. Hãy tải lại trang.")
    field = "left"


class DocumentMissing(DomainError):
    code = "policy_document_missing"
    message = _("Hãy ghi số, ký hiệu và trích yếu của văn bản quy định điều này.")
    field = "document_number"


class VersionOutOfOrder(DomainError):
    code = "policy_version_out_of_order"
    message = _(
        "Bản đang có áp dụng từ ngày %(since)s. Bản mới phải áp dụng từ ngày muộn hơn; ghi sai ngày thì rút bản ấy ở trang quy định."
    )
    field = "valid_from"


class RulesTooEarly(DomainError):
    code = "policy_rules_too_early"
    message = _("Chi bộ đã có tháng xong xét theo quy định cũ. Hãy chọn ngày áp dụng từ %(first)s trở đi.")
    field = "valid_from"


@dataclass(frozen=True, slots=True)
class LocalRule:
    """One rule of a local pack: a JSON value in the shape of its key."""

    key: PolicyKey
    value: Any
    article: str = ""


@dataclass(frozen=True, slots=True)
class LocalPack:
    """A local document: its number and title, from which day on its rules hold, and which it leaves to the level above again."""

    document_number: str
    title: str
    valid_from: date
    rules: Sequence[LocalRule]
    left: frozenset[PolicyKey] = frozenset()


def load_central_packs(*, actor: Actor, now: datetime) -> int:
    """Store the central packs that come with the program; those already stored stay untouched (append-only).

    Returns how many were added: 0 the second time. Called by `init` and by the demonstration. Raises NotAllowed.
    """
    actor.require_program()
    with transaction.atomic():
        return sum(_store_pack(pack, actor, now) for pack in read_central_packs())


def _store_pack(pack: PackFile, actor: Actor, now: datetime) -> bool:
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
        target = audit.Target(TARGET_KIND, str(stored.pk), str(stored))
        audit.record(Verb.LOADED, actor=actor, target=target, now=now, details={"code": pack.code})
    return created


def add_local_version(*, actor: Actor, organization: Organization, pack: LocalPack, now: datetime) -> PolicyPack:
    """The unit's own rules from that day on.

    Keys that the new version does not name keep what the former version said; those that it leaves (`pack.left`) are again as
    the level above has them.
    The former version ends the day before and stays as it was: closed months are judged by it, and so none of them may be
    reached. Raises ValueRefused, RulesMissing, DocumentMissing, RuleNotOwn, RulesTooEarly, VersionOutOfOrder, UnitClosed,
    NotAllowed. Publishes RulesChanged.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    number, title = take_line(pack.document_number), take_line(pack.title)
    _check(pack, number, title)
    with transaction.atomic():
        lock_existing(organization, on=pack.valid_from)
        former = _lock_latest(organization)
        require_open(organization, pack.valid_from, now)
        if former and pack.valid_from <= former.valid_from:
            raise VersionOutOfOrder(since=f"{former.valid_from:%d/%m/%Y}")
        _require_own(former, pack.left)
        stored = PolicyPack.objects.create(
            code=local_code(organization),
            title=title,
            document_number=number,
            organization=organization,
            valid_from=pack.valid_from,
        )
        _write_rules(stored, former, pack)
        target = audit.Target(TARGET_KIND, str(stored.pk), str(stored), organization.path)
        changed = {rule.key.value: rule.value for rule in pack.rules}
        left = sorted(key.value for key in pack.left)
        details = changed | {"left": left} if left else changed
        audit.record(Verb.VERSION_ADDED, actor=actor, target=target, now=now, details=details)
        publish(RulesChanged(organization.pk, pack.valid_from, frozenset([*changed, *left])))
    return stored


def require_open(organization: Organization, valid_from: date, now: datetime) -> None:
    """What was counted keeps the rules of its day. Raises RulesTooEarly."""
    today = now.date()
    if has_judged_since(organization, valid_from=valid_from, today=today):
        raise RulesTooEarly(first=f"{first_open_day(today):%d/%m/%Y}")


def _check(pack: LocalPack, number: str, title: str) -> None:
    if not (0 < len(number) <= NUMBER_LIMIT and 0 < len(title) <= NAME_LIMIT):
        raise DocumentMissing
    if not (pack.rules or pack.left):
        raise RulesMissing
    for rule in pack.rules:
        try:
            read_value(rule.key, rule.value)
        except InvalidValue as error:
            raise ValueRefused(label=rule.key.label) from error


def _lock_latest(organization: Organization) -> PolicyPack | None:
    versions = PolicyPack.objects.select_for_update().filter(organization=organization, code=local_code(organization))
    return versions.order_by("valid_from").last()


def _require_own(former: PolicyPack | None, left: frozenset[PolicyKey]) -> None:
    own = set(former.rules.values_list("key", flat=True)) if former and former.valid_to is None else set()
    for key in left:
        if key not in own:
            raise RuleNotOwn(label=key.label)


def _write_rules(stored: PolicyPack, former: PolicyPack | None, pack: LocalPack) -> None:
    """The new rules, and those of the former version that they neither replace nor leave; the former version ends."""
    new = [
        PolicyRule(
            pack=stored,
            key=rule.key,
            value=rule.value,
            article=take_line(rule.article, limit=ARTICLE_LIMIT, field="article"),
            confidence=Confidence.LOCAL,
        )
        for rule in pack.rules
    ]
    named = {rule.key for rule in pack.rules} | pack.left
    kept = former.rules.exclude(key__in=named) if former else []
    copies = [
        PolicyRule(pack=stored, key=rule.key, value=rule.value, article=rule.article, confidence=rule.confidence)
        for rule in kept
    ]
    PolicyRule.objects.bulk_create(new + copies)
    if former and former.valid_to is None:
        former.valid_to = stored.valid_from
        former.save(update_fields=["valid_to"])
