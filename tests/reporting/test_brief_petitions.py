"""What the brief of a cell says of its petitions, and of those around it in numbers alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionField, PetitionState
from nennep.reporting.queries.brief import get_brief
from nennep.reporting.queries.papers.brief import build_brief_paper
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.reporting import make_meeting


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "answer"), [(PetitionState.ANSWERED, "sẽ làm"), (PetitionState.OPEN, "")])
def test_an_answer_counts_while_the_petition_stands_answered(
    cell: Organization, state: PetitionState, answer: str
) -> None:
    """Opened again, it waits for another answer, whatever was said before."""
    make_petition(cell, state=state, answer="sẽ làm", answered_on=TODAY, due_on=TODAY - timedelta(days=1))
    (petition,) = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW).facts.petitions
    assert (petition.answer, petition.is_late) == (answer, not answer)


@pytest.mark.django_db
def test_petitions_of_the_cell_and_around_it_in_numbers(commune: Organization, cell: Organization) -> None:
    """Those for which the cell has a word to give stand in front; of the other cells there are numbers alone."""
    make_meeting(cell, date(2026, 11, 3))
    make_petition(cell, "Cầu treo", field=PetitionField.ROADS, due_on=TODAY)
    make_petition(cell, "Đèn đường", field=PetitionField.ROADS, due_on=TODAY - timedelta(days=2))
    answered: dict[str, Any] = {"state": PetitionState.ANSWERED, "field": PetitionField.LAND}
    make_petition(cell, "Đất rừng", answered_on=date(2026, 11, 10), **answered)
    make_petition(cell, "Xong rồi", state=PetitionState.SOLVED, settled_on=TODAY, answered_on=date(2026, 11, 3))
    other = make_unit("Chi bộ thôn Khau Quang", parent=commune)
    make_petition(other, "Chuyện của thôn khác", field=PetitionField.ROADS, due_on=TODAY - timedelta(days=1))
    make_petition(other, "Chuyện nữa", field=PetitionField.PARTY, due_on=TODAY)
    brief = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW)
    assert brief.facts.numbers.words == (
        "Chưa trả lời 2 (1 quá hạn); chờ chi bộ cho ý kiến 1; trả lời từ buổi trước 1."
    )
    assert brief.facts.numbers.around_words == (
        "Quanh đây (Đảng bộ xã Lăng Can): 2 kiến nghị đang chờ, 1 quá hạn; cùng lĩnh vực với chi bộ 1."
    )
    assert [petition.text for petition in brief.petitions] == ["Đèn đường", "Đất rừng", "Cầu treo"]
    paper = build_brief_paper(brief)
    assert (paper.petition_numbers, paper.petitions_around) == (
        brief.facts.numbers.words,
        brief.facts.numbers.around_words,
    )
    assert "thôn khác" not in repr(brief)


@pytest.mark.django_db
def test_nothing_is_said_where_nothing_waits(cell: Organization) -> None:
    numbers = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW).facts.numbers
    assert (numbers.words, numbers.around_words) == ("", "")


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "asks"), [(0, False), (-1, True)])
def test_a_promise_is_told_with_its_day_and_asked_about_once_it_has_passed(
    cell: Organization, days: int, asks: bool
) -> None:
    day = TODAY + timedelta(days=days)
    answered: dict[str, Any] = {"state": PetitionState.PROMISED, "answer": "Sẽ sửa", "answered_on": TODAY}
    make_petition(cell, "Cầu treo", promised_for=day, **answered)
    brief = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW)
    (petition,) = brief.facts.petitions
    broken = ", đã quá hẹn" if asks else ""
    assert petition.words == f"Đã trả lời: Sẽ sửa; hẹn giải quyết xong chậm nhất {day:%d/%m/%Y}{broken}."
    assert any("chi bộ thấy đã xong chưa" in one.text for one in brief.questions) == asks
