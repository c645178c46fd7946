"""What a unit's rules say of the layout of its papers, and of reporting its score."""

from datetime import date

import pytest

from nennep.assessments.queries import get_sheet_page
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.reporting.queries.papers.parts import build_unit_letterhead
from nennep.reporting.renderers.word import choose_template
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack
from tests.factories.reporting import make_meeting

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 3)


def test_papers_have_the_layout_that_the_rules_of_their_day_name() -> None:
    commune = make_unit(kind=UnitKind.BASE)
    cell, other = make_unit(parent=commune), make_unit()
    make_pack({"paper.template": "HD36-2018"}, organization=commune, valid_from=date(2026, 9, 1))
    heads = [build_unit_letterhead(unit, day) for unit, day in ((cell, NOVEMBER), (other, NOVEMBER))]
    assert [choose_template(head.issued_on, head.guidance) for head in heads] == ["HD36-2018", "HD05-2026"]
    for day, layout in ((date(2026, 8, 31), "HD05-2026"), (date(2026, 5, 26), "HD36-2018")):
        head = build_unit_letterhead(cell, day)
        assert choose_template(head.issued_on, head.guidance) == layout


@pytest.mark.parametrize(
    ("days", "due"),
    [
        pytest.param(None, None, id="no rule"),
        pytest.param(3, date(2026, 11, 6), id="three working days"),
        pytest.param(5, date(2026, 11, 10), id="over a weekend"),
    ],
)
def test_the_sheet_says_by_when_the_score_is_reported(days: int | None, due: date | None) -> None:
    cell = make_unit()
    if days is not None:
        make_pack({"score.report_working_days": days}, organization=cell)
    meeting = make_meeting(cell, NOVEMBER)
    assert get_sheet_page(actor=Actor.system(), meeting_id=meeting.public_id).report_due == due
