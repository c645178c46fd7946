"""What units ask members and tell them, and what the keys ask them: identity numbers are found by a keyed hash."""

from nennep.core.access import Actor
from nennep.core.crypto import HASH_KEY, register_sample, register_use
from nennep.core.events import subscribe
from nennep.members import services
from nennep.members.queries import count_residents, fits_hash_key, holds_identities
from nennep.organizations.choices import ChangeAnnounced
from nennep.organizations.services import register_resident_count

register_resident_count(count_residents)
register_use(HASH_KEY, holds_identities)
register_sample(fits_hash_key)


@subscribe(ChangeAnnounced)
def tell_units(event: ChangeAnnounced) -> None:
    services.tell_units(actor=Actor.system(), event=event)
