"""People, their standing, posts and files."""

from django.urls import path

from nennep.members.views import accounts, files, lists, memberships, records, stand_ins

urlpatterns = [
    path("chi-bo/<uuid:public_id>/", lists.list_members, name="list"),
    path("chi-bo/<uuid:public_id>/chuyen/", memberships.transfer_many, name="transfer_many"),
    path("chi-bo/<uuid:public_id>/chia-tach/", memberships.choose_parts, name="choose_parts"),
    path("don-vi/<uuid:public_id>/ma/", accounts.issue_codes, name="issue_codes"),
    path("chi-bo/<uuid:public_id>/giao-thay/", stand_ins.choose_stand_in, name="choose_stand_in"),
    path("giao-thay/<uuid:stand_in>/xong/", stand_ins.end_stand_in, name="end_stand_in"),
    path("chi-bo/<uuid:public_id>/them/", records.create_member, name="create"),
    path("tim-so-dinh-danh/", lists.find_by_identity, name="find_by_identity"),
    path("toi/", files.show_own, name="own"),
    path("toi/ai-da-mo/", files.list_own_readings, name="own_readings"),
    path("<uuid:public_id>/", records.show_member, name="show"),
    path("<uuid:public_id>/sua/", records.change_member, name="change"),
    path("<uuid:public_id>/gop/", records.merge_members, name="merge"),
    path("<uuid:public_id>/rieng-tu/", files.show_private, name="private"),
    path("<uuid:public_id>/rieng-tu/sua/", files.change_private, name="change_private"),
    path("<uuid:public_id>/ai-da-mo/", files.list_readings, name="readings"),
    path("<uuid:public_id>/tu-cach/", memberships.change_standing, name="standing"),
    path("<uuid:public_id>/chuyen/", memberships.transfer, name="transfer"),
    path("<uuid:public_id>/ve/", memberships.return_home, name="return_home"),
    path("<uuid:public_id>/roi/", memberships.leave, name="leave"),
    path("<uuid:public_id>/tro-lai/", memberships.rejoin, name="rejoin"),
    path("<uuid:public_id>/chuc-vu/", memberships.give_post, name="give_post"),
    path("chuc-vu-dinh-giao/<uuid:planned>/huy/", memberships.cancel_planned_post, name="cancel_planned_post"),
    path("<uuid:public_id>/chuc-vu/<int:post_id>/thoi/", memberships.end_post, name="end_post"),
    path("<uuid:public_id>/chuc-vu/<int:post_id>/quyen/", memberships.give_secretary_role, name="give_secretary_role"),
    path("<uuid:public_id>/gan-tai-khoan/", accounts.link_account, name="link_account"),
    path("<uuid:public_id>/ma/", accounts.issue_code, name="issue_code"),
]
