"""Documents that a unit applies beside its own rules: they begin, are withdrawn while unused, end, and hold on again."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import TypeAlias

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.events import publish
from nennep.core.periods import first_open_day
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing, lock_organization
from nennep.policies.choices import (
    PolicyKey,
    RulesChanged,
    Verb,
)
from nennep.policies.importers.pack_files import PackFile, PackRule, read_packs
from nennep.policies.models import PolicyPack, PolicyRule
from nennep.policies.queries import find_sheet_of_code, has_judged_since, local_code
from nennep.policies.rules import read_value
from nennep.policies.services.versions import TARGET_KIND, ValueRefused, require_open


class PackUnknown(DomainError):
    code = "policy_pack_unknown"
    message = _("Hãy chọn một văn bản trong danh sách.")
    field = "code"


class PackTooEarly(DomainError):
    code = "policy_pack_too_early"
    message = _("Văn bản này ban hành ngày %(issued)s. Hãy chọn ngày áp dụng từ ngày ấy trở đi.")
    field = "valid_from"


class PackAlreadyApplied(DomainError):
    code = "policy_pack_already_applied"
    message = _("Đơn vị đã áp dụng văn bản này từ ngày %(since)s.")
    field = "code"


class PackCodeTaken(DomainError):
    code = "policy_pack_code_taken"
    message = _("Đã có văn bản mang mã “%(code)s”. Hãy đổi mã (code) trong tệp rồi nạp lại.")


class SheetCodeTaken(DomainError):
    code = "policy_sheet_code_taken"
    message = _("Khung chấm điểm mã “%(code)s” đã có. Khung mới cần một mã mới: buổi đã chấm giữ khung của nó.")


class SheetBegun(DomainError):
    code = "policy_sheet_begun"
    message = _(
        "Có buổi đã bắt đầu chấm theo khung của văn bản này nên không rút được. Hãy cho thôi áp dụng từ một ngày."
    )


class PackUsed(DomainError):
    code = "policy_pack_used"
    message = _("Đã có tháng xong xét theo quy định này nên không rút được nữa. Hãy ghi bản mới từ ngày muộn hơn.")


class PackReplaced(DomainError):
    code = "policy_pack_replaced"
    message = _("Đã có bản mới thay quy định này. Hãy rút bản mới trước.")


class PackNotEndable(DomainError):
    code = "policy_pack_not_endable"
    message = _("Văn bản này không còn áp dụng, hoặc là quy định riêng của đơn vị: bỏ từng điều bằng một bản mới.")


class EndTooEarly(DomainError):
    code = "policy_end_too_early"
    message = _("Văn bản áp dụng từ ngày %(since)s. Hãy chọn ngày thôi áp dụng sau ngày ấy.")
    field = "valid_to"


class EndReachesMonths(DomainError):
    code = "policy_end_reaches_months"
    message = _("Tháng đã xong giữ quy định của nó. Hãy chọn ngày thôi áp dụng từ %(first)s trở đi.")
    field = "valid_to"


def apply_delivered_pack(
    *, actor: Actor, organization: Organization, code: str, valid_from: date, now: datetime
) -> PolicyPack:
    """A local document that comes with the program holds for the unit and all below it from that day on.

    It stands beside the unit's own rules: for a key that both set, the later one counts. Raises PackUnknown, PackTooEarly
    (before the document was issued), RulesTooEarly, PackAlreadyApplied, UnitClosed, NotAllowed.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    delivered = next((pack for pack in read_packs() if pack.code == code and pack.place), None)
    if delivered is None:
        raise PackUnknown
    if valid_from < delivered.issued_on:
        raise PackTooEarly(issued=f"{delivered.issued_on:%d/%m/%Y}")
    with transaction.atomic():
        unit = lock_existing(organization, on=valid_from)
        applied = PolicyPack.objects.filter(organization=unit, code=code, valid_to=None).first()
        if applied:
            raise PackAlreadyApplied(since=f"{applied.valid_from:%d/%m/%Y}")
        return _apply(unit, delivered, valid_from, actor=actor, now=now)


