"""What several tests of papers start from; a module with a meeting of another kind makes its own."""

import pytest

from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from tests.factories.issued import make_resolved_month


@pytest.fixture
def meeting(db: None) -> Meeting:
    """Approved, resolved and scored, not filed yet."""
    return make_resolved_month()


@pytest.fixture
def cell(meeting: Meeting) -> Organization:
    return meeting.organization
