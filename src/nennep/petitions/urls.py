"""Addresses of petitions."""

from django.urls import path

from nennep.petitions.views import bodies, course, petitions, practices, work

app_name = "petitions"
urlpatterns = [
    path("", petitions.show_own, name="show_own"),
    path("neu/", petitions.raise_own, name="raise_own"),
    path("chi-bo/<uuid:cell>/", petitions.show_cell, name="show_cell"),
    path("chi-bo/<uuid:cell>/ghi/", petitions.note_petition, name="note_petition"),
    path("don-vi/<uuid:unit>/", petitions.show_unit, name="show_unit"),
    path("don-vi/<uuid:unit>/viec/", work.show_work, name="show_work"),
    path("viec/<uuid:view>/bo/", work.drop_view, name="drop_view"),
    path("don-vi/<uuid:unit>/viec/tai/", work.download_work, name="download_work"),
    path("don-vi/<uuid:unit>/viec/chuyen/", work.route_many, name="route_many"),
    path("don-vi/<uuid:unit>/tong-hop/", work.show_board, name="show_board"),
    path("don-vi/<uuid:unit>/tong-hop/dong/", work.show_board_rows, name="show_board_rows"),
    path("don-vi/<uuid:unit>/duong-di/", work.show_flow, name="show_flow"),
    path("don-vi/<uuid:unit>/duong-di/dong/", work.show_flow_rows, name="show_flow_rows"),
    path("don-vi/<uuid:unit>/noi-ngoai/", bodies.show_bodies, name="show_bodies"),
    path("don-vi/<uuid:unit>/noi-ngoai/them/", bodies.add_body, name="add_body"),
    path("noi-ngoai/<uuid:body>/", bodies.change_body, name="change_body"),
    path("noi-ngoai/<uuid:body>/thoi/", bodies.end_body, name="end_body"),
    path("don-vi/<uuid:unit>/thu-vien/", practices.show_library, name="show_library"),
    path("chi-bo/<uuid:cell>/sang-kien/", practices.propose_practice, name="propose_practice"),
    path("thu-vien/<uuid:practice>/", practices.show_practice, name="show_practice"),
    path("thu-vien/<uuid:practice>/dang/", practices.publish_practice, name="publish_practice"),
    path("thu-vien/<uuid:practice>/khong-dang/", practices.decline_practice, name="decline_practice"),
    path("thu-vien/<uuid:practice>/thoi-dung/", practices.retire_practice, name="retire_practice"),
    path("thu-vien/<uuid:practice>/cam-on/<uuid:cell>/", practices.thank_practice, name="thank_practice"),
    path("<uuid:petition>/thu-vien/", practices.publish_answer, name="publish_answer"),
    path("<uuid:petition>/", petitions.show_petition, name="show_petition"),
    path("<uuid:petition>/chuyen/", petitions.pass_on, name="pass_on"),
    path("<uuid:petition>/tra-loi/", petitions.answer_petition, name="answer_petition"),
    path("<uuid:petition>/gia-han/", course.extend_answer, name="extend_answer"),
    path("<uuid:petition>/hoi-lai/", course.ask_asker, name="ask_asker"),
    path("<uuid:petition>/noi-ro/", course.clarify, name="clarify"),
    path("<uuid:petition>/gui-ngoai/", course.send_to_body, name="send_to_body"),
    path("<uuid:petition>/lam-xong/", course.report_done, name="report_done"),
    path("<uuid:petition>/da-doc/", course.read_opinion, name="read_opinion"),
    path("<uuid:petition>/xac-nhan/", petitions.confirm_solved, name="confirm_solved"),
    path("<uuid:petition>/mo-lai/", petitions.reopen_petition, name="reopen_petition"),
    path("<uuid:petition>/gop/", petitions.join_petition, name="join_petition"),
    path("<uuid:petition>/tach/", petitions.separate_petition, name="separate_petition"),
    path("<uuid:petition>/thoi/", petitions.withdraw_petition, name="withdraw_petition"),
]
