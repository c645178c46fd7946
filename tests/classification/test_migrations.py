"""What becomes of rounds of former programs."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from nennep.classification.choices import CampaignState, Side
from nennep.classification.models import Campaign
from tests.factories.classification import make_campaign, make_rating, make_verdict
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
CUTOFF = date(2026, 12, 11)


@pytest.mark.parametrize(
    ("state", "side", "quarter", "last_day"),
    [
        (CampaignState.CLOSED, None, None, CUTOFF),
        (CampaignState.OPEN, Side.PROPOSED, None, CUTOFF),
        (CampaignState.OPEN, Side.DECIDED, 3, CUTOFF),
        (CampaignState.OPEN, Side.SELF, None, date(2026, 12, 31)),
        (CampaignState.OPEN, None, None, date(2026, 12, 31)),
        (CampaignState.OPEN, None, 1, date(2026, 3, 31)),
        (CampaignState.OPEN, None, 2, date(2026, 6, 30)),
        (CampaignState.OPEN, None, 4, date(2026, 12, 31)),
    ],
)
def test_a_round_that_was_judged_keeps_the_day_by_which_it_was(
    state: CampaignState, side: Side | None, quarter: int | None, last_day: date
) -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá")
    campaign = make_campaign(cell, quarter=quarter)
    rating = make_rating(campaign, cell, make_member("Lò Văn Bình", cell=cell))
    Campaign.objects.update(state=state, cutoff_on=CUTOFF, last_day=date(1, 1, 1))
    if side:
        make_verdict(rating, side)
    import_module("nennep.classification.migrations.0007_last_days").set_last_days(apps, connection.schema_editor())
    assert Campaign.objects.get().last_day == last_day