def load_sheet_file(
    *, actor: Actor, organization: Organization, pack: PackFile, valid_from: date, now: datetime
) -> PolicyPack:
    """A document with score sheets from a file that somebody else wrote holds for the unit and all below it from that day on.

    What is wrong with the file was said when it was read (`read_sheet_file`); its values are checked once more here. Taken
    back by `withdraw_pack` while no meeting was scored by it. Its sheets have codes of their own, for ever. Raises PackCodeTaken,
    SheetCodeTaken, ValueRefused, RulesTooEarly, UnitClosed, NotAllowed.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    for rule in pack.rules:
        _require_readable(rule)
    with transaction.atomic():
        unit = lock_existing(organization, on=valid_from)
        taken = PolicyPack.objects.filter(code=pack.code)
        if taken.exists() or any(known.code == pack.code for known in read_packs()):
            raise PackCodeTaken(code=pack.code)
        if known := next((code for code in _list_sheet_codes(pack.rules) if find_sheet_of_code(code)), None):
            raise SheetCodeTaken(code=known)
        return _apply(unit, pack, valid_from, actor=actor, now=now)


SheetUser: TypeAlias = Callable[[Collection[str]], bool]
_sheet_users: list[SheetUser] = []


def register_sheet_user(user: SheetUser) -> None:
    """Higher contexts say whether anything was begun by sheets of these codes."""
    _sheet_users.append(user)


def _list_sheet_codes(rules: Iterable[PackRule | PolicyRule]) -> list[str]:
    values = (rule.value for rule in rules if rule.key == PolicyKey.SCORE_SHEET)
    return [sheet.code for value in values for sheet in read_value(PolicyKey.SCORE_SHEET, value).all]


def _require_sheets_unused(pack: PolicyPack) -> None:
    """What comes with the program is found again by its code; what was loaded would be gone."""
    codes = [] if any(known.code == pack.code for known in read_packs()) else _list_sheet_codes(pack.rules.all())
    if codes and any(is_used(codes) for is_used in _sheet_users):
        raise SheetBegun


def _require_readable(rule: PackRule) -> None:
    try:
        read_value(PolicyKey(rule.key), rule.value)
    except ValueError as error:  # InvalidValue is one
        raise ValueRefused(label=rule.key) from error


def withdraw_pack(*, actor: Actor, organization: Organization, pack_id: int, now: datetime) -> PolicyPack:
    """Take a unit's own rules or an applied document back: as if they had never been, so that one with another day can follow.

    Possible while no finished month was judged by them, the newest of their kind first; the version before holds on. The trail
    keeps them. Raises NotFound, PackUsed, PackReplaced, SheetBegun, NotAllowed.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    with transaction.atomic():
        pack = _lock_pack(organization, pack_id)
        if has_judged_since(organization, valid_from=pack.valid_from, today=now.date()):
            raise PackUsed
        if pack.valid_to is not None:
            raise PackReplaced
        _require_sheets_unused(pack)
        versions = PolicyPack.objects.filter(organization=organization, code=pack.code, valid_to=pack.valid_from)
        versions.update(valid_to=None)
        target = audit.Target(TARGET_KIND, str(pack.pk), str(pack), organization.path)
        rules = {rule.key: rule.value for rule in pack.rules.all()}
        details = {"valid_from": str(pack.valid_from), "document": pack.document_number, **rules}
        audit.record(Verb.WITHDRAWN, actor=actor, target=target, now=now, details=details)
        pack.delete()
        publish(RulesChanged(organization.pk, pack.valid_from, frozenset(rules)))
    return pack


