"""What a round of the rating follows: where members belong."""

from nennep.classification import services
from nennep.classification.queries.order import list_unfinished
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.members.choices import MembershipsChanged
from nennep.organizations.services import register_left

register_left(list_unfinished)


@subscribe(MembershipsChanged)
def follow_members(event: MembershipsChanged) -> None:
    services.follow_members(actor=Actor.system(), members=event.members, since=event.since, now=clock.now())
