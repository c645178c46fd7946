"""Addresses of reports, below /bao-cao/."""

from django.urls import path

from nennep.core import converters  # noqa: F401  makes <span:…> known
from nennep.reporting.choices import Form
from nennep.reporting.views import (
    advice,
    brief,
    latency,
    official,
    opinion_files,
    papers,
    petitions,
    ratings,
    reports,
    round_forms,
    visit_report,
)

app_name = "reporting"
urlpatterns = [
    path("", reports.show_start, name="start"),
    path("cach-xep-muc/", reports.explain_levels, name="levels"),
    path("buoi/<uuid:public_id>/", papers.show_papers, name="papers"),
    path("buoi/<uuid:public_id>/ho-so.zip", papers.download_bundle, name="bundle"),
    path(
        "buoi/<uuid:public_id>/<slug:paper>/ban-<int:number>.docx",
        papers.download_version,
        {"form": Form.WORD},
        name="paper_version",
    ),
    path(
        "buoi/<uuid:public_id>/<slug:paper>/ban-<int:number>.pdf",
        papers.download_version,
        {"form": Form.PDF},
        name="paper_version_pdf",
    ),
    path("buoi/<uuid:public_id>/<slug:paper>.docx", papers.download_paper, {"form": Form.WORD}, name="paper"),
    path("buoi/<uuid:public_id>/<slug:paper>.pdf", papers.download_paper, {"form": Form.PDF}, name="paper_pdf"),
    path(
        "xep-loai/<uuid:rating>/<slug:paper>.docx",
        ratings.download_rating_paper,
        {"form": Form.WORD},
        name="rating_paper",
    ),
    path(
        "xep-loai/<uuid:rating>/<slug:paper>.pdf",
        ratings.download_rating_paper,
        {"form": Form.PDF},
        name="rating_paper_pdf",
    ),
    path(
        "xep-loai/<uuid:campaign>/<uuid:unit>/<slug:paper>.docx",
        ratings.download_round_paper,
        {"form": Form.WORD},
        name="round_paper",
    ),
    path(
        "xep-loai/<uuid:campaign>/<uuid:unit>/<slug:paper>.pdf",
        ratings.download_round_paper,
        {"form": Form.PDF},
        name="round_paper_pdf",
    ),
    path("xep-loai/<uuid:campaign>/ca-dot/", round_forms.show_round_forms, name="round_forms"),
    path("xep-loai/<uuid:campaign>/ca-dot/lam/", round_forms.ask_forms, name="ask_round_forms"),
    path(
        "xep-loai/<uuid:campaign>/ca-dot/ban-kiem-diem.zip", round_forms.download_round_forms, name="round_forms_file"
    ),
    path("xep-loai/<uuid:campaign>/<uuid:unit>/ban-kiem-diem.zip", ratings.download_unit_forms, name="unit_forms"),
    path("tom-tat/<uuid:cell>/", brief.show_brief, name="brief"),
    path("tom-tat/<uuid:cell>/luu.html", brief.save_brief, name="brief_saved"),
    path("tom-tat/<uuid:cell>/tom-tat.docx", brief.download_brief, {"form": Form.WORD}, name="brief_word"),
    path("tom-tat/<uuid:cell>/tom-tat.pdf", brief.download_brief, {"form": Form.PDF}, name="brief_pdf"),
    path("gop-y/<uuid:public_id>/", advice.show_advice, name="advice"),
    path("gop-y/<uuid:public_id>/them/", advice.give_comment, name="give_advice"),
    path("gop-y/<uuid:public_id>/bo/<uuid:comment>/", advice.take_back, name="take_back_advice"),
    path("du/", official.show_official_home, name="official_home"),
    path("du/<uuid:visit>/", visit_report.write_report, name="visit_report"),
    path("du/<uuid:visit>/y-kien/<uuid:opinion>/kem-tep/", opinion_files.attach, name="attach_to_opinion"),
    path(
        "du/<uuid:visit>/y-kien/<uuid:opinion>/kem-tep/<int:number>/",
        opinion_files.open_file,
        name="open_opinion_file",
    ),
    path(
        "du/<uuid:visit>/y-kien/<uuid:opinion>/kem-tep/<int:number>/bo/",
        opinion_files.remove,
        name="remove_from_opinion",
    ),
    path("du/<uuid:visit>/bo-sung/", visit_report.supplement, name="supplement_report"),
    path("du/<uuid:visit>/bao-cao.docx", visit_report.download_report, {"form": Form.WORD}, name="visit_report_word"),
    path("du/<uuid:visit>/bao-cao.pdf", visit_report.download_report, {"form": Form.PDF}, name="visit_report_pdf"),
    path(
        "kien-nghi/<uuid:petition>/<slug:paper>-<int:number>.docx",
        petitions.download_step_paper,
        {"form": Form.WORD},
        name="petition_paper",
    ),
    path(
        "kien-nghi/<uuid:petition>/<slug:paper>-<int:number>.pdf",
        petitions.download_step_paper,
        {"form": Form.PDF},
        name="petition_paper_pdf",
    ),
    path("kien-nghi-quy/<uuid:unit>/", petitions.show_petition_reports, name="petition_reports"),
    path("kien-nghi-quy/<uuid:unit>/<span:span>/chot/", petitions.issue_petition_report, name="issue_petition_report"),
    path(
        "kien-nghi-quy/<uuid:unit>/<span:span>.docx",
        petitions.download_petition_report,
        {"form": Form.WORD},
        name="petition_report",
    ),
    path(
        "kien-nghi-quy/<uuid:unit>/<span:span>.pdf",
        petitions.download_petition_report,
        {"form": Form.PDF},
        name="petition_report_pdf",
    ),
    path(
        "kien-nghi-quy/<uuid:unit>/<span:span>/ban-<int:number>.docx",
        petitions.download_petition_report,
        {"form": Form.WORD},
        name="petition_report_version",
    ),
    path(
        "kien-nghi-quy/<uuid:unit>/<span:span>/ban-<int:number>.pdf",
        petitions.download_petition_report,
        {"form": Form.PDF},
        name="petition_report_version_pdf",
    ),
    path("don-vi/<uuid:public_id>/", reports.show_unit, name="unit"),
    path(
        "don-vi/<uuid:public_id>/bao-cao-<span:span>.docx",
        papers.download_unit_report,
        {"form": Form.WORD},
        name="unit_report",
    ),
    path(
        "don-vi/<uuid:public_id>/bao-cao-<span:span>.pdf",
        papers.download_unit_report,
        {"form": Form.PDF},
        name="unit_report_pdf",
    ),
    path(
        "don-vi/<uuid:public_id>/<slug:paper>-<int:year>.docx",
        papers.download_year_paper,
        {"form": Form.WORD},
        name="year_paper",
    ),
    path(
        "don-vi/<uuid:public_id>/<slug:paper>-<int:year>.pdf",
        papers.download_year_paper,
        {"form": Form.PDF},
        name="year_paper_pdf",
    ),
    path("don-vi/<uuid:public_id>/tai-lieu/", latency.show_papers, name="papers_on_their_way"),
    path("don-vi/<uuid:public_id>/tai-lieu/<uuid:document>/", latency.show_paper, name="paper_in_cells"),
    path("don-vi/<uuid:public_id>/can-xem/", reports.show_attention, name="attention"),
    path("don-vi/<uuid:public_id>/bang.xlsx", reports.download_table, name="table"),
    path("don-vi/<uuid:public_id>/nhac/", reports.remind, name="remind"),
    path("don-vi/<uuid:public_id>/nhac-tat-ca/", reports.remind_everybody, name="remind_all"),
    path("don-vi/<uuid:public_id>/<span:span>/<slug:what>/", reports.show_rows, name="rows"),
]
