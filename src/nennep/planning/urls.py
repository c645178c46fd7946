"""Addresses of planning, below /lich-du/."""

from django.urls import path

from nennep.planning.views import plans, wishes

app_name = "planning"
urlpatterns = [
    path("", plans.show_start, name="start"),
    path("don-vi/<uuid:unit>/", plans.show_unit, name="show_unit"),
    path("don-vi/<uuid:unit>/soan/", plans.draft, name="draft"),
    path("don-vi/<uuid:unit>/thu/", plans.ask_what_if, name="ask_what_if"),
    path("don-vi/<uuid:unit>/ban/", wishes.note_absence, name="note_absence"),
    path("ban/<uuid:absence>/bo/", wishes.remove_absence, name="remove_absence"),
    path("chi-bo/<uuid:cell>/dac-diem/", wishes.edit_traits, name="edit_traits"),
    path("<uuid:plan>/", plans.show_plan, name="show_plan"),
    path("<uuid:plan>/bang.xlsx", plans.download, name="download"),
    path("<uuid:plan>/cach-xep/", plans.edit_settings, name="edit_settings"),
    path("<uuid:plan>/so/<slug:what>/", plans.set_numbers, name="set_numbers"),
    path("<uuid:plan>/xep/", plans.solve, name="solve"),
    path("<uuid:plan>/ban-hanh/", plans.publish, name="publish"),
    path("<uuid:plan>/bo/", plans.discard, name="discard"),
    path("<uuid:plan>/mong-muon/", wishes.add_wish, name="add_wish"),
    path("<uuid:plan>/mong-muon/<uuid:wish>/bo/", wishes.remove_wish, name="remove_wish"),
    path("<uuid:plan>/doi/", wishes.move_visit, name="move_visit"),
]
