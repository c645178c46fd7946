"""Changes in the life of a unit: its name, its place, its settings, its committee's term."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.events import load_handlers, publish
from nennep.core.periods import Month, first_open_day
from nennep.core.permissions import Permission
from nennep.core.previews import NAMED, Effect, Preview, rehearse
from nennep.core.references import Change, Ended, follow
from nennep.core.typed import require_line, take_line
from nennep.core.wording import say_date
from nennep.organizations.choices import (
    NAME_LIMIT,
    TERM_LIMIT,
    CellType,
    OrganizationMoved,
    OrganizationRenamed,
    UsageChanged,
    Verb,
)
from nennep.organizations.models import Organization, Term
from nennep.organizations.queries import breadcrumb, lock_units, read_histories_above, read_history
from nennep.organizations.rules import (
    UnitClosed,
    change_period,
    check_code,
    check_nesting,
    clean_name,
    clean_reason,
    list_moved_months,
    refuse_future,
    stands_below,
)
from nennep.organizations.services.creation import ParentNotYetOpen, refuse_taken_code
from nennep.organizations.services.history import record_change, write_history


class UnderItself(DomainError):
    code = "unit_under_itself"
    message = _("Không chuyển một đơn vị vào chính nó hoặc vào đơn vị (đã từng) ở dưới nó kể từ ngày ấy.")
    field = "parent"


class SameParent(DomainError):
    code = "unit_same_parent"
    message = _("Đơn vị đang ở đúng nơi ấy rồi.")
    field = "parent"


class TermNameMissing(DomainError):
    code = "term_name_missing"
    message = _("Hãy ghi tên nhiệm kỳ, ví dụ 2025 - 2030.")
    field = "name"


class TermOutOfOrder(DomainError):
    code = "term_out_of_order"
    message = _("Nhiệm kỳ gần nhất bắt đầu ngày %(since)s. Hãy chọn ngày muộn hơn.")
    field = "on"


class UsedBeforeFounded(DomainError):
    code = "unit_used_before_founded"
    message = _("Chi bộ thành lập ngày %(since)s. Hãy chọn ngày ấy hoặc muộn hơn.")
    field = "used_from"


class MetBeforeUse(DomainError):
    code = "unit_met_before_use"
    message = _("Chi bộ đã họp tháng %(month)s và tháng ấy đã được tính. Hãy chọn ngày không muộn hơn %(last)s.")
    field = "used_from"


# From the cell and a first and last (left out) day: the first day of the first month in it for which the cell met, None for none.
FindMet = Callable[[int, date, date], date | None]
_find_met: list[FindMet] = []


# From a tree path, a first and a last (left out) day: the last day within on which a cell at or below the path met; None for none.
FindLastMet = Callable[[str, date, date], date | None]
_find_last_met: list[FindLastMet] = []


class MetInFinishedMonth(DomainError):
    code = "unit_met_in_finished_month"
    message = _(
        "%(unit)s đã họp ngày %(met)s, tháng đã xong giữ như đã tính. Hãy chọn ngày từ %(first)s; "
        "ngày ghi trong quyết định thì nêu ở lý do."
    )
    field = "on"


# From the cell and some finished months: a line for each of what it brings into that month's figures.
TellMonths = Callable[[int, Sequence[Month]], Sequence[str]]
_tell_months: list[TellMonths] = []


def register_month_teller(tell: TellMonths) -> None:
    """A higher context says what a cell brings into the figures of a month, for the preview of another first day."""
    if tell not in _tell_months:
        _tell_months.append(tell)


def register_met(find: FindMet) -> None:
    """A higher context knows for which months a cell met: the day from which it uses the program does not pass them."""
    if find not in _find_met:
        _find_met.append(find)


def register_last_met(find: FindLastMet) -> None:
    """A higher context knows when cells met last: nothing is dated so that a month which is over would be counted otherwise."""
    if find not in _find_last_met:
        _find_last_met.append(find)


def find_last_met(unit: Organization, since: date, until: date) -> date | None:
    """The last day, `since` or later and before `until`, on which a cell at or below the unit met. One query."""
    load_handlers()
    return max((met for find in _find_last_met if (met := find(unit.path, since, until))), default=None)


def refuse_finished(unit: Organization, on: date, today: date) -> None:
    """Raise MetInFinishedMonth where a cell there met in a month that is over and would be counted otherwise."""
    first = first_open_day(today)
    if on < first and (met := find_last_met(unit, Month.of(on).first_day, first)):
        raise MetInFinishedMonth(unit=unit.name, met=f"{met:%d/%m/%Y}", first=f"{first:%d/%m/%Y}")


@dataclass(frozen=True, slots=True)
class UnitSettings:
    """What may be corrected without a date. `cell_type` and `used_from` are left out for units that are not cells."""

    code: str
    cell_type: CellType | str = ""
    used_from: date | None = None
    regulations_title: str = ""
    regulations_issued_on: date | None = None


def rename_organization(
    *, actor: Actor, organization: Organization, name: str, on: date, reason: str, now: datetime
) -> Organization:
    """Another name from that day on; the former one stays in the history.

    Raises NameMissing, ReasonMissing, DateInFuture, DateOutOfOrder, UnitClosed, NotAllowed. Publishes
    OrganizationRenamed.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, organization.path)
    name, reason = clean_name(name), clean_reason(reason)
    refuse_future(on, now.date())
    with transaction.atomic():
        (unit,) = lock_units(organization)
        before, former = read_history(unit), unit.name
        write_history(unit, before, change_period(before, on=on, name=name), reason)
        unit.name = name
        unit.save(update_fields=["name"])
        record_change(Verb.RENAMED, unit=unit, actor=actor, now=now, on=on, former=former, reason=reason)
        publish(OrganizationRenamed(unit.pk, on))
    return unit


