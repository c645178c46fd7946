import pytest

from nennep.room.services.room import open_meeting
from tests.factories.core import NOW
from tests.factories.past import cell, commune, officer, officer_user, other, people, secretary
from tests.factories.village import Village, sign_in, village

__all__ = ["cell", "commune", "officer", "officer_user", "other", "people", "secretary", "sign_in", "village"]


@pytest.fixture
def opened(village: Village) -> Village:
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    return village
