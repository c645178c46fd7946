"""The forms of a whole round as one zip: how far it is, its file, its name (services/round_forms.py)."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import translation

from nennep.classification.models import Campaign
from nennep.classification.queries.doors import get_campaign
from nennep.core.access import Actor
from nennep.core.crypto import decrypt_bytes
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.reporting.choices import FormsState
from nennep.reporting.models import RoundForms
from nennep.reporting.queries.papers.rating_forms import say_period
from nennep.reporting.queries.papers.ratings import REVIEW
from nennep.reporting.rules.papers import make_file_name


def get_round(*, actor: Actor, public_id: UUID) -> Campaign:
    """A round that the actor runs for all below its unit. Raises NotFound."""
    campaign = get_campaign(actor=actor, public_id=public_id)
    if not actor.may_below(Permission.RATINGS_DECIDE, campaign.organization.path):
        raise NotFound
    return campaign


def list_round_forms(*, actor: Actor, campaign: Campaign) -> list[RoundForms]:
    """What there is of a round that passed its door: what is being made or went wrong since, and what was made last."""
    rows = RoundForms.objects.visible_to(actor).filter(campaign=campaign).select_related("campaign__organization")
    return list(rows.order_by("-pk")[:3])


def find_made_forms(*, actor: Actor, campaign: Campaign) -> RoundForms | None:
    """The last that was made; None also where its file is gone (another machine, a backup, a key taken away)."""
    rows = list_round_forms(actor=actor, campaign=campaign)
    return next((one for one in rows if one.state == FormsState.MADE and _is_there(one)), None)


def _is_there(forms: RoundForms) -> bool:
    path = find_forms_file(forms.public_id)
    if not path.exists():
        return False
    try:
        next(open_forms(forms), b"")
    except InvalidToken:
        return False
    return True


def open_forms(forms: RoundForms) -> Iterator[bytes]:
    """The zip, piece by piece."""
    with find_forms_file(forms.public_id).open("rb") as file:
        for line in file:
            yield decrypt_bytes(line.strip())


def forms_folder() -> Path:
    """Where the files lie, sealed, beside what backups hold: they are made anew in a minute."""
    return Path(settings.NENNEP_DATA_DIR) / "forms"


def find_forms_file(public_id: UUID) -> Path:
    """The file of one, whether it is there or not."""
    return forms_folder() / f"{public_id}.zip"


def find_job_forms(*, forms_id: int) -> RoundForms | None:
    """For the job: by its id, without a door."""
    return RoundForms.objects.select_related("campaign__organization").filter(pk=forms_id).first()


def name_round_forms(campaign: Campaign) -> str:
    """`Bản kiểm điểm năm 2026, Đảng bộ xã Chiềng Hặc.zip`."""
    with translation.override("vi"):
        return make_file_name([f"{REVIEW.label} {say_period(campaign)}", campaign.organization.name], ".zip")
