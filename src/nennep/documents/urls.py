"""Addresses of papers."""

from django.urls import path

from nennep.documents.views import distribution, papers

app_name = "documents"
urlpatterns = [
    path("chi-bo/<uuid:cell>/", papers.show_cell, name="show_cell"),
    path("chi-bo/<uuid:cell>/them/", papers.add_document, name="add_document"),
    path("<uuid:document>/", papers.show_document, name="show_document"),
    path("<uuid:document>/mo/", papers.open_document, name="open_document"),
    path("<uuid:document>/thay/", papers.replace_document, name="replace_document"),
    path("<uuid:document>/lay-lai/", papers.restore_document, name="restore_document"),
    path("<uuid:document>/rut/", papers.remove_document, name="remove_document"),
    path("cap-tren/<uuid:unit>/", distribution.list_incoming, name="list_incoming"),
    path("da-nhan/<uuid:distribution>/", distribution.confirm_receipt, name="confirm_receipt"),
    path("<uuid:document>/gui-xuong/<uuid:unit>/", distribution.distribute, name="distribute"),
    path("<uuid:document>/ai-nhan/<uuid:unit>/", distribution.show_receivers, name="show_receivers"),
    path("<uuid:document>/nhac/<uuid:unit>/", distribution.remind, name="remind"),
]
