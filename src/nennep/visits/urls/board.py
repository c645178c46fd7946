"""The ledger, officials, offices and assignments."""

from django.urls import path

from nennep.visits.views import board, people

urlpatterns = [
    path("", board.show_ledger, name="show_ledger"),
    path("xem/<slug:figure>/", board.show_rows, name="show_rows"),
    path("can-bo/<uuid:official>/", board.show_official, name="show_official"),
    path("danh-gia/", board.show_appraisal, name="show_appraisal"),
    path("danh-gia/bang.xlsx", board.download_appraisal, name="download_appraisal"),
    path("don-doc/<slug:period>/", board.show_digest, name="show_digest"),
    path("chuc-vu/moi/", people.add_office, name="add_office"),
    path("chuc-vu/<uuid:holding>/thoi/", people.finish_office, name="finish_office"),
    path("phan-cong/moi/", people.add_assignment, name="add_assignment"),
    path("phan-cong/nhieu/", people.add_assignments, name="add_assignments"),
    path("phan-cong/<uuid:assignment>/thoi/", people.finish_assignment, name="finish_assignment"),
    path("phan-cong/<uuid:assignment>/ban-giao/", people.pass_assignment, name="pass_assignment"),
    path("xep/", people.add_visit, name="add_visit"),
]
