"""What a person keeps of the work lists, to see it again with one tap."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_line
from nennep.organizations.models import Organization
from nennep.petitions.choices import NAME_LIMIT, VIEW_NAME_LIMIT, VIEWS_LIMIT, PetitionField, WorkList
from nennep.petitions.models import OutsideBody, SavedView
from nennep.petitions.queries import WorkFilter, find_cell


class ViewNameMissing(DomainError):
    code = "view_name_missing"
    message = _("Hãy đặt tên cho danh sách này.")
    field = "name"


class TooManyViews(DomainError):
    code = "too_many_views"
    message = _("Đã giữ %(limit)s danh sách. Hãy bỏ bớt một danh sách rồi giữ thêm.")
    field = "name"


def keep_view(
    *, actor: Actor, organization: Organization, name: str, listed: WorkList, wanted: WorkFilter, now: datetime
) -> SavedView:
    """What the person looks at, under a name; the same name again now means this. Ids that are not found choose nothing.

    Raises ViewNameMissing, TextTooLong, TooManyViews, NotAllowed, also for the program itself, which looks at nothing.
    """
    actor.require(Permission.PETITIONS_READ, organization.path)
    if actor.user_id is None:
        raise NotAllowed
    words = require_line(name, ViewNameMissing, limit=VIEW_NAME_LIMIT, field="name")
    with transaction.atomic():
        own = SavedView.objects.select_for_update().filter(user_id=actor.user_id, unit=organization)
        kept = {view.name: view for view in own}
        view = kept.get(words) or SavedView(user_id=actor.user_id, unit=organization, name=words)
        if view.pk is None and len(kept) >= VIEWS_LIMIT:
            raise TooManyViews(limit=VIEWS_LIMIT)
        view.listed = listed
        _write(view, wanted, actor=actor)
    return view


def _write(view: SavedView, wanted: WorkFilter, *, actor: Actor) -> None:
    unit = view.unit
    view.field = wanted.field if wanted.field in PetitionField.values else ""
    view.words = take_line(wanted.words, limit=NAME_LIMIT, field="name")
    view.body = OutsideBody.objects.filter(unit=unit, public_id=wanted.body).first() if wanted.body else None
    view.cell = find_cell(actor=actor, unit=unit, public_id=wanted.cell) if wanted.cell else None
    view.save()


def drop_view(*, actor: Actor, view: SavedView, now: datetime) -> None:
    """One's own is gone; nothing of the petitions is. Raises NotAllowed for anybody else's."""
    if actor.user_id is None or view.user_id != actor.user_id:
        raise NotAllowed
    view.delete()
