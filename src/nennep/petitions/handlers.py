"""Petitions follow corrected lists of days off, and are counted where their cells stand."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.organizations.choices import OrganizationMerged, OrganizationMoved
from nennep.petitions import queries, services
from nennep.policies.choices import PolicyKey, RulesChanged


@subscribe(RulesChanged)
def follow_days_off(event: RulesChanged) -> None:
    if PolicyKey.DAYS_OFF in event.keys:
        services.recount_later(actor=Actor.system(), organization_id=event.organization_id)


@subscribe(OrganizationMoved)
def count_where_it_stands(event: OrganizationMoved) -> None:
    services.follow_places(actor=Actor.system(), path=event.new_path)


@subscribe(OrganizationMerged)
def count_below_the_successor(event: OrganizationMerged) -> None:
    """Units below the one that ended stand there now."""
    heir = queries.get_unit_by_id(event.successor_id)
    services.follow_places(actor=Actor.system(), path=heir.path)
