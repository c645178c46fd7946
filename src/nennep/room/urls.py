"""Addresses of the room, beside those of meetings.

The room and its roll call; several devices, codes, guests, petitions, ballots; what comes of it.
"""

from django.urls import path

from nennep.core import converters  # noqa: F401  makes <year:…> known
from nennep.room.views import absences, asked, ballots, codes, guests, live, modes, outcome, past, roll_call, room

app_name = "room"
urlpatterns = [
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
    path("<uuid:meeting>/phong/moi/", live.show_news, name="show_news"),
    path("<uuid:meeting>/phong/ghi/", live.save_in_room, name="save_in_room"),
    path("<uuid:meeting>/phong/it-phat-bieu/", live.show_silent, name="show_silent"),
    path("<uuid:meeting>/hinh-thuc/", modes.choose_mode, name="choose_mode"),
    path("<uuid:meeting>/ma/", codes.show_code, name="show_code"),
    path("<uuid:meeting>/ma/mo/", codes.begin_code, name="begin_code"),
    path("<uuid:meeting>/ma/tat/", codes.end_code, name="end_code"),
    path("<uuid:meeting>/co-mat/", codes.check_in, name="check_in"),
    path("diem-danh/<uuid:entry>/nhan/", codes.accept_claim, name="accept_claim"),
    path("<uuid:meeting>/khach/", guests.add_guest, name="add_guest"),
    path("<uuid:meeting>/khach/<uuid:guest>/", guests.mark_guest, name="mark_guest"),
    path("<uuid:meeting>/khach/<uuid:guest>/bo/", guests.remove_guest, name="remove_guest"),
    path("<uuid:meeting>/kien-nghi/", asked.note_petition, name="note_petition"),
    path("<uuid:meeting>/kien-nghi/<uuid:petition>/xong/", asked.confirm_petition, name="confirm_petition"),
    path("<uuid:meeting>/kien-nghi/<uuid:petition>/mo-lai/", asked.reopen_petition, name="reopen_petition"),
    path("<uuid:meeting>/kien-nghi/<uuid:petition>/tra-loi/", asked.answer_petition, name="answer_petition"),
    path("<uuid:meeting>/gop-y/<uuid:advice>/", asked.answer_advice, name="answer_advice"),
    path("<uuid:meeting>/phieu-kin/", ballots.start_ballot, name="start_ballot"),
    path("phieu-kin/<uuid:ballot>/", ballots.show_ballot, name="show_ballot"),
    path("phieu-kin/<uuid:ballot>/bo/", ballots.cancel_ballot, name="cancel_ballot"),
    path("<uuid:meeting>/bao-luu/", ballots.reserve_opinion, name="reserve_opinion"),
    path("<uuid:meeting>/bao-luu/<uuid:opinion>/bo/", ballots.remove_opinion, name="remove_opinion"),
    path("<uuid:meeting>/bieu-quyet/", outcome.record_vote, name="record_vote"),
    path("<uuid:meeting>/bieu-quyet/<uuid:vote>/bo/", outcome.remove_vote, name="remove_vote"),
    path("<uuid:meeting>/ket-luan/", outcome.write_conclusion, name="write_conclusion"),
    path("<uuid:meeting>/bieu-duong/<uuid:duty>/", outcome.praise_duty, name="praise_duty"),
    path("<uuid:meeting>/nhan-xet/", outcome.add_remark, name="add_remark"),
    path("<uuid:meeting>/nhan-xet/bo/", outcome.remove_remark, name="remove_remark"),
    path("<uuid:meeting>/giao-viec/", outcome.give_duty, name="give_duty"),
    path("ke-hoach/<uuid:cell>/vang-nhieu/", absences.show_absences, name="show_absences"),
    path("ke-hoach/<uuid:cell>/du-hop/", past.show_attendance, name="show_attendance"),
    path("ke-hoach/<uuid:cell>/du-hop/<year:year>/", past.show_attendance, name="show_attendance_year"),
    path("so-cu/", past.choose_past, name="choose_past"),
    path("so-cu/<uuid:file>/", past.show_past_import, name="show_past_import"),
    path("so-cu/<uuid:file>/hieu/", past.mend_past, name="mend_past"),
    path("so-cu/<uuid:file>/ghi/", past.write_past, name="write_past"),
    path("so-cu/<uuid:file>/bo/", past.discard_past, name="discard_past"),
    path("so-cu/<uuid:file>/bo-lan-nhap/", past.take_back_past, name="take_back_past"),
    path("<uuid:meeting>/be-mac/", outcome.close, name="close"),
]
