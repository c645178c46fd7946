from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.utils.timezone import localdate

from nennep.core.periods import is_working_day


def count_working_days(first: Any, last: Any) -> int:
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working_day(day) for day in days)


def fill_clocks(apps: Any, _editor: Any) -> None:
    """The steps that began and ended the last clock of each petition get what its last day says; an answer after it is late."""
    petition_model, step_model = (apps.get_model("petitions", name) for name in ("Petition", "PetitionStep"))
    for petition in petition_model.objects.order_by("pk").iterator(chunk_size=500):
        steps = list(step_model.objects.filter(petition=petition).order_by("at", "pk"))
        starts = [step for step in steps if step.kind in {"noted", "passed_on", "reopened"}]
        if not starts:
            continue
        begin = starts[-1]
        first = petition.raised_on if begin.kind == "noted" else localdate(begin.at)
        begin.days = count_working_days(first, petition.due_on)
        begin.save(update_fields=["days"])
        answers = [step for step in steps[steps.index(begin) :] if step.kind == "answered"]
        if answers:
            answers[0].stood = petition.due_on
            answers[0].save(update_fields=["stood"])
            petition.late_days = max((localdate(answers[0].at) - petition.due_on).days, 0)
            petition.save(update_fields=["late_days"])


class Migration(migrations.Migration):

    dependencies = [
        ('petitions', '0003_joined'),
    ]

    operations = [
        migrations.AddField(
            model_name='petition',
            name='late_days',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='petitionstep',
            name='days',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='petitionstep',
            name='stood',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='petitionstep',
            name='until',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='petitionstep',
            name='kind',
            field=models.CharField(choices=[('noted', 'ghi nhận'), ('passed_on', 'chuyển'), ('merged', 'sáp nhập, kiến nghị chuyển theo'), ('answered', 'trả lời'), ('solved', 'xác nhận đã giải quyết'), ('reopened', 'mở lại'), ('withdrawn', 'thôi kiến nghị'), ('joined', 'gộp hai kiến nghị cùng việc'), ('separated', 'tách kiến nghị đã gộp'), ('extended', 'gia hạn trả lời'), ('asked', 'hỏi thêm người nêu'), ('clarified', 'đã rõ, tính hạn tiếp'), ('bounced', 'không thuộc thẩm quyền, chuyển'), ('risen', 'tự chuyển lên cấp trên'), ('recounted', 'tính lại hạn vì ngày nghỉ đã sửa')], max_length=10),
        ),
        migrations.RunPython(fill_clocks, migrations.RunPython.noop, elidable=True),
    ]
