from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.organizations.services import close_organization, move_organization
from nennep.policies import services
from nennep.policies.choices import NAME_LIMIT, Confidence, PolicyKey, Verb
from nennep.policies.importers.pack_files import read_central_packs
from nennep.policies.models import PolicyPack
from nennep.policies.queries import list_own_rules, rules_for
from nennep.policies.services import LocalPack, LocalRule
from tests.factories.core import NOW, VIETNAM, make_actor
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()
JUNE = date(2026, 6, 1)
IN_JUNE = datetime(2026, 6, 1, 8, tzinfo=VIETNAM)


def local(
    rules: dict[PolicyKey, Any],
    *,
    since: date = JUNE,
    number: str = "05-QĐ/ĐU",
    title: str = "Quy định về sinh hoạt chi bộ",
) -> LocalPack:
    return LocalPack(number, title, since, [LocalRule(*rule) for rule in rules.items()])


def test_loading_the_central_packs_twice_adds_nothing() -> None:
    delivered = len(read_central_packs())
    assert services.load_central_packs(actor=SYSTEM, now=IN_JUNE) == delivered
    assert services.load_central_packs(actor=SYSTEM, now=IN_JUNE) == 0
    assert AuditEvent.objects.filter(verb=Verb.LOADED).count() == delivered


def test_a_central_pack_is_loaded_beside_the_same_one_of_a_unit() -> None:
    delivered, unit = read_central_packs()[0], make_unit("Đảng bộ tỉnh")
    PolicyPack.objects.create(
        code=delivered.code,
        valid_from=delivered.valid_from,
        organization=unit,
        title=delivered.title,
        document_number=delivered.document_number,
        issued_on=delivered.issued_on,
    )
    assert services.load_central_packs(actor=SYSTEM, now=IN_JUNE) == len(read_central_packs())
    central = PolicyPack.objects.get(code=delivered.code, valid_from=delivered.valid_from, organization=None)
    kept = {(rule.key, rule.article, rule.confidence) for rule in central.rules.all()}
    assert kept == {(rule.key, rule.article, rule.confidence) for rule in delivered.rules}
    assert any(article for _key, article, _confidence in kept)


def test_a_local_rule_holds_from_its_day_on() -> None:
    commune = make_unit("Đảng bộ xã")
    pack = services.add_local_version(
        actor=make_actor(Permission.POLICIES_WRITE, path=commune.path),
        organization=commune,
        pack=local({PolicyKey.FIXED_DAY: 5, PolicyKey.ATTENDANCE_TARGET: 95}),
        now=IN_JUNE,
    )
    books = [rules_for(organization=commune, on=day) for day in (date(2026, 5, 31), JUNE)]
    assert [(book.fixed_day, book.attendance_target) for book in books] == [(3, 90), (5, 95)]
    event = AuditEvent.objects.get()
    assert (event.verb, event.unit_path, event.target_id) == (Verb.VERSION_ADDED, commune.path, str(pack.pk))


def test_a_new_version_keeps_what_it_does_not_change_and_leaves_the_past_alone() -> None:
    commune = make_unit("Đảng bộ xã")
    arguments: dict[str, Any] = {"actor": SYSTEM, "organization": commune, "now": IN_JUNE}
    services.add_local_version(pack=local({PolicyKey.FIXED_DAY: 5, PolicyKey.ATTENDANCE_TARGET: 95}), **arguments)
    september = date(2026, 9, 1)
    services.add_local_version(pack=local({PolicyKey.FIXED_DAY: 4}, since=september), **arguments)
    books = [rules_for(organization=commune, on=day) for day in (date(2026, 8, 31), september)]
    assert [(book.fixed_day, book.attendance_target) for book in books] == [(5, 95), (4, 95)]
    with pytest.raises(services.VersionOutOfOrder, match="01/09/2026"):
        services.add_local_version(pack=local({PolicyKey.FIXED_DAY: 4}, since=september), **arguments)
    assert PolicyPack.objects.count() == 2


@pytest.mark.parametrize(
    ("pack", "error"),
    [
        (local({PolicyKey.FIXED_DAY: 31}), services.ValueRefused),
        (local({}), services.RulesMissing),
        (local({PolicyKey.FIXED_DAY: 5}, number=" "), services.DocumentMissing),
        (local({PolicyKey.FIXED_DAY: 5}, number="a" * 101), services.DocumentMissing),
        (local({PolicyKey.FIXED_DAY: 5}, title=" "), services.DocumentMissing),
        (local({PolicyKey.FIXED_DAY: 5}, title="a" * (NAME_LIMIT + 1)), services.DocumentMissing),
    ],
)
def test_a_pack_that_says_nothing_sound_is_refused(pack: LocalPack, error: type[Exception]) -> None:
    with pytest.raises(error):
        services.add_local_version(actor=SYSTEM, organization=make_unit(), pack=pack, now=IN_JUNE)
    assert PolicyPack.objects.count() == 0


