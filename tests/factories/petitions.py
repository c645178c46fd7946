"""Petitions for tests."""

from datetime import date
from typing import Any

from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionState, PracticeKind, Word
from nennep.petitions.models import Petition, Practice
from nennep.petitions.services.sums import count_petitions


def make_petition(cell: Organization, text: str = "Sửa cầu Nà Khà", **fields: Any) -> Petition:
    """Asked on 12/10/2026, to be answered by the cell itself until 23/11/2026 unless said otherwise."""
    closed: dict[Any, dict[str, Any]] = {
        PetitionState.SOLVED: {"answer": "Xong", "answered_on": date(2026, 11, 2), "word": Word.SATISFIED},
        PetitionState.ANSWERED: {"answer": "Sẽ làm", "answered_on": date(2026, 11, 2)},
        PetitionState.WITHDRAWN: {"closed_because": "Không cần nữa"},
    }
    fields = closed.get(fields.get("state"), {}) | fields
    facts: dict[str, Any] = {"holder": cell, "raised_on": date(2026, 10, 12), "due_on": date(2026, 11, 23)}
    petition = Petition.objects.create(organization=cell, text=text, **(facts | fields))
    count_petitions([petition.pk])
    return petition


def make_practice(cell: Organization, title: str = "Đổi công nạo vét mương", **fields: Any) -> Practice:
    """What the cell did well, proposed to itself unless said otherwise."""
    facts: dict[str, Any] = {"unit": cell, "source_on": date(2026, 10, 3), "valid_from": date(2026, 10, 5)}
    facts |= {"kind": PracticeKind.INITIATIVE, "text": "Hai thôn đổi công, mỗi hộ nửa ngày"}
    return Practice.objects.create(cell=cell, title=title, **(facts | fields))
