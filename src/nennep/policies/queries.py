"""Which rules apply to a unit on a day, and the packs themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import FormerPlaces, list_cells_since, read_former_places
from nennep.policies.choices import Confidence, PolicyKey
from nennep.policies.importers.pack_files import PackFile as PackFile
from nennep.policies.importers.pack_files import PackRule, read_central_packs, read_packs
from nennep.policies.importers.sheet_files import SheetFile as SheetFile
from nennep.policies.importers.sheet_files import decode_sheet as decode_sheet
from nennep.policies.importers.sheet_files import read_sheet_file as read_sheet_file
from nennep.policies.importers.sheet_files import read_sheet_text as read_sheet_text
from nennep.policies.models import PolicyPack, PolicyRule
from nennep.policies.rules import MinutesRange as MinutesRange
from nennep.policies.rules import Obligation as Obligation
from nennep.policies.rules import Rule, Stay, build_rule_book, has_judged, may_have_judged, read_value, say_value
from nennep.policies.rules import RuleBook as RuleBook
from nennep.policies.rules import ScoreSheetTemplate as ScoreSheetTemplate
from nennep.policies.rules import SheetItem as SheetItem
from nennep.policies.rules import Source as Source


def rules_for(*, organization: Organization, on: date) -> RuleBook:
    """The rules that apply to the unit on that day: nearest ancestor's local pack, then the newest central one.

    A closed period is judged by the packs of its date. What no pack in force sets comes from the packs that are
    delivered with the program. One query.
    """
    return rules_for_many(organizations=[organization], on=on)[organization.pk]


def rules_for_many(*, organizations: Iterable[Organization], on: date) -> dict[int, RuleBook]:
    """`rules_for` for many units, by id. One query, a second one where units have rules of their own.

    Units under the same packs share one book. A unit stands where it stood on that day.
    """
    rules = [(rule.pack.organization, _rule_of(rule)) for rule in _rules_in_force(on)]
    places = _find_places([owner for owner, _rule in rules], on)
    return _make_books(organizations, rules, places, on)


def rules_for_days(*, organizations: Iterable[Organization], days: Iterable[date]) -> dict[date, dict[int, RuleBook]]:
    """`rules_for_many` on each of the days, by day and unit id. As many queries however many days.

    Days under the same packs share their books.
    """
    units, wanted = list(organizations), sorted(set(days))
    if not wanted:
        return {}
    stored = PolicyRule.objects.filter(
        Q(pack__valid_to=None) | Q(pack__valid_to__gt=wanted[0]), pack__valid_from__lte=wanted[-1]
    )
    rows = [
        (rule.pack, rule.pack.organization, _rule_of(rule))
        for rule in stored.select_related("pack__organization").order_by("pk")
    ]
    places = _find_places([owner for _pack, owner, _rule in rows], wanted[0])
    regimes: dict[tuple[frozenset[int], int, date | None], dict[int, RuleBook]] = {}
    result = {}
    for day in wanted:
        rules = [(owner, rule) for pack, owner, rule in rows if pack.covers(day)]
        regime = (frozenset(id(rule) for _owner, rule in rules), _count_delivered(day), places.next_change(day))
        if regime not in regimes:
            regimes[regime] = _make_books(units, rules, places, day)
        result[day] = regimes[regime]
    return result


def _find_places(owners: Iterable[Organization | None], since: date) -> FormerPlaces:
    """Only rules of units depend on where others stand."""
    return read_former_places(since=since) if any(owners) else FormerPlaces({})


def _make_books(
    units: Iterable[Organization], rules: Sequence[tuple[Organization | None, Rule]], places: FormerPlaces, on: date
) -> dict[int, RuleBook]:
    books: dict[frozenset[int], RuleBook] = {}
    return {unit.pk: _book(set(places.paths_above(unit, on)), rules, books, on) for unit in units}


def _count_delivered(on: date) -> int:
    """How many of the program's own packs had begun: they never end, so the number says which."""
    return sum(pack.valid_from <= on for pack in read_central_packs())


def _rules_in_force(on: date) -> QuerySet[PolicyRule]:
    rules = PolicyRule.objects.filter(Q(pack__valid_to=None) | Q(pack__valid_to__gt=on), pack__valid_from__lte=on)
    return rules.select_related("pack__organization").order_by("pk")


def _book(
    above: set[str],
    rules: Sequence[tuple[Organization | None, Rule]],
    books: dict[frozenset[int], RuleBook],
    on: date,
) -> RuleBook:
    mine = [rule for owner, rule in rules if owner is None or owner.path in above]
    key = frozenset(map(id, mine))
    if key not in books:
        books[key] = build_rule_book(mine, _delivered_rules(on))
    return books[key]


