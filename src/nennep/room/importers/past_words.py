"""What keeps the meetings of a book back, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: Mapping[str, str | Promise] = {
    "past_not_over": _("Buổi này chưa qua. Chỉ nhập buổi đã họp."),
    "past_before_cell": _("Trước ngày thành lập chi bộ. Xem lại ngày trong tệp."),
    "past_kept_here": _("Tháng này chương trình đã giữ buổi họp của chi bộ. Bỏ dòng hoặc cột này khỏi tệp."),
    "past_two_monthly": _("Tháng này có hai buổi thường kỳ. Một buổi là chuyên đề hoặc bất thường: ghi rõ loại buổi."),
    "past_number_too_large": _("Số người quá lớn. Xem lại ô này."),
    "past_numbers_disagree": _("Số có mặt và số vắng cộng lại không bằng số phải dự. Xem lại dòng này."),
    "past_number_unread": _("Không phải một số người."),
    "past_day_unread": _("Ngày này không đọc được. Viết như 03/01/2026, hoặc Tháng 1."),
    "past_year_unknown": _("Không rõ năm nào. Ghi năm ở ô “Năm của sổ”."),
    "past_kind_unknown": _("Không rõ loại buổi. Viết thường kỳ, chuyên đề hoặc bất thường."),
    "past_mark_unknown": _("Chưa rõ dấu này nghĩa là gì. Chọn ở mục Dấu trong bảng."),
    "past_cell_unknown": _("Không tìm thấy chi bộ mang tên này trong đơn vị, hoặc có hai chi bộ cùng tên."),
    "past_cell_ended": _("Chi bộ này đã kết thúc; sổ của chi bộ giữ như đã lưu."),
    "past_two_of_a_name": _("Chi bộ có hai đồng chí cùng tên. Thêm cột năm sinh để phân biệt."),
    "past_person_twice": _("Đồng chí này đứng ở hai dòng. Giữ lại một dòng."),
}
