"""Schedule, agenda, notice, room."""

from django.urls import path

from nennep.meetings.urls import years  # noqa: F401  makes <year:…> known
from nennep.meetings.views import agenda, notice, roll_call, room, schedule

urlpatterns = [
    path("ke-hoach/<uuid:cell>/", schedule.show_plan, name="show_plan"),
    path("ke-hoach/<uuid:cell>/<year:year>/", schedule.show_plan, name="show_year"),
    path("ke-hoach/<uuid:cell>/<year:year>/lap-lich/", schedule.plan_year, name="plan_year"),
    path("ke-hoach/<uuid:cell>/ngay-co-dinh/", schedule.edit_routine, name="edit_routine"),
    path("ke-hoach/<uuid:cell>/them-buoi/", schedule.add_meeting, name="add_meeting"),
    path("<uuid:meeting>/", schedule.show_meeting, name="show_meeting"),
    path("<uuid:meeting>/doi-ngay/", schedule.move_meeting, name="move_meeting"),
    path("<uuid:meeting>/khong-hop/", schedule.cancel_meeting, name="cancel_meeting"),
    path("<uuid:meeting>/bo-khong-hop/", schedule.restore_meeting, name="restore_meeting"),
    path("<uuid:meeting>/chuong-trinh/", agenda.show_agenda, name="show_agenda"),
    path("<uuid:meeting>/chuong-trinh/them-muc/", agenda.add_item, name="add_item"),
    path("<uuid:meeting>/chuong-trinh/lap-lai/", agenda.rebuild, name="rebuild_agenda"),
    path("<uuid:meeting>/chuong-trinh/thong-nhat/", agenda.agree, name="agree_agenda"),
    path("<uuid:meeting>/loai-buoi/", agenda.edit_kind, name="edit_kind"),
    path("<uuid:meeting>/nguoi-du/", agenda.edit_people, name="edit_people"),
    path("<uuid:meeting>/tai-lieu/", agenda.add_paper, name="add_paper"),
    path("muc/<uuid:item>/", agenda.edit_item, name="edit_item"),
    path("muc/<uuid:item>/doi-cho/", agenda.move_item, name="move_item"),
    path("muc/<uuid:item>/bo/", agenda.remove_item, name="remove_item"),
    path("<uuid:meeting>/giay-moi/", notice.show_notice, name="show_notice"),
    path("<uuid:meeting>/giay-moi/gui/", notice.send_notice, name="send_notice"),
    path("<uuid:meeting>/giay-moi/tra-loi/", notice.reply, name="reply"),
    path("<uuid:meeting>/giay-moi/in/", notice.print_notice, name="print_notice"),
    path("<uuid:meeting>/khai-mac/", room.open_meeting, name="open_meeting"),
    path("<uuid:meeting>/phong/", room.show_room, name="show_room"),
    path("<uuid:meeting>/phong/het-muc/", room.finish_items, name="finish_items"),
    path("<uuid:meeting>/phong/dang-phi/", room.edit_fee_note, name="edit_fee_note"),
    path("<uuid:meeting>/phong/phat-bieu/", room.show_speakers, name="show_speakers"),
    path("<uuid:meeting>/phong/phat-bieu/hoan-tac/", room.undo_speech, name="undo_speech"),
    path("muc/<uuid:item>/ban/", room.go_to_item, name="go_to_item"),
    path("muc/<uuid:item>/ghi/", room.save_note, name="save_note"),
    path("<uuid:meeting>/diem-danh/con-lai/", roll_call.mark_others, name="mark_others"),
    path("<uuid:meeting>/diem-danh/hoan-tac/", roll_call.undo_mark, name="undo_mark"),
    path("<uuid:meeting>/diem-danh/them/", roll_call.add_missing, name="add_missing"),
    path("<uuid:meeting>/diem-danh/phieu/", roll_call.key_sheet, name="key_sheet"),
    path("<uuid:meeting>/diem-danh/in/", roll_call.print_sheet, name="print_sheet"),
    path("diem-danh/<uuid:entry>/", roll_call.mark, name="mark"),
    path("diem-danh/<uuid:entry>/bam/", roll_call.tap, name="tap"),
    path("diem-danh/<uuid:entry>/phat-bieu/", room.speak, name="speak"),
]
