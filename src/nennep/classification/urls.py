"""Addresses of ratings, below /xep-loai/."""

from django.urls import path

from nennep.classification.views import ratings, rounds, settings

app_name = "classification"
urlpatterns = [
    path("", rounds.show_start, name="start"),
    path("don-vi/<uuid:unit>/mo/", rounds.open_campaign, name="open_campaign"),
    path("don-vi/<uuid:unit>/cac-nam/", ratings.show_history, name="show_history"),
    path("dot/<uuid:campaign>/", rounds.show_campaign, name="show_campaign"),
    path("dot/<uuid:campaign>/tong-hop/", rounds.show_roll_up, name="show_roll_up"),
    path("dot/<uuid:campaign>/cap-nhat/", rounds.renew_subjects, name="renew_subjects"),
    path("dot/<uuid:campaign>/ket-thuc/", settings.close_campaign, name="close_campaign"),
    path("dot/<uuid:campaign>/mo-lai/", rounds.reopen_campaign, name="reopen_campaign"),
    path("dot/<uuid:campaign>/huy/", settings.cancel_campaign, name="cancel_campaign"),
    path("dot/<uuid:campaign>/khoi-phuc/", settings.restore_campaign, name="restore_campaign"),
    path("dot/<uuid:campaign>/ngay-chot/", settings.move_cutoff, name="move_cutoff"),
    path("dot/<uuid:campaign>/ty-le/<str:group>/", settings.note_group_cap, name="note_group_cap"),
    path("dot/<uuid:campaign>/<uuid:unit>/", rounds.show_unit, name="show_unit"),
    path("dot/<uuid:campaign>/<uuid:unit>/hoi-nghi/", rounds.set_review, name="set_review"),
    path("dot/<uuid:campaign>/<uuid:unit>/da-hop/", rounds.hold_review, name="hold_review"),
    path("dot/<uuid:campaign>/<uuid:unit>/ty-le/", rounds.note_cap, name="note_cap"),
    path("dot/<uuid:campaign>/<uuid:unit>/nhac/", rounds.remind_unit, name="remind_unit"),
    path("dot/<uuid:campaign>/<uuid:unit>/quyet-dinh/", rounds.decide_unit, name="decide_unit"),
    path("dot/<uuid:campaign>/<uuid:unit>/thong-bao/", rounds.announce_unit, name="announce_unit"),
    path("<uuid:rating>/", ratings.show_rating, name="show_rating"),
    path("<uuid:rating>/ban-kiem-diem/", ratings.write_paper, name="write_paper"),
    path("<uuid:rating>/tinh-diem/", ratings.weigh_duties, name="weigh_duties"),
    path("<uuid:rating>/so-lieu/", ratings.answer_facts, name="answer_facts"),
    path("<uuid:rating>/nhan-xet/", ratings.add_comment, name="add_comment"),
    path("<uuid:rating>/bo-phieu/", ratings.count_ballots, name="count_ballots"),
    path("<uuid:rating>/de-nghi/", ratings.propose, name="propose"),
    path("<uuid:rating>/tham-dinh/", ratings.appraise, name="appraise"),
    path("<uuid:rating>/quyet-dinh/", ratings.decide, name="decide"),
    path("<uuid:rating>/thong-bao/", ratings.announce, name="announce"),
    path("<uuid:rating>/luu/", ratings.file_rating, name="file_rating"),
    path("<uuid:rating>/lui/", ratings.take_back, name="take_back"),
    path("<uuid:rating>/khieu-nai/", ratings.complain, name="complain"),
    path("<uuid:rating>/khieu-nai/<uuid:complaint>/", ratings.settle_complaint, name="settle_complaint"),
    path("<uuid:rating>/xep-lai/", ratings.rate_anew, name="rate_anew"),
    path("<uuid:rating>/giu-muc/", ratings.keep_level, name="keep_level"),
    path("<uuid:rating>/truong-hop/", ratings.record_case, name="record_case"),
    path("<uuid:rating>/truong-hop/<uuid:case>/bo/", ratings.drop_case, name="drop_case"),
]
