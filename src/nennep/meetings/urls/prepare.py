"""Schedule, agenda, committee meeting, notice."""

from django.urls import path

from nennep.core import converters  # noqa: F401  makes <year:…> and <month:…> known
from nennep.meetings.views import agenda, notice, premeeting, schedule

urlpatterns = [
    path("ke-hoach/<uuid:cell>/", schedule.show_plan, name="show_plan"),
    path("ke-hoach/<uuid:cell>/<year:year>/", schedule.show_plan, name="show_year"),
    path("ke-hoach/<uuid:cell>/<year:year>/lap-lich/", schedule.plan_year, name="plan_year"),
    path("ke-hoach/<uuid:cell>/ngay-co-dinh/", schedule.edit_routine, name="edit_routine"),
    path("ke-hoach/<uuid:cell>/ngay-co-dinh/<month:since>/bo/", schedule.withdraw_routine, name="withdraw_routine"),
    path("ke-hoach/<uuid:cell>/them-buoi/", schedule.add_meeting, name="add_meeting"),
    path("<uuid:meeting>/", schedule.show_meeting, name="show_meeting"),
    path("<uuid:meeting>/doi-ngay/", schedule.move_meeting, name="move_meeting"),
    path("<uuid:meeting>/khong-hop/", schedule.cancel_meeting, name="cancel_meeting"),
    path("<uuid:meeting>/bo-khong-hop/", schedule.restore_meeting, name="restore_meeting"),
    path("<uuid:meeting>/chuong-trinh/", agenda.show_agenda, name="show_agenda"),
    path("<uuid:meeting>/chuong-trinh/them-muc/", agenda.add_item, name="add_item"),
    path("<uuid:meeting>/chuong-trinh/goi-y/", agenda.add_suggestion, name="add_suggestion"),
    path("<uuid:meeting>/chuong-trinh/thu-tu/", agenda.reorder, name="reorder_agenda"),
    path("<uuid:meeting>/chuong-trinh/lap-lai/", agenda.rebuild, name="rebuild_agenda"),
    path("<uuid:meeting>/chuong-trinh/hoan-tac/", agenda.restore, name="restore_agenda"),
    path("<uuid:meeting>/chuong-trinh/thong-nhat/", agenda.agree, name="agree_agenda"),
    path("<uuid:meeting>/loai-buoi/", agenda.edit_kind, name="edit_kind"),
    path("<uuid:meeting>/nguoi-du/", agenda.edit_people, name="edit_people"),
    path("<uuid:meeting>/tai-lieu/", agenda.add_paper, name="add_paper"),
    path("muc/<uuid:item>/", agenda.edit_item, name="edit_item"),
    path("muc/<uuid:item>/doi-cho/", agenda.move_item, name="move_item"),
    path("muc/<uuid:item>/bo/", agenda.remove_item, name="remove_item"),
    path("<uuid:meeting>/hop-chi-uy/", premeeting.show_premeeting, name="show_premeeting"),
    path("<uuid:meeting>/hop-chi-uy/hen/", premeeting.plan_premeeting, name="plan_premeeting"),
    path("<uuid:meeting>/hop-chi-uy/ghi/", premeeting.save_premeeting, name="save_premeeting"),
    path("<uuid:meeting>/hop-chi-uy/co-mat/", premeeting.mark_preparer, name="mark_preparer"),
    path("<uuid:meeting>/hop-chi-uy/ket-thuc/", premeeting.conclude_premeeting, name="conclude_premeeting"),
    path("<uuid:meeting>/hop-chi-uy/mo-lai/", premeeting.reopen_premeeting, name="reopen_premeeting"),
    path("<uuid:meeting>/giay-moi/", notice.show_notice, name="show_notice"),
    path("<uuid:meeting>/giay-moi/gui/", notice.send_notice, name="send_notice"),
    path("<uuid:meeting>/giay-moi/tra-loi/", notice.reply, name="reply"),
    path("<uuid:meeting>/lich.ics", notice.download_entry, name="download_entry"),
    path("<uuid:meeting>/giay-moi/in/", notice.print_notice, name="print_notice"),
]
