"""Petitions follow corrected lists of days off."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.petitions import services
from nennep.policies.choices import PolicyKey, RulesChanged


@subscribe(RulesChanged)
def follow_days_off(event: RulesChanged) -> None:
    if PolicyKey.DAYS_OFF in event.keys:
        services.recount_later(actor=Actor.system(), organization_id=event.organization_id)
