"""Papers around a meeting and of a year, filled with invented words."""

from datetime import date
from decimal import Decimal

from nennep.records.rules.minutes import DeparturePart, PetitionPart
from nennep.reporting.queries.papers.committee import CommitteeConclusionPaper, CommitteeProgrammePaper
from nennep.reporting.queries.papers.pack import PackPaper, PackPart
from nennep.reporting.queries.papers.petition_reports import PetitionReportPaper, ReportLine, ReportRow
from nennep.reporting.queries.papers.petitions import ExtensionPaper, PetitionFacts, ReplyPaper, SlipPaper
from nennep.reporting.queries.papers.presence import PresencePaper, PresenceRow
from nennep.reporting.queries.papers.programme import ItemLine, ProgrammePaper
from nennep.reporting.queries.papers.report import ReportPaper
from nennep.reporting.queries.papers.score import ScorePaper, ScoreRow
from nennep.reporting.queries.papers.spans import CellLine, FigureLine, FindingLine, UnitReportPaper
from nennep.reporting.queries.papers.years import BookPage, BookPaper, BookVersion, ThemeLine, ThemePlanPaper
from nennep.reporting.renderers.papers import Signature
from tests.factories.papers import (
    HELD_AT,
    make_item,
    make_letterhead,
    make_minutes,
    make_new_duties,
    make_resolution,
    make_score,
    make_sitting,
)


def make_presence() -> PresencePaper:
    rows = (
        PresenceRow("Ma Văn Bằng", "", "Có mặt"),
        PresenceRow("Giàng A Nhè", "dự bị", "Đến muộn", "đến lúc 19 giờ 50 phút"),
        PresenceRow("Quan Thị Biên", "", "Vắng có lý do", "việc gia đình"),
    )
    return PresencePaper(make_letterhead(""), "sinh hoạt thường kỳ tháng 11 năm 2026", make_sitting(), rows)


def make_score_paper() -> ScorePaper:
    rows = (
        ScoreRow("1", "Tổ chức đúng ngày, đủ thời gian", Decimal(10), Decimal("9.5"), heading=True),
        ScoreRow("1.1", "Họp đúng ngày", Decimal(5), Decimal(5), "họp ngày 03/11/2026"),
        ScoreRow("1.2", "Đủ thời gian", Decimal(5), Decimal("4.5"), "112 phút"),
        ScoreRow("2", "Kết quả lãnh đạo", Decimal(90), Decimal(81), heading=True),
    )
    return ScorePaper(
        make_letterhead(""),
        "kỳ sinh hoạt thường kỳ tháng 11 năm 2026",
        make_sitting(),
        rows,
        total=Decimal("90.5"),
        level="Tốt",
        levels=("Tốt: từ 90 điểm", "Khá: từ 70 điểm"),
        source="Hướng dẫn 42-HD/BTCTW, 28/10/2025",
        to_mend="Nhắc đảng viên trẻ phát biểu nhiều hơn.",
        scorer="Hoàng Thị Ngọc Trâm",
        signature=Signature(name="Ma Công Lập"),
    )


def make_report() -> ReportPaper:
    resolution = make_resolution()
    return ReportPaper(
        make_letterhead("Số .....-BC/CB", date(2026, 11, 4)),
        "kết quả sinh hoạt thường kỳ tháng 11 năm 2026",
        make_sitting(),
        addressee="Đảng ủy xã Lăng Can",
        theme="Giữ rừng đầu nguồn",
        items=(make_item("Bản tin sinh hoạt chi bộ tháng 11"), make_item("Sản xuất vụ đông")),
        last_duties=resolution.last_duties,
        resolution="số 05-NQ/CB",
        vote=resolution.vote,
        conclusion=resolution.conclusion,
        duties=make_new_duties(),
        reported_at=resolution.reported_at,
        score=make_score(),
        petitions=(PetitionPart("Nước xóm Nà Khà yếu từ tháng 8", "Lý Thị Mỷ", ""),),
        departures=(DeparturePart("Thời gian sinh hoạt", "mưa lũ, về sớm"),),
        signature=Signature(name="Ma Công Lập"),
    )


