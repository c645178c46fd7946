"""What members do when units change."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.members import services
from nennep.organizations.choices import OrganizationMerged


@subscribe(OrganizationMerged)
def move_members(event: OrganizationMerged) -> None:
    services.follow_merge(
        actor=Actor.system(),
        predecessor_id=event.predecessor_id,
        successor_id=event.successor_id,
        on=event.on,
        now=event.at,
    )
