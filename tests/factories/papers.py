"""Papers filled with invented words: one full of everything, one with nothing but what it must have."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from nennep.records.rules.minutes import (
    AbsentPart,
    AdvicePart,
    AttendancePart,
    DeparturePart,
    ItemPart,
    LastDutyPart,
    MinutesContent,
    NewDutyPart,
    PetitionPart,
    RemarkPart,
    ReservedPart,
    SpeechPart,
    VotePart,
)
from nennep.reporting.queries.papers.brief import BriefPaper
from nennep.reporting.queries.papers.minutes import MinutesPaper
from nennep.reporting.queries.papers.resolution import ResolutionPaper
from nennep.reporting.queries.papers.sheets import AttendancePaper, NoticePaper, SheetRow
from nennep.reporting.queries.papers.visit_report import OpinionLine, VisitReportPaper
from nennep.reporting.renderers.papers import (
    Letterhead,
    ScoreLine,
    SelfScore,
    Shortcoming,
    Signature,
    Sitting,
    TopicLine,
    Work,
)
from nennep.room.choices import AttendanceState

HELD_AT = datetime(2026, 11, 3, 19, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def make_letterhead(symbol: str = "Số 05-NQ/CB", issued_on: date = date(2026, 11, 3)) -> Letterhead:
    return Letterhead("Đảng ủy xã Lăng Can", "Chi bộ thôn Nặm Chá", "Lăng Can", issued_on, symbol)


def make_attendance() -> AttendancePart:
    excused, unexcused = str(AttendanceState.EXCUSED.label), str(AttendanceState.UNEXCUSED.label)
    return AttendancePart(
        called=25,
        counted=25,
        present=22,
        excused=2,
        unexcused=1,
        exempt=2,
        elsewhere=0,
        absent=(
            AbsentPart("Quan Thị Biên", excused, "việc gia đình"),
            AbsentPart("Triệu Văn Sính", excused, "đi tập huấn ở tỉnh"),
            AbsentPart("Giàng A Nhè", unexcused),
        ),
        left_early=("Lý Thị Mỷ",),
        online=("Nông Văn Thắng",),
    )


def make_sitting() -> Sitting:
    return Sitting(
        cell="Chi bộ thôn Nặm Chá",
        kind="sinh hoạt thường kỳ tháng 11 năm 2026",
        started_at=HELD_AT,
        place="Nhà văn hóa thôn Nặm Chá",
        ended_at=HELD_AT + timedelta(minutes=112),
        minutes_long=112,
        chair="Ma Công Lập",
        chair_post="Bí thư Chi bộ",
        minute_taker="Hoàng Thị Ngọc Trâm",
        attendance=make_attendance(),
        guests=("Lương Quốc Hưng, Ủy viên Ban Thường vụ Đảng ủy xã",),
    )


def make_score() -> SelfScore:
    groups = (
        ("Tổ chức đúng ngày, đủ thời gian", 5, 5),
        ("Đảng viên dự sinh hoạt", 4, 5),
        ("Công tác chuẩn bị", 9, 10),
        ("Tiến hành sinh hoạt", "36.5", 40),
        ("Nguyên tắc sinh hoạt", 5, 5),
        ("Kết quả lãnh đạo thực hiện kết luận, nghị quyết kỳ trước", 26, 30),
        ("Kết thúc sinh hoạt", 5, 5),
    )
    lines = tuple(ScoreLine(label, Decimal(points), Decimal(maximum)) for label, points, maximum in groups)
    return SelfScore(lines, Decimal("90.5"), Decimal(100), "Tốt", "Nhắc đảng viên trẻ phát biểu nhiều hơn.")


def make_new_duties() -> tuple[NewDutyPart, ...]:
    return (
        NewDutyPart("Hoàn thành mương Nà Khà, 120 m còn lại", "Ma Đình Phúc", "Hoàng Văn Oanh", "2026-11-20"),
        NewDutyPart("Vận động 9 hộ còn lại tham gia bảo hiểm y tế", "Quan Minh Tuyến", "", "2026-11-25"),
    )


def make_item(title: str, note: str = "", *speeches: tuple[str, str], conclusion: str = "") -> ItemPart:
    """One item of the minutes; `speeches` are names and words."""
    said = tuple(SpeechPart(name, words, 1) for name, words in speeches)
    return ItemPart("", "", "", title, "", note, conclusion, said)


def make_resolution() -> ResolutionPaper:
    return ResolutionPaper(
        letterhead=make_letterhead(),
        subject="lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026",
        sitting=make_sitting(),
        past_label="tháng 10",
        next_label="tháng 11",
        past=Work(
            "Phổ biến bản tin sinh hoạt chi bộ tháng 11.\nQuán triệt Chỉ thị 50-CT/TW.",
            "Đảng viên và Nhân dân yên tâm sản xuất vụ đông.",
            (
                TopicLine("Phát triển kinh tế", "Gieo trồng 12 ha ngô đông, đạt 96% kế hoạch."),
                TopicLine("Xây dựng nông thôn mới", "Hiến 640 m² đất mở rộng đường Nặm Chá – Khau Quang."),
                TopicLine("An ninh trật tự"),
            ),
        ),
        last_duties=(
            LastDutyPart(
                "Vận động 12 hộ hiến đất mở rộng đường Nặm Chá – Khau Quang",
                "Ma Công Lập",
                "có mốc thời hạn",
                "Hoàn thành: 12/12 hộ, 640 m² đất",
            ),
            LastDutyPart(
                "Làm 300 m mương bê tông khu đồng Nà Khà",
                "Ma Đình Phúc",
                "đang triển khai",
                "180/300 m, chờ xi măng đợt 2",
            ),
            LastDutyPart("Tuần tra bảo vệ rừng đầu nguồn", "Giàng A Nhè", "nhiệm vụ thường xuyên", "4/4 buổi"),
        ),
        praised=(RemarkPart("Biểu dương", "Chẩu Văn Dũng", "vận động hiến đất"),),
        reminded=(RemarkPart("Nhắc nhở", "Giàng A Nhè", "vắng không lý do"),),
        shortcomings=(Shortcoming("Mương Nà Khà chậm 9 ngày", "Xi măng đợt 2 về chậm"),),
        next=Work("Học tập chuyên đề quý IV.", "", (TopicLine("Sản xuất vụ đông", "Làm đất xong trước 15/11."),)),
        duties=make_new_duties(),
        reported_at="kỳ sinh hoạt tháng 12",
        conclusion="Hoàn thành mương Nà Khà trước 20/11.",
        follow_up="Chẩu Văn Dũng, Chi ủy viên",
        score=make_score(),
        vote=make_vote("Nghị quyết tháng 11", 20, 23),
        recipients=(
            "Đảng ủy xã (để báo cáo)",
            "Ban công tác Mặt trận và các đoàn thể thôn",
            "Đảng viên chi bộ",
        ),
        signature=Signature(post="BÍ THƯ", name="Ma Công Lập"),
        items=(
            make_item(
                "Sản xuất vụ đông",
                "",
                ("Ma Đình Phúc", "Đề nghị xã cấp nốt 4 tấn xi măng trước 15/11."),
                ("Chẩu Văn Dũng", "Huy động 20 công mỗi xóm.\nLàm hai ngày cuối tuần."),
            ),
        ),
    )


def make_vote(subject: str, in_favour: int, base: int, other: int = 0, **more: Any) -> VotePart:
    return VotePart(subject, "Biểu quyết giơ tay", base, in_favour, 0, other, passed=True, **more)


def make_content(**changes: Any) -> MinutesContent:
    """What the minutes of a village meeting keep."""
    head: dict[str, Any] = {
        "cell": "Chi bộ thôn Nặm Chá",
        "upper": "Đảng bộ xã Lăng Can",
        "kind": "Sinh hoạt thường kỳ",
        "mode": "Trực tiếp",
        "month": "2026-11",
        "opened_at": HELD_AT.isoformat(),
        "closed_at": (HELD_AT + timedelta(minutes=112)).isoformat(),
        "place": "Nhà văn hóa thôn Nặm Chá",
        "chair": "Ma Công Lập",
        "minute_taker": "Hoàng Thị Ngọc Trâm",
        "upper_guest": "",
        "guests": "",
        "fee_note": "",
        "attendance": make_attendance(),
        "conclusion": "",
    }
    return MinutesContent(**head | changes)


def make_minutes() -> MinutesPaper:
    content = make_content(
        items=(
            make_item("Khai mạc, điểm danh, thông qua chương trình", "Chi bộ nhất trí chương trình."),
            make_item(
                "Kết quả thực hiện nghị quyết tháng 10",
                "Đồng chí Bí thư báo cáo 7/9 nhiệm vụ đã xong.",
                ("Ma Đình Phúc", "Đề nghị xã cấp nốt 4 tấn xi măng trước 15/11 để kịp vụ đông."),
                ("Lý Thị Mỷ", ""),
                conclusion="Huy động 20 công mỗi xóm.",
            ),
            make_item("Tự phê bình và phê bình"),
        ),
        conclusion="Hoàn thành mương Nà Khà trước 20/11.",
        votes=(
            make_vote("Nghị quyết tháng 11", 20, 23, 1),
            make_vote("Giới thiệu quần chúng ưu tú", 22, 23, majority="Ít nhất hai phần ba", issued=23, invalid=1),
        ),
        reserved=(ReservedPart("Giàng A Nhè", "Lùi hạn sang tháng 12", "Nghị quyết tháng 11"),),
        advice=(AdvicePart("Nghị quyết ghi rõ ai làm", "Lương Quốc Hưng", "Đã làm", "Mỗi việc một người"),),
        departures=(DeparturePart("Ngày họp", "mưa lũ, lùi một ngày"),),
        premeeting_on="2026-10-30",
        petitions=(
            PetitionPart("Nước xóm Nà Khà yếu từ tháng 8", "Lý Thị Mỷ", "Đảng ủy xã", "chuyển Phòng Kinh tế xã"),
        ),
        duties=make_new_duties(),
    )
    return MinutesPaper(
        letterhead=make_letterhead("Số 11-BB/CB"),
        subject="sinh hoạt chi bộ thường kỳ tháng 11 năm 2026",
        sitting=make_sitting(),
        minutes=content,
        score=make_score(),
    )


def make_attendance_paper() -> AttendancePaper:
    return AttendancePaper(
        letterhead=make_letterhead(""),
        subject="sinh hoạt thường kỳ tháng 11 năm 2026",
        sitting=make_sitting(),
        rows=(
            SheetRow("Ma Văn Bằng"),
            SheetRow("Giàng A Nhè", "dự bị"),
            SheetRow("Hoàng Đình Khoát", "được miễn", expected=False),
        ),
    )


def make_notice() -> NoticePaper:
    return NoticePaper(
        letterhead=make_letterhead(""),
        subject="dự sinh hoạt thường kỳ tháng 11",
        sitting=make_sitting(),
        member="Triệu Văn Sính",
        weekday="thứ Ba",
        agenda=("Khai mạc, điểm danh, thông qua chương trình", "Bản tin sinh hoạt chi bộ tháng 11"),
        documents=("Dự thảo nghị quyết tháng 11",),
        own_duties=make_new_duties(),
        signature=Signature(name="Ma Công Lập"),
    )


def make_brief_paper() -> BriefPaper:
    topic = TopicLine("Vận động 6 hộ xóm Nà Khà phân loại rác tại nhà", "chưa xong")
    return BriefPaper(
        make_letterhead(symbol=""),
        "Chi bộ thôn Nặm Chá",
        "Buổi tới: 19:30 thứ Năm, 03/12/2026. Bí thư: đồng chí Ma Công Lập.",
        questions=(topic,) * 3,
        resolutions=(topic,) * 3,
        petitions=(topic,) * 4,
        more_petitions="Và 2 kiến nghị nữa.",
        state=(topic,) * 4,
        advice=(topic,) * 3,
    )


def make_visit_report() -> VisitReportPaper:
    return VisitReportPaper(
        make_letterhead(symbol=""),
        "Kết quả dự sinh hoạt Chi bộ thôn Nặm Chá",
        "Ngày 03/11/2026, tôi dự sinh hoạt thường kỳ của Chi bộ thôn Nặm Chá.",
        conduct="Tốt.\nĐủ các bước.",
        discussed="Làm mương.",
        information="Kế hoạch quý IV.",
        opinions=(OpinionLine("Xin 4 tấn xi măng", "Đảng viên", "Chuyển Phòng Kinh tế"),),
        settled="Cấp 2 tấn ngay.",
        passed_on=("Xin 4 tấn xi măng: Phòng Kinh tế xã",),
        advice=("Nghị quyết ghi rõ ai làm",),
        score="Điểm của tôi: 91; chi bộ tự chấm: 93.",
        supplements=("10/11/2026: đã cấp đủ",),
        recipients=("Ban Xây dựng Đảng xã",),
        signature=Signature(post="NGƯỜI BÁO CÁO", name="Lương Quốc Hưng"),
    )


def make_bare_sitting() -> Sitting:
    return Sitting("Chi bộ thôn Nặm Chá", "sinh hoạt thường kỳ", HELD_AT)
