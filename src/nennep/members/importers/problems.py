"""The sentence of each problem, and which problems keep a row out."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nennep.members.importers.matching import CARD, IDENTITY, NAME_AND_BIRTH
from nennep.members.importers.shapes import RowProblem, UnusedColumn

_ERRORS: dict[str, str | Promise] = {  # the row is kept out until it is mended
    "name_missing": _("Không có họ tên. Ghi họ tên vào ô này."),
    "name_invalid": _("“%(value)s” không phải họ tên người. Ghi lại họ tên."),
    "date_impossible": _("Tháng %(month)s không có ngày %(day)s. Xem lại giấy tờ rồi ghi ngày đúng."),
    "month_impossible": _("Không có tháng %(month)s. Ghi ngày theo thứ tự ngày/tháng/năm."),
    "date_unreadable": _("Không đọc được ngày “%(value)s”. Ghi theo dạng 19/05/1990."),
    "date_in_future": _("Ngày này chưa tới. Xem lại năm."),
    "under_age": _("Chưa đủ 18 tuổi nên không thể là đảng viên. Xem lại ngày sinh."),
    "official_before_admitted": _("Ngày chính thức trước ngày kết nạp %(admitted)s. Có thể hai ngày bị đổi chỗ."),
    "identity_lost_digits": _(
        "Bảng tính đã làm tròn số định danh, mất các chữ số cuối. Định dạng cột là văn bản rồi gõ lại."
    ),
    "identity_invalid": _("Số định danh cá nhân có 12 chữ số (chứng minh nhân dân cũ có 9). Xem lại số này."),
    "cell_missing": _("Không rõ thuộc chi bộ nào. Ghi tên chi bộ cho dòng này."),
    "cell_outside": _("Chi bộ này không thuộc đơn vị đang nhập. Chọn chi bộ đã có, hoặc nhập từ đơn vị cấp trên."),
    "cell_ambiguous": _("Có nhiều chi bộ cùng tên này. Chọn đúng chi bộ."),
    "duplicate_in_file": _("Trùng %(what)s với dòng %(other)s. Một người hay hai người?"),
    "duplicate_member": _("Trùng %(what)s với một đảng viên %(other)s. Một người hay hai người?"),
    "conflicting_member": _("Số thẻ và số định danh trỏ tới hai đảng viên khác nhau. Xem lại hai số này."),
    "member_elsewhere": _("Số này đã có ở một đảng viên ngoài đơn vị đang nhập. Làm thủ tục chuyển sinh hoạt trước."),
    "no_longer_member": _("Ghi chú cho biết không còn sinh hoạt ở đây. Xóa dòng, hoặc sửa ghi chú."),
    "text_too_long": _("Nội dung ô này quá dài. Rút ngắn lại."),
    "text_marked_secret": _("Ô này mang dấu mật. Không nhập nội dung mật vào đây; hãy bỏ phần đó."),
    "text_with_unfit_character": _("Ô này có ký tự lạ, thường không nhìn thấy. Gõ lại nội dung ô."),
}
_DOUBTS: dict[str, str | Promise] = {  # taken as understood, worth a look
    "identity_zero_restored": _("Có %(digits)s chữ số; bảng tính đã làm mất số 0 ở đầu. Sẽ ghi %(understood)s."),
    "identity_disagrees": _(
        "Số định danh cho biết sinh năm …%(year)s, khác ngày sinh trong tệp. Xem lại một trong hai."
    ),
    "card_number_odd": _("Số thẻ đảng viên thường có 8 chữ số. Xem lại số này."),
    "two_digit_year": _("Năm hai chữ số. Sẽ ghi %(understood)s."),
    "date_incomplete": _("Ngày không đủ; chỉ ghi được phần đã biết. Bổ sung khi có giấy tờ."),
    "birth_missing": _("Không có ngày sinh. Bổ sung khi có giấy tờ."),
    "too_young": _("Chưa đủ 18 tuổi vào ngày kết nạp. Xem lại ngày sinh và ngày kết nạp."),
    "sex_unknown": _("Không hiểu giới tính “%(value)s”. Ghi Nam hoặc Nữ."),
    "sex_twice": _("Có dấu ở cả cột Nam và cột Nữ. Giữ lại một."),
    "namesake": _("Cùng họ tên, ngày sinh với dòng %(other)s nhưng khác số. Xem lại có phải một người."),
    "ethnic_renamed": _("%(value)s được ghi theo tên trong danh mục dân tộc: %(understood)s."),
    "ethnic_unknown": _("Không có dân tộc “%(value)s” trong danh mục. Sẽ ghi như trong tệp."),
    "name_single": _("Họ tên chỉ có một chữ. Xem lại có thiếu họ không."),
    "title_dropped": _("Coi “%(title)s” là tiếng xưng hô, sẽ ghi %(understood)s. Nếu là họ thì sửa lại tên."),
    "cell_carried": _("Ô chi bộ để trống; hiểu là cùng chi bộ với dòng trên."),
    "post_needs_official": _("Chỉ đảng viên chính thức đang sinh hoạt giữ chức vụ; chức vụ này không được ghi."),
    "post_taken": _("Chi bộ đã có bí thư khác. Chức vụ này không được ghi; đổi bí thư trong trang đảng viên."),
    "row_unclear": _("Dòng chỉ có một ô chữ, không hiểu là người hay tiêu đề; đã bỏ qua."),
}
_NOTES: dict[str, str | Promise] = {  # of the whole sheet
    "header_missing": _("Không tìm thấy dòng tiêu đề có cột họ tên. Thêm dòng tiêu đề rồi nhập lại."),
    "sheet_cell_differs": _("Tiêu đề ghi “%(value)s”, nhưng đang nhập vào %(unit)s. Kiểm tra có đúng tệp không."),
}

_REMARKS: dict[str, str | Promise] = {  # of the file, to know before writing
    "rows_hidden": _(
        "%(count)s dòng đang ẩn (hoặc bị lọc) trong tệp cũng được đọc. Dòng nào không nhập thì bỏ ra trước khi ghi."
    ),
    "sheet_hidden": _("Trang tính đang ẩn “%(value)s” không được đọc. Cần nhập thì bỏ ẩn rồi đưa tệp lên lại."),
    "cells_broken": _(
        "Công thức báo lỗi hoặc chưa tính, được coi là ô trống: %(cells)s. Sửa trong tệp, hoặc gõ giá trị vào."
    ),
    "text_repaired": _(
        "Tệp dùng phông cũ (%(encoding)s), đã đổi sang Unicode: %(examples)s. Xem lại có đúng tên không."
    ),
}
_WHAT = {CARD: _("số thẻ"), IDENTITY: _("số định danh"), NAME_AND_BIRTH: _("họ tên và ngày sinh")}
MESSAGES = _ERRORS | _DOUBTS | _NOTES | _REMARKS


def keeps_row_out(problem: RowProblem) -> bool:
    """True when the row is not written until somebody mends it."""
    return problem.code in _ERRORS


def message_of(problem: RowProblem) -> str:
    """One sentence: what is wrong and how to mend it."""
    details = dict(problem.details)
    if "what" in details:
        details["what"] = str(_WHAT[details["what"]])
    return str(MESSAGES[problem.code]) % {"value": problem.value, **details}


def say_unused(columns: Sequence[UnusedColumn]) -> str:
    """Which columns with values are not taken, each with what it may be; empty when all are."""
    if not columns:
        return ""
    named = "; ".join(_say_column(column) for column in columns)
    return _("Có số liệu mà không được lấy: %(columns)s. Cần lấy thì chọn lại ở bảng các cột.") % {"columns": named}


def _say_column(column: UnusedColumn) -> str:
    sentence = ngettext(
        "cột %(letter)s “%(label)s” (%(count)s ô)", "cột %(letter)s “%(label)s” (%(count)s ô)", column.filled
    )
    told = sentence % {"letter": column.letter, "label": column.label, "count": column.filled}
    if not column.guess:
        return told
    return _("%(column)s, có phải “%(guess)s”?") % {"column": told, "guess": column.guess.traits.label}
