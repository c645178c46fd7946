"""What the rules of a rating refuse, each in its own words beside its field."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from nennep.classification.choices import CampaignState, RatingLevel, RatingState
from nennep.classification.rules import (
    Evidence,
    Tally,
    judge,
    require_as_voted,
    require_base,
    require_points,
    require_tally,
    weigh_duties,
)
from nennep.classification.rules.figures import require_possible
from nennep.classification.rules.points import require_items
from nennep.classification.rules.steps import (
    find_former_state,
    require_at,
    require_nobody_before,
    require_open,
    require_rated,
    require_reason,
)
from nennep.core.errors import DomainError
from nennep.policies.rules import PointItem
from tests.classification.test_rules import RULES

STATE = RatingState
GOOD = RatingLevel.GOOD


# ── what a refusal says ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("refuse", "words", "field"),
    [
        (
            lambda: require_tally(Tally(9, 9, 0, 0, 17, 20)),
            "Số phiếu không khớp: 18 phiếu ở bốn mức, 17 người bỏ phiếu, 20 đảng viên chính thức.",
            "voters",
        ),
        (
            lambda: require_at(STATE.DECIDED, (STATE.PROPOSED,)),
            "Bước này đã làm rồi (Đã quyết định). Hãy xem lại trang.",
            "",
        ),
        (
            lambda: require_at(STATE.DRAFTING, (STATE.REVIEWED, STATE.VOTED)),
            "Chưa đến bước này: đang ở “Đã viết bản kiểm điểm”. Hãy làm lần lượt các bước.",
            "",
        ),
        (
            lambda: require_at(STATE.PROPOSED, (STATE.REVIEWED, STATE.VOTED)),
            "Bước này đã làm rồi (Đã đề nghị lên cấp trên). Hãy xem lại trang.",
            "",
        ),
        (
            lambda: require_rated(STATE.NOT_RATED, "Hồ sơ trùng, đã gộp"),
            "Không xếp loại trong đợt này: Hồ sơ trùng, đã gộp.",
            "",
        ),
        (
            lambda: require_rated(STATE.REPLACED, ""),
            "Bước này đã làm rồi (Đã xếp loại lại). Hãy xem lại trang.",
            "",
        ),
        (
            lambda: require_open(CampaignState.CANCELLED),
            "Đợt xếp loại này đã hủy. Muốn làm tiếp, cấp ủy phải khôi phục đợt.",
            "",
        ),
        (
            lambda: require_base(Tally(0, 3, 0, 0, 3, 5), 4, date(2026, 12, 11)),
            (
                "Ngày 11/12/2026 chi bộ có 4 đảng viên chính thức được biểu quyết, không thể triệu tập 5 người. "
                "Hãy xem lại số được triệu tập và danh sách đảng viên."
            ),
            "base",
        ),
        (
            lambda: require_as_voted(RatingLevel.SATISFACTORY, GOOD, " "),
            "Hội nghị đã bỏ phiếu đủ tỷ lệ cho mức “Hoàn thành tốt nhiệm vụ”. Đề nghị mức khác thì hãy ghi lý do.",
            "reason",
        ),
        (
            lambda: require_open(CampaignState.CLOSED),
            "Đợt xếp loại đã kết thúc. Muốn sửa, cấp ủy phải mở lại đợt.",
            "",
        ),
        (lambda: require_nobody_before(["An", "Bình", "Cúc"]), "Còn 3 mục phải xong trước: An, Bình, Cúc.", ""),
        (
            lambda: require_nobody_before(["An", "Bình", "Cúc", "Dung"]),
            "Còn 4 mục phải xong trước: An, Bình, Cúc….",
            "",
        ),
        (
            lambda: require_points(Decimal("30.01"), None),
            "Tiêu chí chung: điểm phải từ 0 đến 30.",
            "common",
        ),
        (lambda: require_points(Decimal(-1), None), "Tiêu chí chung: điểm phải từ 0 đến 30.", "common"),
        (lambda: require_points(None, Decimal("70.01")), "Kết quả: điểm phải từ 0 đến 70.", "results"),
        (lambda: require_points(None, Decimal("-0.01")), "Kết quả: điểm phải từ 0 đến 70.", "results"),
        (
            lambda: require_items({"c2": Decimal("5.01")}, [PointItem("c1", "Đạo đức", 6), PointItem("c2", "Học", 5)]),
            "Học: điểm phải từ 0 đến 5.",
            "c2",
        ),
        (
            lambda: require_items({"c2": Decimal("-0.01")}, [PointItem("c2", "Học", 5)]),
            "Học: điểm phải từ 0 đến 5.",
            "c2",
        ),
        (
            lambda: weigh_duties([(Fraction(69), Fraction(1))]),
            "Trọng số các nhiệm vụ cộng được 69, phải đúng 70.",
            "",
        ),
        (
            lambda: find_former_state(STATE.ANNOUNCED, has_comments=False, has_ballot=False, is_appraised=False),
            "Không lùi được bước này: kết quả đã thông báo; muốn đổi phải xếp loại lại.",
            "",
        ),
        (
            lambda: require_possible(Evidence(total=1, done=2), typed={"done": 2}),
            "“Đã hoàn thành” (2) không thể nhiều hơn “Nhiệm vụ được giao trong kỳ” (1).",
            "done",
        ),
        (
            lambda: require_reason(GOOD, judge(None, Evidence(), RULES), " \n"),
            "Mức này khác mức chương trình gợi ý, hoặc chưa đủ căn cứ để gợi ý: hãy ghi lý do.",
            "reason",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_in_one_sentence_beside_its_field(
    refuse: Callable[[], None], words: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        refuse()
    assert (str(refused.value), refused.value.field) == (words, field)
