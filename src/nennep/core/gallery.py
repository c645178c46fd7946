"""What the page of components (/thanh-phan/, developers only) shows: one form with every kind of field."""

from django import forms

from nennep.core.forms import DayField, TypedLineField, label_with_hint


class SampleForm(forms.Form):
    """Every kind of field that our forms have."""

    title = TypedLineField(label="Nhiệm vụ", help_text="Một việc, có số đo được", max_length=200)
    due_on = DayField(label="Hạn hoàn thành", help_text="Ví dụ: 25/11/2026")
    person = forms.ChoiceField(label="Người làm", choices=[("", "Chọn đồng chí"), ("1", "Bàn Thị Ghến (chưa có việc)")])
    mode = forms.ChoiceField(
        label="Hình thức sinh hoạt",
        widget=forms.RadioSelect,
        choices=[
            ("direct", "Trực tiếp"),
            ("mixed", label_with_hint("Trực tiếp kết hợp trực tuyến", "Phải ghi lý do và cấp đồng ý")),
        ],
    )
    topics = forms.MultipleChoiceField(
        label="Gửi cho",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("members", "Đảng viên chi bộ"), ("guests", "Cấp ủy về dự")],
    )
    grade = forms.ChoiceField(
        label="Mức đánh giá",
        widget=forms.RadioSelect,
        choices=[("T", "Tốt"), ("K", "Khá"), ("TB", "Trung bình"), ("Kem", "Kém")],
    )
    votes = forms.IntegerField(label="Tán thành", min_value=0, max_value=25)
    note = TypedLineField(
        label="Nói rõ thêm", required=False, widget=forms.Textarea(attrs={"rows": 3, "data-nn-draft": "thanh-phan"})
    )
    paper = forms.FileField(label="Tệp kèm theo", required=False, help_text="Word, PDF hoặc ảnh, không quá 20 MB")
    secret = forms.CharField(label="Mật khẩu", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    keep = forms.BooleanField(
        label="Giữ đăng nhập trên máy này", required=False, help_text="Chỉ chọn khi máy là của riêng đồng chí"
    )


def make_sample_form() -> SampleForm:
    return SampleForm(
        initial={
            "title": "Vận động 6 hộ phân loại rác tại nhà",
            "mode": "direct",
            "grade": "T",
            "votes": 20,
            "keep": True,
        },
        prefix="mau",
    )


def make_wrong_form() -> SampleForm:
    """The same form as it comes back: nothing of what was typed is lost."""
    typed = {"title": "Vận động 9 hộ còn lại tham gia bảo hiểm y tế", "due_on": "31/11/2026", "votes": "26"}
    form = SampleForm({f"loi-{name}": value for name, value in typed.items()}, prefix="loi")
    form.add_error(None, "Có 26 phiếu nhưng chỉ 25 đảng viên được biểu quyết. Đếm lại rồi sửa.")
    return form