def end_pack(*, actor: Actor, organization: Organization, pack_id: int, valid_to: date, now: datetime) -> PolicyPack:
    """An applied document holds no more from `valid_to` on: what it set is again as the unit's own rules or the level above say.

    What it judged stays judged by it. Raises NotFound, PackNotEndable, EndTooEarly, EndReachesMonths, NotAllowed. Publishes
    RulesChanged.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    with transaction.atomic():
        pack = _lock_pack(organization, pack_id)
        if pack.valid_to is not None or pack.code == local_code(organization):
            raise PackNotEndable
        if valid_to <= pack.valid_from:
            raise EndTooEarly(since=f"{pack.valid_from:%d/%m/%Y}")
        _require_unreached(organization, valid_to, now)
        _set_end(pack, valid_to, unit=organization, actor=actor, now=now)
    return pack


def resume_pack(*, actor: Actor, organization: Organization, pack_id: int, now: datetime) -> PolicyPack:
    """Take an end back, while no finished month lies after it: the document holds on as if it had not ended.

    Raises NotFound, PackReplaced (it was applied again), PackNotEndable, EndReachesMonths, NotAllowed. Publishes RulesChanged.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    with transaction.atomic():
        pack = _lock_pack(organization, pack_id)
        if pack.valid_to is None or pack.code == local_code(organization):
            raise PackNotEndable
        if PolicyPack.objects.filter(organization=organization, code=pack.code, valid_from__gte=pack.valid_to).exists():
            raise PackReplaced
        _require_unreached(organization, pack.valid_to, now)
        _set_end(pack, None, unit=organization, actor=actor, now=now)
    return pack


def _require_unreached(organization: Organization, day: date, now: datetime) -> None:
    if has_judged_since(organization, valid_from=day, today=now.date()):
        raise EndReachesMonths(first=f"{first_open_day(now.date()):%d/%m/%Y}")


def _lock_pack(organization: Organization, pack_id: int) -> PolicyPack:
    lock_organization(organization)  # as whoever adds a version does
    pack = PolicyPack.objects.select_for_update().filter(pk=pack_id, organization=organization).first()
    if pack is None:
        raise NotFound
    return pack


def _set_end(pack: PolicyPack, valid_to: date | None, *, unit: Organization, actor: Actor, now: datetime) -> None:
    since, verb = valid_to or pack.valid_to, Verb.PACK_ENDED if valid_to else Verb.PACK_RESUMED
    pack.valid_to = valid_to
    pack.save(update_fields=["valid_to"])
    target = audit.Target(TARGET_KIND, str(pack.pk), str(pack), unit.path)
    audit.record(
        verb, actor=actor, target=target, now=now, details={"document": pack.document_number, "on": str(since)}
    )
    if since is not None:
        publish(RulesChanged(unit.pk, since, frozenset(pack.rules.values_list("key", flat=True))))


def _apply(unit: Organization, pack: PackFile, valid_from: date, *, actor: Actor, now: datetime) -> PolicyPack:
    require_open(unit, valid_from, now)
    stored = _copy_pack(pack, unit, valid_from)
    target = audit.Target(TARGET_KIND, str(stored.pk), str(stored), unit.path)
    details = {"code": pack.code, "valid_from": str(valid_from)}
    audit.record(Verb.PACK_APPLIED, actor=actor, target=target, now=now, details=details)
    publish(RulesChanged(unit.pk, valid_from, frozenset(rule.key for rule in pack.rules)))
    return stored


def _copy_pack(delivered: PackFile, unit: Organization, valid_from: date) -> PolicyPack:
    stored = PolicyPack.objects.create(
        code=delivered.code,
        title=delivered.title,
        document_number=delivered.document_number,
        issued_on=delivered.issued_on if delivered.issued_on > date.min else None,  # a file need not say it
        organization=unit,
        valid_from=valid_from,
    )
    PolicyRule.objects.bulk_create(
        PolicyRule(pack=stored, key=rule.key, value=rule.value, article=rule.article, confidence=rule.confidence)
        for rule in delivered.rules
    )
    return stored
