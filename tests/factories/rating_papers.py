"""Papers of ratings for tests: full of everything."""

from datetime import date
from decimal import Decimal

from nennep.reporting.queries.papers.rating_facts import DutyDoneLine
from nennep.reporting.queries.papers.rating_forms import (
    CollectiveReviewPaper,
    MemberReviewPaper,
    OwnRatingPaper,
    PointLine,
    ReratingPaper,
    SideLine,
    WrittenParts,
)
from nennep.reporting.queries.papers.rating_lists import (
    CapRow,
    CountLine,
    DossierLine,
    DossierPaper,
    RatingSummaryPaper,
    ReviewMinutesPaper,
    SummaryLine,
    VoteLine,
)
from nennep.reporting.renderers.papers import Letterhead, Signature

HEAD = Letterhead("Đảng ủy xã Bắc Sơn", "Chi bộ thôn Nặm Chá", "Bắc Sơn", date(2026, 12, 11))
ABOVE = Letterhead("Tỉnh ủy Lạng Sơn", "Đảng ủy xã Bắc Sơn", "Bắc Sơn", date(2026, 12, 20), "Số 51-QĐ/ĐU")
SAID = WrittenParts(
    merits="Chấp hành nghiêm quy chế\nĐoàn kết",
    duties="Vận động 12 hộ hiến đất làm đường",
    pledge="Đã làm đúng cam kết",
    building="Kết nạp 2 đảng viên",
    leading="Thôn đạt chuẩn nông thôn mới",
    faults="Đi họp muộn hai lần. Nguyên nhân: nhà xa",
    mended="Đã khắc phục",
    explained="Việc thu quỹ thôn đã giải trình",
    responsibility="Cá nhân nhận trách nhiệm về việc chậm báo cáo",
    plans="Đi họp đúng giờ",
)
FACTS = (
    "Nhiệm vụ đến hạn trong kỳ: 10; hoàn thành 9, trong đó chậm 1, vượt yêu cầu 3.",
    "Dự sinh hoạt chi bộ 11/12 kỳ.",
)
TASKS = (
    DutyDoneLine(
        "Vận động hộ liên gia số 3 phân loại rác", "đúng hạn 30/06/2026", "vượt yêu cầu", "28/28 hộ phân loại"
    ),
    DutyDoneLine("Sửa kênh mương & cống < 5 m", "chậm, hạn 15/09/2026", "đạt yêu cầu"),
)
POINTS = (PointLine("Chính trị tư tưởng", 10, Decimal("9.5")), PointLine("Kết quả nhiệm vụ", 70))
OWN = SideLine(Decimal("26.5"), Decimal(60), "Hoàn thành tốt nhiệm vụ")
DECIDED = SideLine(Decimal(26), Decimal(60), "Hoàn thành tốt nhiệm vụ", "45-QĐ/ĐU ngày 14/12/2026")
SECRETARY = Signature("T/M CHI BỘ", "BÍ THƯ", "Giàng A Páo")
COMMITTEE = Signature("T/M ĐẢNG ỦY", "BÍ THƯ")


def make_member_review() -> MemberReviewPaper:
    return MemberReviewPaper(
        HEAD,
        "năm 2026",
        "Mẫu 2A",
        "Giàng A Páo",
        born="02/03/1970",
        post="Bí thư",
        cell="Chi bộ thôn Nặm Chá",
        leads=True,
        said=SAID,
        facts=FACTS,
        tasks=TASKS,
        points=POINTS,
        own=OWN,
        proposed=OWN,
        decided=DECIDED,
        signature=SECRETARY,
        above=COMMITTEE,
    )


def make_collective_review() -> CollectiveReviewPaper:
    return CollectiveReviewPaper(
        HEAD,
        "chi bộ thôn Nặm Chá năm 2026",
        "Chi bộ thôn Nặm Chá",
        said=SAID,
        facts=FACTS,
        led=("Lãnh đạo, tổ chức 11 kỳ sinh hoạt chi bộ thường kỳ.",),
        tasks=TASKS,
        points=POINTS,
        own=OWN,
        proposed=OWN,
        decided=DECIDED,
        signature=SECRETARY,
    )


def make_own_rating() -> OwnRatingPaper:
    return OwnRatingPaper(
        HEAD,
        "quý 3 năm 2026",
        "Giàng A Páo",
        post="Bí thư",
        cell="Chi bộ thôn Nặm Chá",
        facts=FACTS,
        tasks=TASKS,
        points=POINTS,
        own=OWN,
        signature=SECRETARY,
    )


def make_rerating() -> ReratingPaper:
    return ReratingPaper(
        ABOVE,
        "xếp loại lại chất lượng",
        "ĐẢNG ỦY XÃ BẮC SƠN",
        "đồng chí Lò Văn Bình, Chi bộ thôn Nặm Chá",
        "năm 2026",
        grounds=("Quy định 366-QĐ/TW, Điều 15",),
        reason="Chưa tính việc làm đường",
        former=DECIDED,
        new=SideLine(Decimal(30), Decimal(65), "Hoàn thành xuất sắc nhiệm vụ", "51-QĐ/ĐU ngày 20/12/2026"),
        told=("Chi bộ thôn Nặm Chá", "đồng chí Lò Văn Bình"),
        signature=COMMITTEE,
    )


def make_review_minutes() -> ReviewMinutesPaper:
    vote = VoteLine(
        "Lò Văn Bình", "86,5 điểm, hoàn thành tốt nhiệm vụ", "17/20: 0 xuất sắc; 16 tốt; 1 hoàn thành", "Tốt"
    )
    return ReviewMinutesPaper(
        HEAD,
        "hội nghị kiểm điểm, đánh giá, xếp loại chất lượng năm 2026",
        "Chi bộ thôn Nặm Chá",
        held_on=date(2026, 12, 11),
        base=20,
        chair="Giàng A Páo",
        chair_post="Bí thư",
        collectives=(vote,),
        members=(vote, vote),
        not_rated=("Vừ A Sính (được miễn công tác và sinh hoạt)",),
        comments=("Chi bộ tổ 5 nhận xét Lò Văn Bình, ngày 01/12/2026",),
    )


def make_dossier_list() -> DossierPaper:
    lines = (
        DossierLine("Bản kiểm điểm cá nhân, Mẫu 2C", 18),
        DossierLine("Quyết định xếp loại", 1, "45-QĐ/ĐU ngày 14/12/2026"),
    )
    return DossierPaper(HEAD, "kiểm điểm, xếp loại năm 2026", lines=lines, signature=SECRETARY)


def make_rating_summary() -> RatingSummaryPaper:
    line = SummaryLine("Lò Văn Bình", "Chi ủy viên", OWN, OWN, DECIDED, "Hoàn thành tốt nhiệm vụ")
    return RatingSummaryPaper(
        HEAD,
        "kết quả đánh giá, xếp loại chất lượng năm 2026",
        collectives=(line,),
        members=(line, SummaryLine("Lò Thị Mẩy", "", SideLine(), SideLine(), SideLine(), "")),
        not_rated=("Vừ A Sính (được miễn công tác và sinh hoạt)",),
        counts=(CountLine("Tổng số đảng viên", "21"), CountLine("Hoàn thành tốt nhiệm vụ", "17 (85,0%)")),
        caps=(CapRow("20% số hoàn thành tốt, bỏ phần lẻ (đang dùng)", 17, 3, 4, "vượt 1"),),
        cap_note="Cứu dân trong lũ",
        signature=SECRETARY,
    )