def make_programme() -> ProgrammePaper:
    rows = (
        ItemLine("Mở đầu", heading=True),
        ItemLine("Khai mạc, điểm danh, thông qua chương trình", "19:30–19:40", "Ma Công Lập", "1"),
        ItemLine("Tiến hành", heading=True),
        ItemLine("Bản tin sinh hoạt chi bộ tháng 11", "19:40–19:55", "Chẩu Văn Dũng", "2"),
    )
    return ProgrammePaper(
        make_letterhead("Số .....-CTr/CB"),
        "sinh hoạt thường kỳ tháng 11 năm 2026",
        make_sitting(),
        "Đánh giá kết quả tháng 10, quyết nghị nhiệm vụ tháng 11",
        "thứ Ba",
        110,
        ("Lương Quốc Hưng, Đảng ủy viên",),
        rows,
        Signature(name="Ma Công Lập"),
    )


def make_pack() -> PackPaper:
    return PackPaper(
        make_letterhead(""),
        "dự sinh hoạt thường kỳ tháng 11",
        make_sitting(),
        "thứ Ba",
        (PackPart("Triệu Văn Sính", make_new_duties()), PackPart("Lý Thị Mỷ")),
        ("Khai mạc, điểm danh, thông qua chương trình", "Bản tin sinh hoạt chi bộ tháng 11"),
        ("Dự thảo nghị quyết tháng 11",),
        "số 04-NQ/CB, ngày 05/10/2026",
        ("Thủy lợi: xong mương Nà Khà",),
        make_new_duties(),
        Signature(name="Ma Công Lập"),
    )


def make_committee_programme() -> CommitteeProgrammePaper:
    return CommitteeProgrammePaper(
        make_letterhead("Số .....-CTr/CB", date(2026, 10, 30)),
        "họp chi ủy chuẩn bị sinh hoạt chi bộ tháng 11 năm 2026",
        make_sitting(),
        "tháng 10 năm 2026",
        "tháng 11 năm 2026",
        HELD_AT,
        "Nhà văn hóa thôn Nặm Chá",
        called=("Ma Công Lập", "Chẩu Văn Dũng"),
        signature=Signature(name="Ma Công Lập"),
    )


def make_committee_conclusion() -> CommitteeConclusionPaper:
    texts = {
        name: f"Nội dung mục {name}.\nDòng thứ hai của {name}."
        for name in ("last_month", "next_month", "cell_meeting", "inspection", "discussion", "conclusion", "tasks")
    }
    return CommitteeConclusionPaper(
        make_letterhead("Số .....-KL/CB", date(2026, 10, 30)),
        "họp chi ủy chuẩn bị sinh hoạt chi bộ tháng 11 năm 2026",
        make_sitting(),
        "tháng 10 năm 2026",
        "tháng 11 năm 2026",
        draft=True,
        present=("Ma Công Lập", "Chẩu Văn Dũng"),
        absent="đồng chí Quan Thị Biên (ốm)",
        signature=Signature("T/M CHI ỦY", "BÍ THƯ", "Ma Công Lập"),
        revisions=(),
        **texts,
    )


def make_theme_plan() -> ThemePlanPaper:
    rows = (
        ThemeLine(
            "Tháng 3",
            "Chuyển đổi số ở thôn",
            "nộp hồ sơ qua mạng",
            "Hoàng Thị Ngọc Trâm",
            date(2026, 2, 20),
            "đã sinh hoạt ngày 03/3/2026",
        ),
        ThemeLine("Tháng 11", "Giữ rừng đầu nguồn"),
    )
    return ThemePlanPaper(
        make_letterhead("Số .....-KH/CB", date(2026, 1, 5)),
        "sinh hoạt chuyên đề năm 2026",
        2026,
        1,
        rows,
        ("Quý II", "Quý III"),
        Signature(name="Ma Công Lập"),
    )


