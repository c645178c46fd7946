"""Asking for something: in the room, in a report, from one's own page, for somebody; whoever is spoken for leaves no name."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import take_line, take_name
from nennep.documents.services import check_upload
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_heir
from nennep.petitions.choices import ASKERS_LIMIT, NAME_LIMIT, PLACE_LIMIT, PetitionField, PetitionState, StepKind, Verb
from nennep.petitions.models import Petition, PetitionAsker
from nennep.petitions.queries import find_days, find_own_member, list_own_cells
from nennep.petitions.services.clocks import StepTime, store_clock
from nennep.petitions.services.files import keep_file
from nennep.petitions.services.names import check_names
from nennep.petitions.services.notices import tell_holder, tell_raised
from nennep.petitions.services.petitions import PetitionEmpty, check_text, keep_change, keep_step


class RaisedInFuture(DomainError):
    code = "petition_raised_in_future"
    message = _("Ngày nêu kiến nghị chưa đến. Hãy ghi ngày đã nêu.")
    field = "raised_on"


@dataclass(frozen=True, slots=True)
class PetitionDetails:
    """What is asked, by whom (a member who knows of the record, or a name), and which unit shall answer (None: the cell).

    `is_hidden`: the cell speaks for whoever asked, and no name leaves it; `others` asked along. `upload`: a file that
    goes with it.
    """

    text: str
    field: PetitionField = PetitionField.OTHER
    raised_by: Member | None = None
    raised_by_name: str = ""
    holder: Organization | None = None
    is_opinion: bool = False
    is_hidden: bool = False
    others: tuple[Member, ...] = ()
    place: str = ""
    upload: File[bytes] | None = None


def note_petition(
    *,
    actor: Actor,
    organization: Organization,
    details: PetitionDetails,
    raised_on: date,
    now: datetime,
    origin: Origin | None = None,
) -> Petition:
    """Note what was asked in this cell on that day; the cell's own clock starts then, another unit's now: it has it from now on.

    What was heard in a cell that has been merged since is noted for its successor. The very same text of the same origin
    and day (a button tapped twice) is one petition. Raises PetitionEmpty, FileRefused, RaisedInFuture, UnitClosed, TextTooLong,
    NotAllowed. Publishes PetitionChanged; tells those who answer for another unit.
    """
    actor.require(Permission.PETITIONS_WRITE, organization.path)
    return _note(actor, organization, details, Noted(raised_on, now, origin or Origin()))


def raise_own(*, actor: Actor, organization: Organization, details: PetitionDetails, now: datetime) -> Petition:
    """A member asks for something from their own page; whoever runs the cell is told, without a name.

    Raises what `note_petition` raises; NotAllowed for a cell that is not theirs.
    """
    today, member = localdate(now), find_own_member(actor=actor)
    if member is None or organization.pk not in {cell.pk for cell in list_own_cells(actor=actor, today=today)}:
        raise NotAllowed
    with transaction.atomic():
        petition = _note(actor, organization, replace(details, raised_by=member), Noted(today, now, Origin()))
        tell_raised(actor, petition, now)
    return petition


@dataclass(frozen=True, slots=True)
class Noted:
    """When and where something was asked."""

    raised_on: date
    now: datetime
    origin: Origin


def _note(actor: Actor, organization: Organization, details: PetitionDetails, noted: Noted) -> Petition:
    words, now = check_text(details.text, PetitionEmpty), noted.now
    _check_hidden(details, words)
    if noted.raised_on > localdate(now):
        raise RaisedInFuture
    checked = check_upload(details.upload, nameless=details.is_hidden) if details.upload else None
    with transaction.atomic():
        organization = lock_heir(organization)  # does not end before the matter is noted
        holder = lock_heir(details.holder) if details.holder else organization
        same = Petition.objects.filter(organization=organization, text=words, raised_on=noted.raised_on)
        found = same.filter(origin_kind=noted.origin.kind, origin_id=noted.origin.id).first()
        if found is not None:
            return found
        petition = _create(organization, holder, replace(details, text=words), noted)
        _write_askers(petition, details)
        received = noted.raised_on if holder == organization else localdate(now)
        days = find_days(holder=holder, since=received)
        to = holder.pk if holder != organization else None
        keep_step(petition, StepKind.NOTED, actor, now, unit=organization, to_id=to, text=words, time=StepTime(days))
        if checked:
            keep_file(actor, petition, checked, now)
        store_clock(petition)
        keep_change(Verb.NOTED, petition, actor, now)
        if holder != organization:
            tell_holder(actor, petition, now)
    return petition


def _create(organization: Organization, holder: Organization, details: PetitionDetails, noted: Noted) -> Petition:
    """Whoever is spoken for leaves no name in the row."""
    hidden = details.is_hidden
    name = "" if hidden else take_name(details.raised_by_name, limit=NAME_LIMIT, field="raised_by_name")
    return Petition.objects.create(
        organization=organization,
        holder=holder,
        text=details.text,
        field=details.field,
        raised_by=None if hidden else details.raised_by,
        raised_by_name=name,
        is_hidden=hidden,
        more_askers=0 if hidden else len(_list_others(details)),
        place=take_line(details.place, limit=PLACE_LIMIT, field="place"),
        raised_on=noted.raised_on,
        due_on=noted.raised_on,
        origin_kind=noted.origin.kind,
        origin_id=noted.origin.id,
        state=PetitionState.OPINION if details.is_opinion else PetitionState.OPEN,
    )


def _write_askers(petition: Petition, details: PetitionDetails) -> None:
    members = _list_others(details)
    if details.is_hidden and details.raised_by is not None:
        members.insert(0, details.raised_by)
    PetitionAsker.objects.bulk_create(PetitionAsker(petition=petition, member=member) for member in members)
    name = take_name(details.raised_by_name, limit=NAME_LIMIT, field="raised_by_name")
    if details.is_hidden and name:
        PetitionAsker.objects.create(petition=petition, name=name)


def _list_others(details: PetitionDetails) -> list[Member]:
    """Who asked besides the one who is named first."""
    return [one for one in details.others if one != details.raised_by][:ASKERS_LIMIT]


def _check_hidden(details: PetitionDetails, words: str) -> None:
    """The words themselves, or the place, would name whom the cell speaks for."""
    if not details.is_hidden:
        return
    members = (one.full_name for one in (details.raised_by, *details.others) if one)
    names = [details.raised_by_name, *members]
    for text, field in ((words, "text"), (details.place, "place")):
        check_names(names, text, field=field)
