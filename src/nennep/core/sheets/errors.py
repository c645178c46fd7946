"""Why a file is refused, by name. The codes are also what the child process answers (`child.py`)."""

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError


class SheetRefused(DomainError):
    """A file that is not read; subclasses say why."""

    code = "sheet_refused"
    message = _("Không đọc được tệp này.")
    field = "file"


class SheetBroken(SheetRefused):
    code = "sheet_broken"
    message = _("Tệp bị hỏng hoặc tải chưa hết. Mở tệp bằng chương trình bảng tính, lưu lại rồi nhập lần nữa.")


class SheetEmpty(SheetRefused):
    code = "sheet_empty"
    message = _("Tệp không có dữ liệu. Chọn tệp có danh sách.")


class SheetExpandsTooMuch(SheetRefused):
    code = "sheet_expands_too_much"
    message = _("Tệp nén bung ra quá lớn nên không mở. Chép riêng danh sách sang một tệp mới rồi nhập lại.")


class SheetHasTooManyCells(SheetRefused):
    code = "sheet_has_too_many_cells"
    message = _("Bảng tính có quá nhiều ô. Chép riêng danh sách sang một tệp mới rồi nhập lại.")


class SheetMissing(SheetRefused):
    code = "sheet_missing"
    message = _("Không tìm thấy tệp “%(name)s”, hoặc không được phép đọc. Xem lại đường dẫn.")


class SheetProtected(SheetRefused):
    code = "sheet_protected"
    message = _("Tệp có mật khẩu. Mở tệp, bỏ mật khẩu, lưu lại rồi nhập lần nữa.")


class SheetTooLarge(SheetRefused):
    code = "sheet_too_large"
    message = _("Tệp lớn hơn 20 MB. Chép riêng danh sách sang một tệp mới rồi nhập lại.")


class SheetTooSlow(SheetRefused):
    code = "sheet_too_slow"
    message = _("Đọc tệp này quá lâu nên đã dừng. Chép riêng danh sách sang một tệp mới rồi nhập lại.")


class SheetUnknownFormat(SheetRefused):
    code = "sheet_unknown_format"
    message = _("Tệp không phải bảng tính. Dùng tệp .xlsx, .xls, .ods, .csv hoặc .tsv.")


class SheetWebPage(SheetRefused):
    code = "sheet_web_page"
    message = _("Tệp là trang web mang tên bảng tính. Mở bằng chương trình bảng tính, lưu lại thành .xlsx rồi nhập.")


BY_CODE: dict[str, type[SheetRefused]] = {
    error.code: error
    for error in (
        SheetBroken,
        SheetEmpty,
        SheetExpandsTooMuch,
        SheetHasTooManyCells,
        SheetProtected,
        SheetTooLarge,
        SheetTooSlow,
        SheetUnknownFormat,
        SheetWebPage,
    )
}
