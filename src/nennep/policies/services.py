"""Writing policy packs: append-only, a change is a new version from a day on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.events import load_handlers, publish
from nennep.core.periods import first_open_day
from nennep.core.permissions import Permission
from nennep.core.previews import Effect, Preview, list_named
from nennep.core.typed import take_line
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_cells, lock_existing, lock_organization
from nennep.policies.choices import (
    ARTICLE_LIMIT,
    NAME_LIMIT,
    NUMBER_LIMIT,
    Confidence,
    PolicyKey,
    RulesChanged,
    Verb,
)
from nennep.policies.importers.pack_files import PackFile, PackRule, read_central_packs, read_packs
from nennep.policies.models import PolicyPack, PolicyRule
from nennep.policies.queries import has_judged_since, local_code, rules_for
from nennep.policies.rules import InvalidValue, RuleBook, read_value, say_value

TARGET_KIND = "policies.pack"
StrOrPromise = str | Promise


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
        _require_open(organization, pack.valid_from, now)
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


def apply_delivered_pack(
    *, actor: Actor, organization: Organization, code: str, valid_from: date, now: datetime
) -> PolicyPack:
    """A local document that comes with the program holds for the unit and all below it from that day on.

    It stands beside the unit's own rules: for a key that both set, the later one counts. Raises PackUnknown, PackTooEarly
    (before the document was issued), RulesTooEarly, PackAlreadyApplied, NotAllowed.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    delivered = next((pack for pack in read_packs() if pack.code == code and pack.place), None)
    if delivered is None:
        raise PackUnknown
    if valid_from < delivered.issued_on:
        raise PackTooEarly(issued=f"{delivered.issued_on:%d/%m/%Y}")
    with transaction.atomic():
        unit = lock_organization(organization)
        applied = PolicyPack.objects.filter(organization=unit, code=code, valid_to=None).first()
        if applied:
            raise PackAlreadyApplied(since=f"{applied.valid_from:%d/%m/%Y}")
        _require_open(unit, valid_from, now)
        stored = _copy_pack(delivered, unit, valid_from)
        target = audit.Target(TARGET_KIND, str(stored.pk), str(stored), unit.path)
        details = {"code": code, "valid_from": str(valid_from)}
        audit.record(Verb.PACK_APPLIED, actor=actor, target=target, now=now, details=details)
        publish(RulesChanged(unit.pk, valid_from, frozenset(rule.key for rule in delivered.rules)))
    return stored