def move_organization(
    *, actor: Actor, organization: Organization, parent: Organization, on: date, reason: str, now: datetime
) -> Organization:
    """Put the unit, with all below it, under another parent from that day on.

    Grants follow (they name the unit, not its path), and so does the scope of the trail. Raises UnderItself,
    SameParent, BadNesting, UnitClosed, ParentNotYetOpen, ReasonMissing, DateInFuture, DateOutOfOrder, and NotAllowed
    when the actor may not change both ends or would not see the unit afterwards. Publishes OrganizationMoved.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, organization.path)
    actor.require(Permission.ORGANIZATIONS_CHANGE, parent.path)
    reason = clean_reason(reason)
    refuse_future(on, now.date())
    with transaction.atomic():
        unit, above = lock_units(organization, parent)
        refuse_finished(unit, on, now.date())
        former_path = unit.path
        put_under(unit, above, on=on, reason=reason)
        if not actor.may(Permission.ORGANIZATIONS_READ, unit.path):
            raise NotAllowed
        record_change(Verb.MOVED, unit=unit, actor=actor, now=now, on=on, parent=above.name, reason=reason)
        follow("organizations.Organization", Ended(Change.MOVED, unit.pk, None, on=on, now=now))
        publish(OrganizationMoved(unit.pk, on, former_path, unit.path))
    return unit


def put_under(unit: Organization, parent: Organization, *, on: date, reason: str) -> None:
    """The move itself, for locked rows: checks, history, tree, the trail's addresses. `unit` is refreshed."""
    _check_place(unit, parent, on)
    before = read_history(unit)
    write_history(unit, before, change_period(before, on=on, parent=parent.pk), reason)
    former_path = unit.path
    Organization.objects.move(unit, parent, "last-child")
    unit.refresh_from_db()
    audit.follow_unit(former_path=former_path, path=unit.path)


def _check_place(unit: Organization, parent: Organization, on: date) -> None:
    check_nesting(kind=unit.kind, parent_kind=parent.kind)
    if parent.closed_on:
        raise UnitClosed(on=f"{parent.closed_on:%d/%m/%Y}")
    if on < parent.opened_on:
        raise ParentNotYetOpen(since=f"{parent.opened_on:%d/%m/%Y}")
    if unit.path[: -Organization.steplen] == parent.path:
        raise SameParent
    histories = read_histories_above(parent, since=on)
    if parent.path.startswith(unit.path) or stands_below(histories, unit=parent.pk, above=unit.pk, since=on):
        raise UnderItself


