# The tables are those of `meetings` (docs/adr/0024): nothing changes in the database.

import django.db.models.deletion
import django.db.models.expressions
import nennep.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('duties', '0003_remove_helper'),
        ('meetings', '0005_room_and_records_stand_alone'),
        ('members', '0002_reach_by_sms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Remark',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('praise', 'Biểu dương'), ('reminder', 'Nhắc nhở')], max_length=10)),
                        ('text', models.CharField(max_length=300)),
                        ('duty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='duties.duty')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='meetings.meeting')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                    ],
                    options={
                        'db_table': 'meetings_remark',
                        'ordering': ['meeting', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Vote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                        ('subject', models.CharField(max_length=300)),
                        ('method', models.CharField(choices=[('hands', 'Biểu quyết giơ tay'), ('ballot', 'Bỏ phiếu kín')], default='hands', max_length=10)),
                        ('base', models.PositiveIntegerField()),
                        ('in_favour', models.PositiveIntegerField()),
                        ('against', models.PositiveIntegerField(default=0)),
                        ('other', models.PositiveIntegerField(default=0)),
                        ('majority', models.CharField(choices=[('ordinary', 'Quá nửa số đảng viên chính thức'), ('two_thirds', 'Ít nhất hai phần ba số đảng viên chính thức')], default='ordinary', max_length=12)),
                        ('issued', models.PositiveIntegerField(blank=True, null=True)),
                        ('invalid', models.PositiveIntegerField(default=0)),
                        ('passed', models.BooleanField()),
                        ('at', models.DateTimeField()),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='meetings.meeting')),
                    ],
                    options={
                        'db_table': 'meetings_vote',
                        'ordering': ['at', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='SecretBallot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                        ('subject', models.CharField(max_length=300)),
                        ('majority', models.CharField(choices=[('ordinary', 'Quá nửa số đảng viên chính thức'), ('two_thirds', 'Ít nhất hai phần ba số đảng viên chính thức')], default='ordinary', max_length=12)),
                        ('issued', models.PositiveIntegerField()),
                        ('started_at', models.DateTimeField()),
                        ('first_teller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ballots', to='meetings.meeting')),
                        ('second_teller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                        ('vote', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='secret_ballot', to='room.vote')),
                    ],
                    options={
                        'db_table': 'meetings_secretballot',
                        'ordering': ['started_at', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='ReservedOpinion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                        ('text', models.TextField(max_length=20000)),
                        ('at', models.DateTimeField()),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reserved_opinions', to='meetings.meeting')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                        ('vote', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reserved', to='room.vote')),
                    ],
                    options={
                        'db_table': 'meetings_reservedopinion',
                        'ordering': ['meeting', 'at', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Guest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                        ('name', models.CharField(max_length=300)),
                        ('kind', models.CharField(choices=[('official', 'Cán bộ cấp trên về dự'), ('guest', 'Khách mời')], default='guest', max_length=10)),
                        ('state', models.CharField(choices=[('expected', 'Sẽ dự'), ('present', 'Có mặt'), ('absent', 'Không đến')], default='expected', max_length=10)),
                        ('arrived_at', models.TimeField(blank=True, null=True)),
                        ('origin_kind', models.CharField(blank=True, max_length=60)),
                        ('origin_id', models.CharField(blank=True, max_length=60)),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guest_list', to='meetings.meeting')),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'meetings_guest',
                        'ordering': ['meeting', 'kind', 'pk'],
                        'indexes': [models.Index(fields=['origin_kind', 'origin_id'], name='guest_origin')],
                    },
                ),
                migrations.CreateModel(
                    name='RollCallEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=nennep.core.ids.new_public_id, editable=False, unique=True)),
                        ('standing', models.CharField(max_length=20)),
                        ('temporary', models.BooleanField(default=False)),
                        ('counted', models.BooleanField()),
                        ('votes', models.BooleanField()),
                        ('state', models.CharField(choices=[('unmarked', 'Chưa ghi'), ('present', 'Có mặt'), ('online', 'Dự trực tuyến'), ('late', 'Đến muộn'), ('left_early', 'Về sớm'), ('excused', 'Vắng có lý do'), ('unexcused', 'Vắng không lý do'), ('exempt', 'Miễn sinh hoạt'), ('elsewhere', 'Sinh hoạt tạm thời nơi khác'), ('special_duty', 'Làm nhiệm vụ đặc biệt'), ('suspended', 'Đình chỉ sinh hoạt')], default='unmarked', max_length=20)),
                        ('reason', models.CharField(blank=True, max_length=500)),
                        ('previous_state', models.CharField(blank=True, choices=[('unmarked', 'Chưa ghi'), ('present', 'Có mặt'), ('online', 'Dự trực tuyến'), ('late', 'Đến muộn'), ('left_early', 'Về sớm'), ('excused', 'Vắng có lý do'), ('unexcused', 'Vắng không lý do'), ('exempt', 'Miễn sinh hoạt'), ('elsewhere', 'Sinh hoạt tạm thời nơi khác'), ('special_duty', 'Làm nhiệm vụ đặc biệt'), ('suspended', 'Đình chỉ sinh hoạt')], max_length=20)),
                        ('previous_reason', models.CharField(blank=True, max_length=500)),
                        ('previous_arrived_at', models.TimeField(blank=True, null=True)),
                        ('previous_left_at', models.TimeField(blank=True, null=True)),
                        ('arrived_at', models.TimeField(blank=True, null=True)),
                        ('left_at', models.TimeField(blank=True, null=True)),
                        ('method', models.CharField(choices=[('tap', 'Bấm trên máy'), ('code', 'Mã trong phòng họp'), ('sheet', 'Nhập từ phiếu giấy')], default='tap', max_length=10)),
                        ('claimed_at', models.DateTimeField(blank=True, null=True)),
                        ('code_tries', models.PositiveSmallIntegerField(default=0)),
                        ('marked_at', models.DateTimeField(blank=True, null=True)),
                        ('marked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roll_call', to='meetings.meeting')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roll_calls', to='members.member')),
                    ],
                    options={
                        'db_table': 'meetings_rollcallentry',
                        'ordering': ['meeting', 'member__name_key', 'member'],
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'member'), name='roll_call_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Speech',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('count', models.PositiveSmallIntegerField(default=1)),
                        ('opinion', models.TextField(blank=True)),
                        ('first_at', models.DateTimeField()),
                        ('last_at', models.DateTimeField()),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='speeches', to='meetings.agendaitem')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                    ],
                    options={
                        'db_table': 'meetings_speech',
                        'ordering': ['item', 'first_at', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('item', 'member'), name='speech_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TellerCount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('in_favour', models.PositiveIntegerField()),
                        ('against', models.PositiveIntegerField(default=0)),
                        ('other', models.PositiveIntegerField(default=0)),
                        ('invalid', models.PositiveIntegerField(default=0)),
                        ('entered_at', models.DateTimeField()),
                        ('entered_by_name', models.CharField(max_length=200)),
                        ('ballot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='room.secretballot')),
                        ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('teller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member')),
                    ],
                    options={
                        'db_table': 'meetings_tellercount',
                        'ordering': ['ballot', 'entered_at', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('ballot', 'teller'), name='teller_count_once')],
                    },
                ),
                migrations.AddConstraint(
                    model_name='vote',
                    constraint=models.CheckConstraint(condition=models.Q(('base__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('in_favour'), '+', models.F('against')), '+', models.F('other')))), name='vote_within_base'),
                ),
                migrations.AddConstraint(
                    model_name='secretballot',
                    constraint=models.CheckConstraint(condition=models.Q(('first_teller', models.F('second_teller')), _negated=True), name='ballot_two_tellers'),
                ),
                migrations.AddConstraint(
                    model_name='secretballot',
                    constraint=models.CheckConstraint(condition=models.Q(('issued__gte', 1)), name='ballot_issued'),
                ),
            ],
        ),
    ]