def _rule_of(rule: PolicyRule) -> Rule:
    pack = rule.pack
    return Rule(
        key=rule.key,
        value=rule.value,
        depth=pack.organization.depth if pack.organization else 0,
        source=Source(
            document_number=pack.document_number,
            title=pack.title,
            article=rule.article,
            confidence=Confidence(rule.confidence),
            pack_id=pack.pk,
            valid_from=pack.valid_from,
            organization_id=pack.organization_id,
            organization_name=pack.organization.name if pack.organization else "",
            valid_to=pack.valid_to,
        ),
    )


def _delivered_rules(on: date) -> list[Rule]:
    """The program's own central rules of that day; before the first document of a key, its value without a source."""
    packs = read_central_packs()
    early = [_delivered(pack, rule, Confidence.UNVERIFIED) for pack in reversed(packs) for rule in pack.rules]
    first = {rule.key: rule for rule in early}
    in_force = [_delivered(pack, rule) for pack in packs if pack.valid_from <= on for rule in pack.rules]
    return [rule for key, rule in first.items() if key not in {item.key for item in in_force}] + in_force


def _delivered(pack: PackFile, rule: PackRule, confidence: Confidence | None = None) -> Rule:
    source = Source(
        document_number=pack.document_number,
        title=pack.title,
        article=rule.article,
        confidence=confidence or rule.confidence,
        pack_id=None,
        valid_from=pack.valid_from,
    )
    return Rule(key=rule.key, value=rule.value, depth=0, source=source)


def find_delivered_sheet(code: str) -> tuple[str, ScoreSheetTemplate] | None:
    """The score sheet of a document that comes with the program, with the document's number; None without one. No query."""
    rules = [(pack, rule) for pack in read_packs() for rule in pack.rules if pack.code == code]
    found = next(((pack, rule) for pack, rule in rules if rule.key == PolicyKey.SCORE_SHEET), None)
    return (found[0].document_number, read_value(PolicyKey.SCORE_SHEET, found[1].value)) if found else None


def find_sheet_of_code(code: str) -> ScoreSheetTemplate | None:
    """The sheet of this code, delivered or loaded, whatever holds today: what scored a meeting scores it for ever.

    A code is one sheet's (`load_sheet_file`). No query for a delivered one, else one.
    """
    delivered = (rule.value for pack in read_packs() for rule in pack.rules if rule.key == PolicyKey.SCORE_SHEET)
    found = _find_sheet(delivered, code)
    if found is not None:
        return found
    loaded = PolicyRule.objects.filter(key=PolicyKey.SCORE_SHEET).order_by("-pk")
    return _find_sheet(loaded.values_list("value", flat=True), code)


def _find_sheet(values: Iterable[Any], code: str) -> ScoreSheetTemplate | None:
    sheets = (sheet for value in values for sheet in read_value(PolicyKey.SCORE_SHEET, value).all)
    return next((sheet for sheet in sheets if sheet.code == code), None)


@dataclass(frozen=True, slots=True)
class DeliveredPack:
    """A local document that comes with the program, as the page that applies it shows it; `rules` in words."""

    code: str
    title: str
    document_number: str
    issued_on: date
    place: str
    rules: tuple[tuple[str, str], ...]
    has_sheet: bool = False


def list_delivered_local_packs() -> tuple[DeliveredPack, ...]:
    """Documents of provinces and communes that a unit may choose to apply, newest first. No query."""
    return tuple(_describe(pack) for pack in reversed(read_packs()) if pack.place)


def list_missing_central_packs() -> tuple[str, ...]:
    """Codes of documents that hold everywhere, come with this version, and are not loaded. One query."""
    loaded = set(PolicyPack.objects.filter(organization=None).order_by().values_list("code", flat=True))
    return tuple(pack.code for pack in read_central_packs() if pack.code not in loaded)


def _describe(pack: PackFile) -> DeliveredPack:
    has_sheet = any(rule.key == PolicyKey.SCORE_SHEET for rule in pack.rules)
    rules = tuple(
        (str(PolicyKey(rule.key).label), say_value(PolicyKey(rule.key), read_value(PolicyKey(rule.key), rule.value)))
        for rule in pack.rules
    )
    return DeliveredPack(pack.code, pack.title, pack.document_number, pack.issued_on, pack.place, rules, has_sheet)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as a page shows it. `source` None: nothing is set, nothing applies. `is_local`: some unit's own."""

    key: str
    label: str
    value: str
    source: Source | None
    confidence: str
    is_local: bool


