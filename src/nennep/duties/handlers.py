"""What tasks do when members or cells change."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.duties import services
from nennep.members.choices import MembersMerged
from nennep.organizations.choices import OrganizationMerged


@subscribe(MembersMerged)
def move_duties(event: MembersMerged) -> None:
    services.follow_member_merge(actor=Actor.system(), kept_id=event.kept_id, dropped_id=event.dropped_id)


@subscribe(OrganizationMerged)
def move_duties_of_merged_cell(event: OrganizationMerged) -> None:
    services.follow_unit_merge(
        actor=Actor.system(),
        predecessor_id=event.predecessor_id,
        successor_id=event.successor_id,
        on=event.on,
        now=event.at,
    )