def make_unit_report() -> UnitReportPaper:
    return UnitReportPaper(
        make_letterhead("Số .....-BC/ĐU"),
        "kết quả sinh hoạt chi bộ quý III/2026",
        "Số liệu tính đến hết ngày 30/09/2026, cộng từ sổ sách của 32 chi bộ.",
        (FigureLine("Buổi thường kỳ đã họp", "95/96"), FigureLine("Kiến nghị nêu trong kỳ", "4")),
        ("Chỉ tính từ ngày dùng chương trình: Chi bộ thôn Bản Khiển (từ 01/09/2026)",),
        (FindingLine("Nặm Chá", "Không họp tháng 9, chưa ghi lý do"),),
        "2 chi bộ đã ghi lý do.",
        (CellLine("Nặm Chá", "2/3", "88,5", "92,0%"), CellLine("Làng Chùa", "3/3", "–", "–")),
        Signature("NGƯỜI LẬP BÁO CÁO", " ", "Vũ Thị Minh Nguyệt"),
    )


PETITION = PetitionFacts(
    "Chi bộ thôn Nặm Chá",
    "Cầu Nà Khà hỏng mố, học sinh không qua được.\nĐề nghị sửa trước mùa mưa",
    date(2026, 11, 3),
    "đường, điện, nước, công trình",
    "Lý Thị Mỷ và 2 người nữa",
    "cầu Nà Khà",
)
COMMITTEE = Signature("T/M BAN THƯỜNG VỤ", " ")


def make_petition_papers() -> tuple[SlipPaper, ReplyPaper, ExtensionPaper, PetitionReportPaper]:
    cell, due = "Chi bộ thôn Nặm Chá", date(2026, 12, 16)
    row = ReportRow("Đường, điện, nước, công trình", 12, 8, 6, 1, 1, 5, 4)
    return (
        SlipPaper(
            *(make_letterhead("Số .....-PC/ĐU"), f"kiến nghị của {cell}", "Công ty Điện lực", PETITION, due),
            words="Có ảnh kèm theo",
            is_outside=True,
            signature=COMMITTEE,
        ),
        ReplyPaper(
            *(make_letterhead("Số .....-CV/ĐU"), f"V/v trả lời kiến nghị của {cell}", cell, PETITION),
            words="Sẽ sửa mố cầu trong tháng 12",
            promised_for=date(2026, 12, 31),
            outside="Công văn số 15/ĐL ngày 01/12/2026 của Công ty Điện lực",
            signature=COMMITTEE,
        ),
        ExtensionPaper(
            *(make_letterhead("Số .....-TB/ĐU"), f"gia hạn trả lời kiến nghị của {cell}", cell, PETITION),
            words="Chờ khảo sát lũ",
            until=date(2026, 12, 30),
            before=due,
            signature=COMMITTEE,
        ),
        PetitionReportPaper(
            make_letterhead("Số .....-BC/ĐU"),
            "kết quả giải quyết kiến nghị quý IV năm 2026",
            "Số liệu lấy từ sổ kiến nghị ngày 31/12/2026.",
            (ReportLine("Đã nêu", "12"), ReportLine("Trả lời đúng hạn", "6 (75,0%)")),
            *((row,), (row,), (row,), COMMITTEE),
        ),
    )


def make_book() -> BookPaper:
    first = BookVersion(1, date(2026, 11, 3), "Hoàng Thị Ngọc Trâm")
    mended = BookVersion(2, date(2026, 11, 10), "Ma Công Lập", "ghi sót một ý kiến")
    title = "Sinh hoạt thường kỳ tháng"
    pages = (
        BookPage("ky_1", date(2026, 10, 5), f"{title} 10", make_minutes(), (first,)),
        BookPage("ky_2", date(2026, 11, 3), f"{title} 11", make_minutes(), (first, mended)),
    )
    return BookPaper(make_letterhead(""), "Sổ biên bản năm 2026", 2026, pages, ("ngày 03/12/2026",))
