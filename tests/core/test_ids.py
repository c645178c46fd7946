from datetime import UTC, datetime, timedelta
from uuid import UUID

from nennep.core.ids import made_at, new_public_id


def test_an_id_says_when_it_was_made() -> None:
    """The example of RFC 9562, appendix A.6."""
    made = made_at(UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"))
    assert made == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_a_new_id_is_of_version_7_and_of_now() -> None:
    before = datetime.now(tz=UTC) - timedelta(milliseconds=1)
    one = new_public_id()
    assert one.version == 7
    assert before <= made_at(one) <= datetime.now(tz=UTC)
