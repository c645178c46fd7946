from typing import Any

import django.db.models.deletion
import nennep.core.ids
from django.db import migrations, models


UNKNOWN = "Ghi trước khi chương trình hỏi lý do."


def say_how_it_ended(apps: Any, _editor: Any) -> None:
    """A petition that ended before: by the cell's word, on the spot, or without either, as its last steps say."""
    petition_model, step_model = (apps.get_model("petitions", name) for name in ("Petition", "PetitionStep"))
    ended = petition_model.objects.filter(state__in=["solved", "withdrawn"]).order_by("pk")
    for petition in ended.iterator(chunk_size=500):
        steps = list(step_model.objects.filter(petition=petition).order_by("at", "pk"))
        last = steps[-1] if steps else None
        answers = [step.at for step in steps if step.kind == "answered"]
        if petition.state == "withdrawn" or last is None or last.text or not petition.answer:
            petition.closed_because = (last.text if last else "") or UNKNOWN
        elif answers and answers[-1] == last.at:
            petition.on_spot = True
        else:
            petition.word = "satisfied"
        petition.save(update_fields=["closed_because", "on_spot", "word"])


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0007_numbers_of_two_records'),
        ('organizations', '0006_planned_changes'),
        ('petitions', '0004_two_clocks'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutsideBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('name', models.CharField(max_length=200)),
                ('contact', models.CharField(blank=True, max_length=300)),
                ('fields', models.JSONField(blank=True, default=list)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='petition',
            name='petition_settled_when_final',
        ),
        migrations.RemoveConstraint(
            model_name='petition',
            name='petition_answered_has_day',
        ),
        migrations.AddField(
            model_name='petition',
            name='bounces',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='petition',
            name='closed_because',
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name='petition',
            name='on_spot',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='petition',
            name='promised_for',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='petition',
            name='risen',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='petition',
            name='waits_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='petition',
            name='word',
            field=models.CharField(blank=True, choices=[('satisfied', 'Đã giải quyết xong'), ('partly', 'Được một phần'), ('not', 'Chưa được')], max_length=10),
        ),
        migrations.AddField(
            model_name='petitionstep',
            name='letter',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='petitionstep',
            name='letter_on',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='petition',
            name='state',
            field=models.CharField(choices=[('open', 'Chưa trả lời'), ('clarifying', 'Chờ người nêu nói rõ'), ('promised', 'Đã hẹn ngày giải quyết'), ('answered', 'Đã trả lời'), ('solved', 'Đã giải quyết'), ('opinion', 'Ý kiến, chưa đọc'), ('read', 'Ý kiến đã đọc'), ('withdrawn', 'Thôi kiến nghị'), ('joined', 'Đã gộp vào kiến nghị khác')], default='open', max_length=10),
        ),
        migrations.AlterField(
            model_name='petitionstep',
            name='kind',
            field=models.CharField(choices=[('noted', 'ghi nhận'), ('passed_on', 'chuyển'), ('merged', 'sáp nhập, kiến nghị chuyển theo'), ('answered', 'trả lời'), ('solved', 'xác nhận đã giải quyết'), ('reopened', 'mở lại'), ('withdrawn', 'thôi kiến nghị'), ('joined', 'gộp hai kiến nghị cùng việc'), ('separated', 'tách kiến nghị đã gộp'), ('extended', 'gia hạn trả lời'), ('asked', 'hỏi thêm người nêu'), ('clarified', 'đã rõ, tính hạn tiếp'), ('bounced', 'không thuộc thẩm quyền, chuyển'), ('risen', 'tự chuyển lên cấp trên'), ('routed', 'gửi nơi ngoài hệ thống'), ('ended', 'nơi giải quyết kết thúc hoạt động, trở lại'), ('done', 'báo đã làm xong'), ('partly', 'được một phần, mở lại'), ('read', 'đã đọc'), ('recounted', 'tính lại hạn vì ngày nghỉ đã sửa')], max_length=10),
        ),
        migrations.AddField(
            model_name='outsidebody',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='petition',
            name='body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='petitions', to='petitions.outsidebody'),
        ),
        migrations.AddField(
            model_name='petitionstep',
            name='body',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='petitions.outsidebody'),
        ),
        migrations.RunPython(say_how_it_ended, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('open', 'clarifying', 'promised', 'answered', 'opinion')), ('settled_on__isnull', False), _connector='XOR'), name='petition_settled_when_final'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('promised', 'answered')), _negated=True), ('answered_on__isnull', False), _connector='OR'), name='petition_answered_has_day'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'solved'), _negated=True), models.Q(models.Q(('answer', ''), _negated=True), models.Q(('word', 'satisfied'), ('on_spot', True), _connector='OR')), models.Q(('closed_because', ''), _negated=True), _connector='OR'), name='petition_solved_by_word'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('closed_because', ''), _negated=True), _connector='OR'), name='petition_withdrawn_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'clarifying'), _negated=True), ('waits_until__isnull', False), _connector='OR'), name='petition_clarifying_has_end'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'promised'), _negated=True), ('promised_for__isnull', False), _connector='OR'), name='petition_promised_has_day'),
        ),
        migrations.AddConstraint(
            model_name='outsidebody',
            constraint=models.UniqueConstraint(fields=('unit', 'name', 'valid_from'), name='body_once_of_a_day'),
        ),
    ]
