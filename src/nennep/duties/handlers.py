"""What tasks do when members change."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.duties import services
from nennep.members.choices import MembersMerged


@subscribe(MembersMerged)
def move_duties(event: MembersMerged) -> None:
    services.follow_member_merge(actor=Actor.system(), kept_id=event.kept_id, dropped_id=event.dropped_id)
