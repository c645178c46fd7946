"""Several devices in one room: news, codes, guests, petitions, advice, ballots."""

from django.urls import path

from nennep.meetings.views import asked, ballots, codes, guests, live, modes

urlpatterns = [
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
]