def load_sheet_file(
    *, actor: Actor, organization: Organization, pack: PackFile, valid_from: date, now: datetime
) -> PolicyPack:
    """A document with score sheets from a file that somebody else wrote holds for the unit and all below it from that day on.

    What is wrong with the file was said when it was read (`read_sheet_file`); its values are checked once more here. Taken
    back by `withdraw_pack` while no finished month was judged by it. Raises PackCodeTaken, ValueRefused, RulesTooEarly, NotAllowed.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    for rule in pack.rules:
        _require_readable(rule)
    with transaction.atomic():
        unit = lock_organization(organization)
        taken = PolicyPack.objects.filter(code=pack.code)
        if taken.exists() or any(known.code == pack.code for known in read_packs()):
            raise PackCodeTaken(code=pack.code)
        _require_open(unit, valid_from, now)
        stored = _copy_pack(pack, unit, valid_from)
        target = audit.Target(TARGET_KIND, str(stored.pk), str(stored), unit.path)
        details = {"code": pack.code, "valid_from": str(valid_from)}
        audit.record(Verb.PACK_APPLIED, actor=actor, target=target, now=now, details=details)
        publish(RulesChanged(unit.pk, valid_from, frozenset(rule.key for rule in pack.rules)))
    return stored


def _require_readable(rule: PackRule) -> None:
    try:
        read_value(PolicyKey(rule.key), rule.value)
    except ValueError as error:  # InvalidValue is one
        raise ValueRefused(label=rule.key) from error


def foresee_rules(
    *,
    actor: Actor,
    organization: Organization,
    valid_from: date,
    named: str,
    act: Callable[[], object],
    now: datetime,
) -> Preview:
    """What rules of the unit change from that day on, whom they reach, and what follows; nothing is done.

    `named`: the document as people call it. Raises what `act`, the writing of these rules, refuses.
    """
    effects = _foresee(actor, organization, valid_from, act, today=now.date())
    asked = gettext("Áp dụng %(document)s từ ngày %(day)s.") % {"document": named, "day": f"{valid_from:%d/%m/%Y}"}
    undo = gettext("Rút được ở trang quy định, đến hết tháng %(month)s; sau đó chỉ thay bằng bản mới.")
    return Preview(asked, effects, undo=undo % {"month": f"{max(valid_from, now.date()):%m/%Y}"})


def foresee_end(
    *, actor: Actor, organization: Organization, pack: PolicyPack, valid_to: date, now: datetime
) -> Preview:
    """What becomes another when the document ends, whom that reaches; nothing is done. Raises what `end_pack` refuses."""

    def act() -> PolicyPack:
        return end_pack(actor=actor, organization=organization, pack_id=pack.pk, valid_to=valid_to, now=now)

    effects = _foresee(actor, organization, valid_to, act, today=now.date())
    day, month = f"{valid_to:%d/%m/%Y}", f"{max(valid_to, now.date()):%m/%Y}"
    asked = gettext("Thôi áp dụng %(document)s từ ngày %(day)s.") % {"document": pack.document_number, "day": day}
    undo = gettext("Cho áp dụng tiếp được ở trang quy định, đến hết tháng %(month)s.") % {"month": month}
    return Preview(asked, effects, undo=undo)


def _foresee(
    actor: Actor, organization: Organization, since: date, act: Callable[[], object], *, today: date
) -> tuple[Effect, ...]:
    actor.require(Permission.POLICIES_WRITE, organization.path)
    changes = _rehearse(act, organization, since)
    cells = [cell.name for cell in list_cells(actor=actor, under=organization, on=max(since, today))]
    return (*changes, *list_named(str(_("Chi bộ theo quy định này")), cells))


@dataclass(frozen=True, slots=True)
class Follower:
    """A higher context that follows rules: what it reads of a unit from a day on, by name, before they change and after.

    Shown is what became another (`name: before → after`), or with `stays` all that is there afterwards.
    """

    label: StrOrPromise
    read: Callable[[Organization, date], Mapping[str, str]]
    stays: bool = False


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """What changes with rules in a higher context is shown before they are written down."""
    if follower not in _followers:
        _followers.append(follower)


def _rehearse(act: Callable[[], object], organization: Organization, since: date) -> tuple[Effect, ...]:
    """Do it, read what became another, undo it."""
    load_handlers()
    before = rules_for(organization=organization, on=since)
    known = [(one, {} if one.stays else one.read(organization, since)) for one in _followers]
    with transaction.atomic():
        act()
        after = rules_for(organization=organization, on=since)
        told = [(one.label, _say_followed(former, one.read(organization, since), one)) for one, former in known]
        transaction.set_rollback(True)
    effects = list_named(str(_("Quy định đổi")), _say_changes(before, after))
    return (*effects, *(effect for label, names in told for effect in list_named(str(label), names)))


def _say_changes(before: RuleBook, after: RuleBook) -> list[str]:
    keys = [PolicyKey(key) for key in PolicyKey.values]
    said = [(key, say_value(key, before.value(key)), say_value(key, after.value(key))) for key in keys]
    return [f"{key.label}: {former} → {new}" for key, former, new in said if former != new]


def _say_followed(before: Mapping[str, str], after: Mapping[str, str], follower: Follower) -> list[str]:
    if follower.stays:
        return [f"{name}: {value}" for name, value in after.items()]
    return [f"{name}: {before[name]} → {value}" for name, value in after.items() if before.get(name, value) != value]


def withdraw_pack(*, actor: Actor, organization: Organization, pack_id: int, now: datetime) -> PolicyPack:
    """Take a unit's own rules or an applied document back: as if they had never been, so that one with another day can follow.

    Possible while no finished month was judged by them, the newest of their kind first; the version before holds on. The trail
    keeps them. Raises NotFound, PackUsed, PackReplaced, NotAllowed.
    """
    actor.require(Permission.POLICIES_WRITE, organization.path)
    with transaction.atomic():
        pack = _lock_pack(organization, pack_id)
        if has_judged_since(organization, valid_from=pack.valid_from, today=now.date()):
            raise PackUsed
        if pack.valid_to is not None:
            raise PackReplaced
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


def _require_open(organization: Organization, valid_from: date, now: datetime) -> None:
    """What was counted keeps the rules of its day."""
    today = now.date()
    if has_judged_since(organization, valid_from=valid_from, today=today):
        raise RulesTooEarly(first=f"{first_open_day(today):%d/%m/%Y}")


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