def test_the_permission_is_asked_for() -> None:
    commune = make_unit("Đảng bộ xã")
    reader = make_actor(Permission.POLICIES_READ)
    with pytest.raises(NotAllowed):
        services.add_local_version(
            actor=reader, organization=commune, pack=local({PolicyKey.FIXED_DAY: 5}), now=IN_JUNE
        )
    with pytest.raises(NotAllowed):
        services.load_central_packs(actor=make_actor(Permission.POLICIES_WRITE, path=commune.path), now=IN_JUNE)


def test_a_delivered_local_pack_keeps_its_document_beside_the_units_own_rules() -> None:
    commune = make_unit("Đảng bộ xã")
    services.add_local_version(actor=SYSTEM, organization=commune, pack=local({PolicyKey.FIXED_DAY: 5}), now=IN_JUNE)
    arguments: dict[str, Any] = {"actor": SYSTEM, "organization": commune, "now": IN_JUNE}
    services.apply_delivered_pack(code="kon-tum-776-2023", valid_from=JUNE, **arguments)
    book = rules_for(organization=commune, on=JUNE)
    source = book.source(PolicyKey.VISIT_OBLIGATIONS)
    assert (book.fixed_day, source and source.document_number) == (5, "776-QĐ/TU")
    assert [(item.office, item.min_per_year) for item in book.visit_obligations or ()] == [
        ("province_committee", 2),
        ("district_committee", 6),
        ("commune_committee", 6),
    ]
    assert AuditEvent.objects.filter(verb=Verb.PACK_APPLIED).count() == 1


