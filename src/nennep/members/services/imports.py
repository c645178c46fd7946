"""Applying an import: all of it or nothing, under one lock, so that two imports of one file cannot double anybody."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.locks import take_lock
from nennep.core.permissions import Permission
from nennep.core.text import name_sort_key
from nennep.members.choices import NUMBERS, MembershipsChanged, PostKind, Standing, Verb
from nennep.members.importers.plans import stored_values
from nennep.members.importers.records import Decisions, Difference, Entry, ImportPlan
from nennep.members.importers.shapes import PersonRow, Roster
from nennep.members.models import Member, Membership, Post
from nennep.members.queries import get_units, target_of
from nennep.members.queries.imports import hash_identity, list_number_sharers, plan_import, require_import
from nennep.members.rules.imports import require_used_from
from nennep.members.services.likeness import ask_about
from nennep.members.services.membership_rows import lock_person
from nennep.members.services.memberships import change_standing, transfer
from nennep.members.services.posts import give_post
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.organizations.services import TARGET_KIND, create_cells

_BATCH = 1_000
_ELSEWHERE_ON_RECORD = frozenset({"cell", "standing", "post"})  # differences that are no field of the record


class UnitHoldsNoMembers(DomainError):
    code = "unit_holds_no_members"
    message = _("Không nhập danh sách vào tổ đảng. Nhập vào chi bộ hoặc đơn vị cấp trên của chi bộ.")


def apply_import(
    *,
    actor: Actor,
    organization: Organization,
    roster: Roster,
    decisions: Decisions | None = None,
    accept: Callable[[ImportPlan], ImportPlan] | None = None,
    file_name: str = "",
    used_from: date | None = None,
    now: datetime,
) -> ImportPlan:
    """Write everything of `roster` that can be written into the unit; returns the plan as it was carried out.

    In order: the unit is locked and the only plan made; `accept` says what of it is carried out, or raises; cells that
    are missing are made; new people with their membership and post; changes of people on record; one event of the
    import in the trail of the unit, and one of each changed record. New cells and memberships begin on `used_from` (today
    when nobody says), or later where the cell or the admission is later: rosters do not say since when, and finished months
    stay as they are. Raises NotAllowed, UnitClosed, UnitHoldsNoMembers, UsedInFuture, UsedBeforeUnit; everything is undone when anything
    fails.
    """
    actor.require(Permission.MEMBERS_IMPORT, organization.path)
    require_import(actor, organization)
    since = used_from or localdate(now)
    require_used_from(since, opened_on=organization.opened_on, today=localdate(now))
    with transaction.atomic():
        unit = lock_existing(organization)
        if unit.kind == UnitKind.GROUP:
            raise UnitHoldsNoMembers
        plan = plan_import(actor=actor, organization=unit, roster=roster, on=localdate(now), decisions=decisions)
        plan = accept(plan) if accept else plan
        cells = _find_cells(plan, unit, since=since, actor=actor, now=now)
        new = [entry for entry in plan.entries if entry.member is None]
        made = _create_people(new, cells, since=since, today=localdate(now))
        changed = [entry for entry in plan.entries if entry.member is not None and entry.differences]
        for entry in changed:
            _change_person(entry, cells[entry.person.cell], actor=actor, now=now)
        _ask_about_numbers([*(member.pk for member in made), *_renumbered(changed)], actor=actor, now=now)
        if plan.writes:
            _record_import(plan, unit, file_name, actor=actor, now=now)
    return plan


def _find_cells(
    plan: ImportPlan, unit: Organization, *, since: date, actor: Actor, now: datetime
) -> dict[str, Organization]:
    """The cells of the plan by name; those that are missing are made."""
    made = create_cells(actor=actor, parent=unit, names=plan.new_cells, on=since, now=now) if plan.new_cells else []
    ids = {entry.cell_id for entry in plan.entries if entry.cell_id}
    by_id = get_units(ids)
    found = {entry.person.cell: by_id[entry.cell_id] for entry in plan.entries if entry.cell_id}
    return found | {cell.name: cell for cell in made}


# ── new people ────────────────────────────────────────────────────────────────


def _create_people(
    entries: Sequence[Entry], cells: Mapping[str, Organization], *, since: date, today: date
) -> list[Member]:
    members = Member.objects.bulk_create([_new_member(entry.person) for entry in entries], batch_size=_BATCH)
    memberships, posts = [], []
    for entry, member in zip(entries, members, strict=True):
        cell = cells[entry.person.cell]
        membership = _new_membership(entry, member, cell, since=since)
        memberships.append(membership)
        if entry.post:
            held_since = min(max(membership.valid_from, entry.person.official_on or membership.valid_from), today)
            posts.append(Post(member=member, organization=cell, kind=entry.post, valid_from=held_since))
    Membership.objects.bulk_create(memberships, batch_size=_BATCH)
    Post.objects.bulk_create(posts, batch_size=_BATCH)
    if memberships:
        publish(
            MembershipsChanged(
                frozenset(membership.member_id for membership in memberships),
                since=min(membership.valid_from for membership in memberships),
            )
        )
    return members


def _renumbered(entries: Iterable[Entry]) -> Iterator[int]:
    """People on record who got another number."""
    for entry in entries:
        if entry.member and {item.name for item in entry.differences} & {"card_number", "identity_number"}:
            yield entry.member.id


def _ask_about_numbers(ids: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """Whoever bears a number of these elsewhere was not seen by the plan: whoever sees both is asked.

    Whoever gives one of these numbers meanwhile waits for the import, or the import for them: no two get it unasked.
    """
    if ids:
        take_lock(NUMBERS)
    for member, others in list_number_sharers(ids):
        ask_about(actor=actor, member=member, others=others, now=now)


def _new_member(person: PersonRow) -> Member:
    return Member(
        **stored_values(person),
        name_key=name_sort_key(person.name),
        born_on=person.born_on,
        born_year=person.born_year,
        identity_hash=hash_identity(person.identity_number),
    )


def _new_membership(entry: Entry, member: Member, cell: Organization, *, since: date) -> Membership:
    person = entry.person
    return Membership(
        member=member,
        organization=cell,
        standing=person.standing or Standing.OFFICIAL,
        reason=person.note if person.standing == Standing.EXEMPT else "",
        valid_from=max(cell.opened_on, since, person.admitted_on or since),
    )


# ── people on record ──────────────────────────────────────────────────────────


def _change_person(entry: Entry, cell: Organization, *, actor: Actor, now: datetime) -> None:
    """Fields first, then the cell, the standing in it, the post there: each through its own service, with its event."""
    if entry.member is None:
        return
    member = lock_person(entry.member.id)
    changes = {item.name: item for item in entry.differences}
    _change_record(entry, member, cell, actor=actor, now=now)
    today = localdate(now)
    if "cell" in changes:
        transfer(actor=actor, member=member, to=cell, on=today, now=now)
    if "standing" in changes:
        _change_standing(member, changes["standing"], entry.person, actor=actor, now=now)
    if "post" in changes:
        give_post(actor=actor, member=member, organization=cell, kind=PostKind(entry.post), on=today, now=now)


def _change_record(entry: Entry, member: Member, cell: Organization, *, actor: Actor, now: datetime) -> None:
    person = entry.person
    names = [item.name for item in entry.differences if item.name not in _ELSEWHERE_ON_RECORD]
    if not names:
        return
    values = stored_values(person) | {"born_on": person.born_on, "born_year": person.born_year}
    changed = {name: values[name] for name in names}
    if "full_name" in changed:
        changed["name_key"] = name_sort_key(person.name)
    if "identity_number" in changed:
        changed["identity_hash"] = hash_identity(person.identity_number)
    if "born_on" in changed or "born_year" in changed:
        changed |= {"born_on": person.born_on, "born_year": person.born_year}
    for name, value in changed.items():
        setattr(member, name, value)
    member.save(update_fields=list(changed))
    record(Verb.CHANGED, actor=actor, target=target_of(member, cell.path), now=now, details={"fields": sorted(names)})


def _change_standing(member: Member, change: Difference, person: PersonRow, *, actor: Actor, now: datetime) -> None:
    """A recognition holds from the official day, anything else from today; never before what is on record."""
    standing, today = Standing(change.after), localdate(now)
    running = Membership.objects.filter(member=member, valid_to=None).order_by("-valid_from").first()
    recognised = person.official_on if standing == Standing.OFFICIAL else None
    on = max(recognised, running.valid_from) if recognised and running else today
    reason = person.note if standing == Standing.EXEMPT else ""
    change_standing(actor=actor, member=member, standing=standing, on=on, reason=reason, now=now)


def _record_import(plan: ImportPlan, unit: Organization, file_name: str, *, actor: Actor, now: datetime) -> None:
    details = {
        "file": file_name[:200],
        "created": plan.count("created"),
        "updated": plan.count("updated"),
        "unchanged": plan.count("unchanged"),
        "rejected": plan.rejected,
        "new_cells": list(plan.new_cells),
    }
    target = Target(TARGET_KIND, str(unit.public_id), unit.name, unit.path)
    record(Verb.IMPORTED, actor=actor, target=target, now=now, details=details)
