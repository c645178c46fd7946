"""Plans that are drafted and solved in one step: what if, and what now that somebody cannot go."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from nennep.core.access import Actor
from nennep.organizations.models import Organization
from nennep.planning.choices import PlanKind
from nennep.planning.models import VisitPlan
from nennep.planning.queries.plans import find_published_plan
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.services.plans import AbsenceDraft, draft_plan, note_absence
from nennep.planning.services.solving import queue_plan


def ask_what_if(
    *, actor: Actor, organization: Organization, year: int, settings: PlanSettings, now: datetime
) -> VisitPlan:
    """A plan that can never be published, queued to be solved. All or nothing. Raises what `draft_plan` and `queue_plan` raise."""
    with transaction.atomic():
        plan = draft_plan(
            actor=actor, organization=organization, year=year, settings=settings, kind=PlanKind.WHAT_IF, now=now
        )
        return queue_plan(actor=actor, plan=plan, now=now)


def replan_for_absence(*, actor: Actor, organization: Organization, draft: AbsenceDraft, now: datetime) -> VisitPlan:
    """Note that somebody cannot go, and queue the smallest change of the year's published plan. All or nothing.

    Raises what `note_absence`, `draft_plan` and `queue_plan` raise.
    """
    year = draft.first_day.year
    with transaction.atomic():
        note_absence(actor=actor, organization=organization, draft=draft, now=now)
        published = find_published_plan(organization=organization, year=year)
        settings = PlanSettings.from_json(published.options if published else {})
        plan = draft_plan(
            actor=actor,
            organization=organization,
            year=year,
            settings=replace(settings, office_visits={}),
            kind=PlanKind.REPLAN,
            based_on=published,
            now=now,
        )
        return queue_plan(actor=actor, plan=plan, now=now)