def change_settings(*, actor: Actor, organization: Organization, settings: UnitSettings, now: datetime) -> Organization:
    """Correct the code, type and first counted day of a cell, the working regulations (Quyết định 363-QĐ/TW: title, date).

    Months up to the one in progress are judged by the former type.
    Raises BadCode, CodeTaken, UsedBeforeFounded, MetBeforeUse, TextTooLong, NotAllowed. Another first day or type is
    published as UsageChanged.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, organization.path)
    code, title = (
        settings.code.strip(),
        take_line(settings.regulations_title, limit=NAME_LIMIT, field="regulations_title"),
    )
    check_code(code)
    with transaction.atomic():
        (unit,) = lock_units(organization)
        refuse_taken_code(code, besides=unit.pk)
        unit.code = code
        if settings.used_from and settings.used_from < unit.opened_on:
            raise UsedBeforeFounded(since=f"{unit.opened_on:%d/%m/%Y}")
        if _change_type(unit, settings.cell_type if unit.is_cell else "", now.date()):
            publish(UsageChanged(unit.pk))
        unit.regulations_title = title
        unit.regulations_issued_on = settings.regulations_issued_on
        _use_from(unit, settings.used_from)
        unit.save(update_fields=["code", "cell_type", "used_from", "regulations_title", "regulations_issued_on"])
        record_change(Verb.CHANGED, unit=unit, actor=actor, now=now, code=code, cell_type=unit.cell_type)
    return unit


def foresee_settings(*, actor: Actor, organization: Organization, settings: UnitSettings, now: datetime) -> Preview:
    """What another first day does to months that are over, in numbers and names. Writes nothing. Raises what `change_settings` raises."""
    rehearse(lambda: change_settings(actor=actor, organization=organization, settings=settings, now=now))
    load_handlers()
    day = settings.used_from or organization.opened_on
    months = list_moved_months(organization, settings.used_from, today=now.date())
    lines = [line for tell in _tell_months for line in tell(organization.pk, months)]
    comes = Month.of(day) < Month.of(organization.counted_from)
    label = (
        gettext("Tháng đã qua sẽ tính thêm chi bộ này") if comes else gettext("Tháng đã qua sẽ thôi tính chi bộ này")
    )
    asked = gettext(
        "Dùng chương trình từ ngày %(day)s: số liệu %(count)s tháng đã qua của %(unit)s và các cấp trên đổi theo."
    )
    above = breadcrumb(organization)[:-1]
    names = {"day": say_date(day), "count": len(months), "unit": above[-1].name if above else organization.name}
    undo = gettext("Ghi lại ngày cũ (%(day)s) thì số liệu trở lại như trước.") % {
        "day": say_date(organization.counted_from)
    }
    return Preview(asked % names, (Effect(label, len(months), tuple(lines[:NAMED])),), undo=undo)


def _change_type(unit: Organization, cell_type: str, today: date) -> bool:
    """A cell that the program keeps from this month on was never judged by the former type: it is corrected. Whether it is another."""
    former = unit.cell_type
    if cell_type != former and unit.counted_from < first_open_day(today):
        until = Month.of(today).plus(1).first_day
        unit.former_types.get_or_create(until=until, defaults={"cell_type": former})
        unit.former_types.filter(until=until, cell_type=cell_type).delete()
    unit.cell_type = cell_type
    return cell_type != former


def _use_from(unit: Organization, day: date | None) -> None:
    """A month for which the cell met stays counted, as it was shown."""
    if unit.is_cell and day != unit.used_from:
        _refuse_to_forget(unit, Month.of(day or unit.opened_on))
        unit.used_from = day
        publish(UsageChanged(unit.pk))


def _refuse_to_forget(unit: Organization, first: Month) -> None:
    """Raises MetBeforeUse where the cell met for a month that counted and would no longer."""
    counted = Month.of(unit.counted_from).first_day
    months = [met for find in _find_met if (met := find(unit.pk, counted, first.first_day))]
    if months:
        kept = Month.of(min(months))
        raise MetBeforeUse(month=f"{kept.number:02d}/{kept.year}", last=f"{kept.last_day:%d/%m/%Y}")


def start_term(*, actor: Actor, organization: Organization, name: str, on: date, now: datetime) -> Term:
    """A new term of the unit's committee begins; the running one ends that day. Numbers of papers begin anew with it.

    Raises TermNameMissing, TermOutOfOrder, UnitClosed, NotAllowed. The day may lie ahead (a congress is planned).
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, organization.path)
    name = require_line(name, TermNameMissing, limit=TERM_LIMIT, field="name")
    with transaction.atomic():
        (unit,) = lock_units(organization)
        if unit.closed_on:
            raise UnitClosed(on=f"{unit.closed_on:%d/%m/%Y}")
        last = unit.terms.order_by("valid_from").last()
        if last and on <= last.valid_from:
            raise TermOutOfOrder(since=f"{last.valid_from:%d/%m/%Y}")
        unit.terms.filter(valid_to=None).update(valid_to=on)
        term = unit.terms.create(name=name, valid_from=on)
        record_change(Verb.TERM_STARTED, unit=unit, actor=actor, now=now, on=on, name=name)
    return term