@dataclass(frozen=True, slots=True)
class PackLine:
    """One document of the unit's own. `may_withdraw`: no finished month was judged by it, and nothing replaces it.

    `may_end`: it was applied, has judged and holds on; `may_resume`: it ended, and no finished month nor another version came since.
    """

    id: int
    title: str
    document_number: str
    valid_from: date
    valid_to: date | None
    may_withdraw: bool
    may_end: bool
    may_resume: bool


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All rules of a unit on a day, in the order of `PolicyKey`; whether the reader may set local ones; the unit's own documents."""

    organization: Organization
    on: date
    rows: tuple[RuleRow, ...]
    may_write: bool
    packs: tuple[PackLine, ...]


def list_own_rules(organization: Organization) -> tuple[tuple[PolicyKey, str], ...]:
    """What the unit's own newest version sets, with its value in words. One query."""
    rules = PolicyRule.objects.filter(pack__organization=organization, pack__valid_to=None)
    own = rules.filter(pack__code=local_code(organization)).values_list("key", "value")
    known = {PolicyKey(key): value for key, value in own if key in PolicyKey.values}
    return tuple((key, say_value(key, read_value(key, known[key]))) for key in PolicyKey if key in known)


def local_code(organization: Organization) -> str:
    """All versions of the unit's own rules have this code."""
    return f"local-{organization.pk}"


def list_stays(organization: Organization, *, since: date) -> list[Stay]:
    """The days from `since` on on which cells stood below the unit and were kept by the program. Two queries."""
    places = read_former_places(since=since)
    bounds = [since, *places.list_changes(since)]
    stays = []
    for cell in list_cells_since(since):
        for begun, until in zip(bounds, [*bounds[1:], None], strict=True):
            if organization.path in places.paths_above(cell, begun):
                ends = [day for day in (until, cell.closed_on) if day is not None]
                stays.append(Stay(max(begun, cell.counted_from), min(ends, default=None)))
    return stays


def has_judged_since(organization: Organization, *, valid_from: date, today: date) -> bool:
    """Whether rules of the unit from that day on judge a finished month of a cell. No query when the day lies in no such month."""
    if not may_have_judged(valid_from, today):
        return False
    return has_judged(list_stays(organization, since=valid_from), valid_from=valid_from, today=today)


def list_own_packs(organization: Organization, *, today: date) -> tuple[PackLine, ...]:
    """The documents that the unit itself has set or applied, the newest first. One query, two more where one is older."""
    packs = PolicyPack.objects.filter(organization=organization).select_related("organization")
    rows = list(packs.order_by("-valid_from", "-pk"))
    stays = list_stays(organization, since=rows[-1].valid_from) if rows else []
    newest = {pack.code: pack.valid_from for pack in reversed(rows)}
    return tuple(_make_line(pack, stays, today, is_newest=newest[pack.code] == pack.valid_from) for pack in rows)


def get_own_pack(organization: Organization, *, pack_id: int) -> PolicyPack:
    """A document that the unit itself has set or applied. Raises NotFound."""
    found = PolicyPack.objects.filter(organization=organization, pk=pack_id).first()
    if found is None:
        raise NotFound
    return found


def _make_line(pack: PolicyPack, stays: Sequence[Stay], today: date, *, is_newest: bool) -> PackLine:
    is_applied = pack.organization is not None and pack.code != local_code(pack.organization)
    judged = has_judged(stays, valid_from=pack.valid_from, today=today)
    judged_since = pack.valid_to is not None and has_judged(stays, valid_from=pack.valid_to, today=today)
    return PackLine(
        id=pack.pk,
        title=pack.title,
        document_number=pack.document_number,
        valid_from=pack.valid_from,
        valid_to=pack.valid_to,
        may_withdraw=pack.valid_to is None and not judged,
        may_end=pack.valid_to is None and judged and is_applied,
        may_resume=pack.valid_to is not None and is_newest and is_applied and not judged_since,
    )


def read_rules_page(*, actor: Actor, organization: Organization, on: date, today: date) -> RulesPage:
    """What the page of rules shows. Two queries."""
    book = rules_for(organization=organization, on=on)
    return RulesPage(
        organization=organization,
        on=on,
        rows=tuple(_row_of(book, PolicyKey(key)) for key in PolicyKey.values),
        may_write=actor.may(Permission.POLICIES_WRITE, organization.path) and organization.closed_on is None,
        packs=list_own_packs(organization, today=today),
    )


def _row_of(book: RuleBook, key: PolicyKey) -> RuleRow:
    source = book.source(key)
    return RuleRow(
        key=key.value,
        label=str(key.label),
        value=say_value(key, book.value(key)),
        source=source,
        confidence=str(source.confidence.label) if source else "",
        is_local=bool(source and source.organization_id),
    )
