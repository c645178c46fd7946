# Last days that were counted wrongly say so when they are put right, not that days off were corrected.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0019_words_of_petition"),
    ]

    operations = [
        migrations.AlterField(
            model_name="petitionstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("noted", "ghi nhận"),
                    ("passed_on", "chuyển"),
                    ("merged", "sáp nhập, kiến nghị chuyển theo"),
                    ("answered", "trả lời"),
                    ("solved", "xác nhận đã giải quyết"),
                    ("reopened", "mở lại"),
                    ("withdrawn", "thôi kiến nghị"),
                    ("joined", "gộp hai kiến nghị cùng việc"),
                    ("separated", "tách kiến nghị đã gộp"),
                    ("extended", "gia hạn trả lời"),
                    ("asked", "hỏi thêm người nêu"),
                    ("clarified", "đã rõ, tính hạn tiếp"),
                    ("bounced", "không thuộc thẩm quyền, chuyển"),
                    ("risen", "tự chuyển lên cấp trên"),
                    ("routed", "gửi nơi ngoài hệ thống"),
                    ("ended", "nơi giải quyết kết thúc hoạt động, trở lại"),
                    ("done", "báo đã làm xong"),
                    ("partly", "được một phần, mở lại"),
                    ("read", "đã đọc"),
                    ("recounted", "tính lại hạn vì ngày nghỉ đã sửa"),
                    ("corrected", "sửa lại hạn đã tính sai"),
                ],
                max_length=10,
            ),
        ),
    ]
