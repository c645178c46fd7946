"""A line says each of its scales in a sentence."""

from dataclasses import fields
from typing import Any

import pytest

from nennep.policies.choices import EvidenceKind, PolicyKey, ScoreEvidence
from nennep.policies.rules import say_line
from nennep.policies.rules.sheets import (
    Scale,
)
from tests.policies.sheet_lines import AT_MOST, BANDS, LENGTH, read_line
from tests.policies.test_sheet_grammar import problems_of, sheet_with

# ── in words ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            BANDS | {"full_at": "attendance.target_pct", "lowest_if": ["unexcused", "not conclusion"]},
            (
                f"tỷ lệ dự: đạt mức “{PolicyKey.ATTENDANCE_TARGET.label}” được 5; từ 90% được 5; thấp hơn được 1",
                "Nếu có đảng viên vắng không lý do: bậc thấp nhất",
                "Nếu không: có kết luận: bậc thấp nhất",
            ),
        ),
        (
            {"scales": [AT_MOST, LENGTH], "at_most_if": [{"when": "not on_the_day", "points": 2.5}]},
            (
                "số phút thiếu so với quy định: 0 phút được 5; đến 15 phút được 4",
                "thời lượng so với quy định: từ 50% được 2; thấp hơn được 0",
                "Nếu không: họp trong những ngày quy định: nhiều nhất 2,5 điểm",
            ),
        ),
        (
            {"evidence": "items", "bands": [[3, 5], [0, 0]]},
            ("số mục của chương trình: từ 3 được 5; thấp hơn được 0",),
        ),
        (
            {"evidence": "speakers_share", "bands": [["200/3", 5], [0, 0]]},
            ("tỷ lệ đảng viên có mặt phát biểu: từ 200/3% được 5; thấp hơn được 0",),
        ),
        (
            {"evidence": "steps_done_share", "share": True},
            ("tỷ lệ mục của chương trình đã bàn: 5 điểm nhân tỷ lệ, tròn nửa điểm",),
        ),
        ({"evidence": "conclusion", "yes": True}, ("có kết luận: 5 điểm, nếu không thì 0",)),
        (
            {"evidence": "not unexcused", "yes": True},
            ("không có đảng viên vắng không lý do: 5 điểm, nếu không thì 0",),
        ),
        (
            {"all": ["conclusion", "not themed"]},
            ("có kết luận, không: đã bàn chuyên đề của tháng: đủ cả được 5, thiếu một thì 0",),
        ),
        (
            {"parts": ["conclusion", "unexcused"]},
            ("5 điểm chia đều, tròn nửa điểm: có kết luận, có đảng viên vắng không lý do",),
        ),
        (
            {"parts": [{"evidence": "conclusion", "points": 1.5}, {"evidence": "themed", "points": 3.5}]},
            ("có kết luận: 1,5; đã bàn chuyên đề của tháng: 3,5",),
        ),
        ({"told": ["items", "discussion"]}, ("Nêu số liệu: số mục của chương trình, phát biểu, biểu dương, nhắc nhở",)),
        (
            {"starts_at": 2, "additions": [{"when": "unexcused", "points": -1, "each": True}]},
            ("Bắt đầu từ 2 điểm", "Mỗi đảng viên vắng không lý do: bớt 1 điểm"),
        ),
    ],
)
def test_a_line_says_each_of_its_scales(line: dict[str, Any], said: tuple[str, ...]) -> None:
    assert say_line(read_line(line)) == said


def test_every_evidence_has_a_scale_that_fits_it_or_is_told() -> None:
    fitting: dict[EvidenceKind, dict[str, Any]] = {
        EvidenceKind.YES: {"yes": True},
        EvidenceKind.COUNT: {"bands": [[1, 5], [0, 0]]},
        EvidenceKind.MINUTES: {"within": [1, 2]},
        EvidenceKind.SHARE: {"share": True},
        EvidenceKind.WORDS: {"told": True},
    }
    for evidence in ScoreEvidence:
        assert problems_of(sheet_with({"evidence": evidence.value} | fitting[evidence.kind])) == [], evidence
    assert {one.name for one in fields(Scale)} == {"kind", "evidence", "bands", "parts", "full_at", "negated"}
