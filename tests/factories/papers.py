"""Papers filled with invented words: one full of everything, one with nothing but what it must have."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from nennep.reporting.renderers.papers import (
    Absence,
    AdviceLine,
    Attendance,
    AttendancePaper,
    CourseItem,
    DutyRow,
    Letterhead,
    MinutesPaper,
    NewDuty,
    NoticePaper,
    Opinion,
    PetitionLine,
    Reserved,
    ResolutionPaper,
    RollRow,
    ScoreLine,
    SelfScore,
    Shortcoming,
    Signature,
    Sitting,
    Topic,
    Vote,
    Work,
)
from nennep.reporting.renderers.visit_papers import BriefPaper, OpinionLine, VisitReportPaper

HELD_AT = datetime(2026, 11, 3, 19, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def make_letterhead(symbol: str = "Số 05-NQ/CB", issued_on: date = date(2026, 11, 3)) -> Letterhead:
    return Letterhead("Đảng ủy xã Lăng Can", "Chi bộ thôn Nặm Chá", "Lăng Can", issued_on, symbol)


def make_attendance() -> Attendance:
    return Attendance(
        called=25,
        present=22,
        excused=2,
        unexcused=1,
        exempt=2,
        absences=(
            Absence("Quan Thị Biên", "việc gia đình"),
            Absence("Triệu Văn Sính", "đi tập huấn ở tỉnh"),
            Absence("Giàng A Nhè", excused=False),
        ),
        left_early=("Lý Thị Mỷ",),
        online=("Nông Văn Thắng",),
        guests=("Lương Quốc Hưng, Ủy viên Ban Thường vụ Đảng ủy xã",),
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


def make_new_duties() -> tuple[NewDuty, ...]:
    return (
        NewDuty(
            "Hoàn thành mương Nà Khà, 120 m còn lại",
            "Ma Đình Phúc",
            ("Hoàng Văn Oanh",),
            date(2026, 11, 20),
            "kỳ sinh hoạt tháng 12",
        ),
        NewDuty("Vận động 9 hộ còn lại tham gia bảo hiểm y tế", "Quan Minh Tuyến", due_on=date(2026, 11, 25)),
    )


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
                Topic("Phát triển kinh tế", "Gieo trồng 12 ha ngô đông, đạt 96% kế hoạch."),
                Topic("Xây dựng nông thôn mới", "Hiến 640 m² đất mở rộng đường Nặm Chá – Khau Quang."),
                Topic("An ninh trật tự"),
            ),
        ),
        duty_rows=(
            DutyRow(
                "Vận động 12 hộ hiến đất mở rộng đường Nặm Chá – Khau Quang",
                "có mốc thời hạn",
                "Hoàn thành: 12/12 hộ, 640 m² đất",
            ),
            DutyRow("Làm 300 m mương bê tông khu đồng Nà Khà", "đang triển khai", "180/300 m, chờ xi măng đợt 2"),
            DutyRow("Tuần tra bảo vệ rừng đầu nguồn", "nhiệm vụ thường xuyên", "4/4 buổi"),
        ),
        praised=("Đồng chí Chẩu Văn Dũng, vận động hiến đất",),
        reminded=("Đồng chí Giàng A Nhè, vắng không lý do",),
        shortcomings=(Shortcoming("Mương Nà Khà chậm 9 ngày", "Xi măng đợt 2 về chậm"),),
        next=Work("Học tập chuyên đề quý IV.", "", (Topic("Sản xuất vụ đông", "Làm đất xong trước 15/11."),)),
        new_duties=make_new_duties(),
        conclusion="Hoàn thành mương Nà Khà trước 20/11.",
        follow_up="Chẩu Văn Dũng, Chi ủy viên",
        score=make_score(),
        vote=Vote("Nghị quyết tháng 11", 20, 23),
        recipients=(
            "Đảng ủy xã (để báo cáo)",
            "Ban công tác Mặt trận và các đoàn thể thôn",
            "Đảng viên chi bộ",
        ),
        signature=Signature(post="BÍ THƯ", name="Ma Công Lập"),
        opinions=(
            Opinion("Ma Đình Phúc", "Đề nghị xã cấp nốt 4 tấn xi măng trước 15/11."),
            Opinion("Chẩu Văn Dũng", "Huy động 20 công mỗi xóm.\nLàm hai ngày cuối tuần."),
        ),
    )


def make_minutes() -> MinutesPaper:
    return MinutesPaper(
        letterhead=make_letterhead("Số 11-BB/CB"),
        subject="sinh hoạt chi bộ thường kỳ tháng 11 năm 2026",
        sitting=make_sitting(),
        items=(
            CourseItem("Khai mạc, điểm danh, thông qua chương trình", "Chi bộ nhất trí chương trình."),
            CourseItem(
                "Kết quả thực hiện nghị quyết tháng 10",
                "Đồng chí Bí thư báo cáo 7/9 nhiệm vụ đã xong.",
                (
                    Opinion("Ma Đình Phúc", "Đề nghị xã cấp nốt 4 tấn xi măng trước 15/11 để kịp vụ đông."),
                    Opinion("", "Một số đồng chí đồng tình."),
                ),
                "Huy động 20 công mỗi xóm.",
            ),
            CourseItem("Tự phê bình và phê bình"),
        ),
        conclusion="Hoàn thành mương Nà Khà trước 20/11.",
        votes=(
            Vote("Nghị quyết tháng 11", 20, 23, 0, 1),
            Vote("Giới thiệu quần chúng ưu tú", 22, 23, majority="Ít nhất hai phần ba", issued=23, invalid=1),
        ),
        reserved=(Reserved("Giàng A Nhè", "Lùi hạn sang tháng 12", "Nghị quyết tháng 11"),),
        advice=(AdviceLine("Nghị quyết ghi rõ ai làm", "Lương Quốc Hưng", "Đã làm. Mỗi việc một người"),),
        departures=("Ngày họp: mưa lũ, lùi một ngày",),
        prepared_on=date(2026, 10, 30),
        petitions=(PetitionLine("Nước xóm Nà Khà yếu từ tháng 8", "Lý Thị Mỷ", "chuyển Phòng Kinh tế xã"),),
        new_duties=make_new_duties(),
        score=make_score(),
    )


def make_attendance_paper() -> AttendancePaper:
    return AttendancePaper(
        letterhead=make_letterhead(""),
        subject="sinh hoạt thường kỳ tháng 11 năm 2026",
        sitting=make_sitting(),
        rows=(
            RollRow("Ma Văn Bằng"),
            RollRow("Giàng A Nhè", "dự bị"),
            RollRow("Hoàng Đình Khoát", "được miễn", expected=False),
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
    topic = Topic("Vận động 6 hộ xóm Nà Khà phân loại rác tại nhà", "chưa xong")
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
