"""How a petition is shown on a day, without a database."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from nennep.petitions.choices import PetitionField, PetitionState
from nennep.petitions.queries import PetitionRow

OPEN, ANSWERED, SOLVED = PetitionState.OPEN, PetitionState.ANSWERED, PetitionState.SOLVED
WITHDRAWN, JOINED, PROMISED, CLARIFYING = (
    PetitionState.WITHDRAWN,
    PetitionState.JOINED,
    PetitionState.PROMISED,
    PetitionState.CLARIFYING,
)
DUE = date(2026, 11, 23)
ID = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


def make_row(state: PetitionState, days_left: int) -> PetitionRow:
    today = DUE - timedelta(days=days_left)
    raised_on = date(2026, 10, 12)
    return PetitionRow(
        public_id=ID,
        text="Sửa cầu",
        field=PetitionField.ROADS,
        raised_by="",
        raised_on=raised_on,
        cell="Chi bộ",
        holder="Chi bộ",
        holder_id=ID,
        state=state,
        answer="",
        due_on=DUE,
        age=(today - raised_on).days,
        days_left=days_left,
    )


@pytest.mark.parametrize(
    ("state", "days_left", "chip", "words"),
    [
        (OPEN, 6, "", "Còn 6 ngày"),
        (OPEN, 5, "due", "Còn 5 ngày"),
        (OPEN, 1, "due", "Còn 1 ngày"),
        (OPEN, 0, "due", "Đến hạn hôm nay"),
        (OPEN, -1, "late", "Quá hạn 1 ngày"),
        (ANSWERED, 6, "due", "Đã trả lời"),
        (ANSWERED, -1, "due", "Đã trả lời"),
        (SOLVED, 5, "done", "Đã giải quyết"),
        (SOLVED, -1, "done", "Đã giải quyết"),
        (WITHDRAWN, 5, "", "Thôi kiến nghị"),
        (WITHDRAWN, -1, "", "Thôi kiến nghị"),
    ],
)
def test_a_petition_is_due_from_five_days_before_its_last_day(
    state: PetitionState, days_left: int, chip: str, words: str
) -> None:
    row = make_row(state, days_left)
    assert (row.chip_state, row.chip_words) == (chip, words)
    assert (row.is_late, row.is_waiting) == (chip == "late", state in {OPEN, ANSWERED})