@pytest.mark.parametrize(
    ("code", "since", "refusal"),
    [
        ("nowhere", JUNE, services.PackUnknown),
        ("hd-42-2025", JUNE, services.PackUnknown),
        ("son-la-1120-2020", date(2020, 1, 19), services.PackTooEarly),
    ],
)
def test_a_pack_that_cannot_be_applied_is_refused(code: str, since: date, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        services.apply_delivered_pack(
            actor=SYSTEM, organization=make_unit("Đảng bộ xã"), code=code, valid_from=since, now=IN_JUNE
        )


def test_son_la_gives_no_number_where_its_article_gives_none() -> None:
    province = make_unit("Đảng bộ tỉnh")
    services.apply_delivered_pack(
        actor=SYSTEM, organization=province, code="son-la-1120-2020", valid_from=JUNE, now=IN_JUNE
    )
    book = rules_for(organization=province, on=JUNE)
    assert [(item.office, item.min_per_year, item.area) for item in book.visit_obligations or ()] == [
        ("standing_board", None, "any_residential"),
        ("standing_committee", 2, "followed"),
        ("province_committee_secretary", None, "headed"),
        ("province_committee", 3, "followed"),
    ]
    assert (book.visit_report_working_days, book.visit_own_cell_counts) == (5, False)


@pytest.mark.parametrize(("number", "title"), [("1", "a"), ("a" * 100, "a" * NAME_LIMIT)])
def test_the_shortest_and_the_longest_document_are_kept_as_they_are_said(number: str, title: str) -> None:
    pack = services.add_local_version(
        actor=SYSTEM,
        organization=make_unit(),
        pack=local({PolicyKey.FIXED_DAY: 5}, number=number, title=title),
        now=IN_JUNE,
    )
    assert (pack.document_number, pack.title) == (number, title)


def test_a_local_rule_keeps_its_article_up_to_the_limit() -> None:
    rules = [LocalRule(PolicyKey.FIXED_DAY, 5, " Điều 4 "), LocalRule(PolicyKey.ATTENDANCE_TARGET, 95, "a" * 100)]
    pack = services.add_local_version(
        actor=SYSTEM, organization=make_unit(), pack=LocalPack("1", "Quy định", JUNE, rules), now=IN_JUNE
    )
    kept = pack.rules.order_by("-key").values_list("key", "article", "confidence")
    expected = [
        (PolicyKey.FIXED_DAY, "Điều 4", Confidence.LOCAL),
        (PolicyKey.ATTENDANCE_TARGET, "a" * 100, Confidence.LOCAL),
    ]
    assert sorted(kept) == sorted(expected)


def test_an_article_beyond_the_limit_is_refused() -> None:
    rules = [LocalRule(PolicyKey.ATTENDANCE_TARGET, 95, "a" * 101)]
    with pytest.raises(TextTooLong):
        services.add_local_version(
            actor=SYSTEM, organization=make_unit(), pack=LocalPack("1", "Quy định", JUNE, rules), now=IN_JUNE
        )


def test_a_rule_that_goes_on_in_a_new_version_keeps_its_article() -> None:
    arguments: dict[str, Any] = {"actor": SYSTEM, "organization": make_unit(), "now": IN_JUNE}
    rules = [LocalRule(PolicyKey.FIXED_DAY, 5, "Điều 4")]
    services.add_local_version(pack=LocalPack("1", "Quy định", JUNE, rules), **arguments)
    second = services.add_local_version(
        pack=local({PolicyKey.ATTENDANCE_TARGET: 95}, since=date(2026, 6, 2)), **arguments
    )
    assert second.rules.get(key=PolicyKey.FIXED_DAY).article == "Điều 4"


def test_a_former_version_that_has_ended_ends_when_it_did() -> None:
    arguments: dict[str, Any] = {"actor": SYSTEM, "organization": make_unit(), "now": IN_JUNE}
    first = services.add_local_version(pack=local({PolicyKey.FIXED_DAY: 5}), **arguments)
    ended = date(2026, 7, 1)
    PolicyPack.objects.filter(pk=first.pk).update(valid_to=ended)
    september = date(2026, 9, 1)
    second = services.add_local_version(pack=local({PolicyKey.FIXED_DAY: 4}, since=september), **arguments)
    october = date(2026, 10, 1)
    services.add_local_version(pack=local({PolicyKey.FIXED_DAY: 3}, since=october), **arguments)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (ended, october)


def test_a_delivered_pack_holds_from_the_day_it_was_issued_and_once() -> None:
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    arguments: dict[str, Any] = {"actor": SYSTEM, "organization": province, "code": "son-la-1120-2020", "now": IN_JUNE}
    pack = services.apply_delivered_pack(valid_from=date(2020, 1, 20), **arguments)
    assert (pack.organization, pack.valid_from, pack.issued_on) == (province, date(2020, 1, 20), date(2020, 1, 20))
    with pytest.raises(services.PackAlreadyApplied, match="20/01/2020"):
        services.apply_delivered_pack(valid_from=JUNE, **arguments)
    event = AuditEvent.objects.get()
    assert event.details == {"code": "son-la-1120-2020", "valid_from": "2020-01-20"}


def test_a_pack_is_applied_only_where_one_may_write() -> None:
    with pytest.raises(NotAllowed):
        services.apply_delivered_pack(
            actor=make_actor(Permission.POLICIES_READ),
            organization=make_unit("Đảng bộ tỉnh"),
            code="son-la-1120-2020",
            valid_from=JUNE,
            now=IN_JUNE,
        )


# ── months that are over ──────────────────────────────────────────────────────

NOVEMBER, OCTOBER_31 = date(2026, 11, 1), date(2026, 10, 31)
FIVE = {PolicyKey.FIXED_DAY: 5}


def write(unit: Organization, since: date) -> PolicyPack:
    return services.add_local_version(actor=SYSTEM, organization=unit, pack=local(FIVE, since=since), now=NOW)


def apply(unit: Organization, since: date) -> PolicyPack:
    return services.apply_delivered_pack(
        actor=SYSTEM, organization=unit, code="kon-tum-776-2023", valid_from=since, now=NOW
    )


@pytest.mark.parametrize("act", [write, apply])
def test_rules_begin_this_month_at_the_earliest_where_a_cell_has_a_finished_one(
    act: Callable[[Organization, date], PolicyPack],
) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    make_unit(parent=commune)
    for day in (JUNE, OCTOBER_31):
        with pytest.raises(services.RulesTooEarly, match="01/11/2026") as refused:
            act(commune, day)
        assert refused.value.field == "valid_from"
    assert not PolicyPack.objects.exists()
    assert act(commune, NOVEMBER).valid_from == NOVEMBER


def found(commune: Organization, **changes: Any) -> None:
    make_unit(parent=commune, **changes)


def bring_in(commune: Organization, used_from: date) -> None:
    cell = make_unit(parent=commune)
    Organization.objects.filter(pk=cell.pk).update(used_from=used_from)


def move_in(commune: Organization, on: date) -> None:
    cell = make_unit(parent=make_unit("Đảng bộ xã bên", kind=UnitKind.BASE))
    move_organization(actor=SYSTEM, organization=cell, parent=commune, on=on, reason="Sắp xếp", now=NOW)


def move_away(commune: Organization, on: date) -> None:
    cell, other = make_unit(parent=commune), make_unit("Đảng bộ xã bên", kind=UnitKind.BASE)
    move_organization(actor=SYSTEM, organization=cell, parent=other, on=on, reason="Sắp xếp", now=NOW)


@pytest.mark.parametrize(
    ("make", "is_refused"),
    [
        pytest.param(lambda _commune: None, False, id="no cell"),
        pytest.param(lambda commune: found(commune, opened_on=NOVEMBER), False, id="founded this month"),
        pytest.param(lambda commune: found(commune, opened_on=OCTOBER_31), True, id="founded the day before"),
        pytest.param(lambda commune: bring_in(commune, NOVEMBER), False, id="in the program since this month"),
        pytest.param(lambda commune: bring_in(commune, OCTOBER_31), True, id="in the program since the day before"),
        pytest.param(lambda commune: found(commune, closed_on=date(2026, 9, 15)), False, id="ended before that day"),
        pytest.param(lambda commune: found(commune, closed_on=date(2026, 9, 16)), True, id="ended after that day"),
        pytest.param(lambda commune: move_in(commune, NOVEMBER), False, id="came this month"),
        pytest.param(lambda commune: move_in(commune, OCTOBER_31), True, id="came the day before"),
        pytest.param(lambda commune: move_away(commune, date(2026, 9, 15)), False, id="went away before that day"),
        pytest.param(lambda commune: move_away(commune, NOVEMBER), True, id="went away later"),
    ],
)
def test_only_a_cell_that_was_there_keeps_finished_months(
    make: Callable[[Organization], None], is_refused: bool
) -> None:
    commune, day = make_unit("Đảng bộ xã", kind=UnitKind.BASE), date(2026, 9, 15)
    make(commune)
    if is_refused:
        with pytest.raises(services.RulesTooEarly):
            write(commune, day)
    else:
        pack = write(commune, day)
        services.withdraw_pack(actor=SYSTEM, organization=commune, pack_id=pack.pk, now=NOW)
    assert not PolicyPack.objects.exists()


def test_rules_are_withdrawn_until_a_finished_month_of_a_cell_was_judged_by_them() -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    make_unit(parent=commune)
    withdraw: dict[str, Any] = {"actor": SYSTEM, "organization": commune}
    pack = write(commune, NOVEMBER)
    with pytest.raises(services.PackUsed):
        services.withdraw_pack(pack_id=pack.pk, now=datetime(2026, 12, 1, tzinfo=VIETNAM), **withdraw)
    services.withdraw_pack(pack_id=pack.pk, now=datetime(2026, 11, 30, 23, 59, tzinfo=VIETNAM), **withdraw)
    assert not PolicyPack.objects.exists()


# ── back to the level above ───────────────────────────────────────────────────


def leave(unit: Organization, *keys: PolicyKey, since: date = date(2026, 9, 1), **rules: Any) -> PolicyPack:
    pack = replace(local({PolicyKey[name]: value for name, value in rules.items()}, since=since), left=frozenset(keys))
    return services.add_local_version(actor=SYSTEM, organization=unit, pack=pack, now=IN_JUNE)


def test_a_rule_that_the_unit_leaves_is_again_as_the_level_above_has_it() -> None:
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE, parent=province)
    make_pack({PolicyKey.FIXED_DAY: 6}, organization=province)
    own = {PolicyKey.FIXED_DAY: 5, PolicyKey.ATTENDANCE_TARGET: 95}
    services.add_local_version(actor=SYSTEM, organization=commune, pack=local(own), now=IN_JUNE)
    second = leave(commune, PolicyKey.FIXED_DAY)
    days = (date(2026, 8, 31), date(2026, 9, 1))
    books = [rules_for(organization=commune, on=day) for day in days]
    assert [(book.fixed_day, book.attendance_target) for book in books] == [(5, 95), (6, 95)]
    assert AuditEvent.objects.latest("pk").details == {"left": ["meeting.fixed_day"]}
    assert [key for key, _value in list_own_rules(commune)] == [PolicyKey.ATTENDANCE_TARGET]
    leave(commune, PolicyKey.ATTENDANCE_TARGET, since=date(2026, 10, 1))
    assert rules_for(organization=commune, on=date(2026, 10, 1)).attendance_target == 90
    assert (list_own_rules(commune), second.rules.count()) == ((), 1)


def test_only_a_rule_of_its_own_can_be_left() -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    with pytest.raises(services.RuleNotOwn, match="Ngày sinh hoạt cố định"):
        leave(commune, PolicyKey.FIXED_DAY)
    services.add_local_version(
        actor=SYSTEM, organization=commune, pack=local({PolicyKey.ATTENDANCE_TARGET: 95}), now=IN_JUNE
    )
    with pytest.raises(services.RuleNotOwn) as refused:
        leave(commune, PolicyKey.FIXED_DAY)
    assert (refused.value.field, PolicyPack.objects.count()) == ("left", 1)


def test_a_unit_that_has_ended_applies_no_document() -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=make_unit("Đảng bộ xã"))
    day = NOW.date()
    close_organization(actor=SYSTEM, organization=cell, on=day, reason="Giải thể thôn", now=NOW)
    with pytest.raises(UnitClosed):
        services.apply_delivered_pack(actor=SYSTEM, organization=cell, code="kon-tum-776-2023", valid_from=day, now=NOW)
    assert not PolicyPack.objects.filter(organization=cell).exists()
