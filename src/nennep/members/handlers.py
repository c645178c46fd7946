"""What members do when units change, and what units ask members."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.members import services
from nennep.members.queries import count_residents
from nennep.organizations.choices import OrganizationMerged
from nennep.organizations.services import register_resident_count

register_resident_count(count_residents)


@subscribe(OrganizationMerged)
def move_members(event: OrganizationMerged) -> None:
    services.follow_merge(
        actor=Actor.system(),
        predecessor_id=event.predecessor_id,
        successor_id=event.successor_id,
        on=event.on,
        now=event.at,
    )
