"""Every write of reporting, split by noun."""

from nennep.reporting.services.figures import fold_figures as fold_figures
from nennep.reporting.services.figures import outdate_months as outdate_months
from nennep.reporting.services.figures import outdate_since as outdate_since
from nennep.reporting.services.figures import rebuild_figures as rebuild_figures
from nennep.reporting.services.figures import reconcile_figures as reconcile_figures
from nennep.reporting.services.issuing import issue_first as issue_first
from nennep.reporting.services.issuing import issue_missing as issue_missing
from nennep.reporting.services.issuing import issue_papers as issue_papers
from nennep.reporting.services.issuing import keep_unfiled as keep_unfiled
from nennep.reporting.services.issuing import reconcile_papers as reconcile_papers
from nennep.reporting.services.issuing import renew_papers as renew_papers
from nennep.reporting.services.papers import note_bundle_taken as note_bundle_taken
from nennep.reporting.services.papers import note_paper_taken as note_paper_taken
from nennep.reporting.services.papers import note_unit_report_taken as note_unit_report_taken
from nennep.reporting.services.papers import note_year_paper_taken as note_year_paper_taken
from nennep.reporting.services.petitions import ReportUnchanged as ReportUnchanged
from nennep.reporting.services.petitions import issue_petition_report as issue_petition_report
from nennep.reporting.services.petitions import keep_step_papers as keep_step_papers
from nennep.reporting.services.petitions import note_petition_report_taken as note_petition_report_taken
from nennep.reporting.services.petitions import note_step_paper_taken as note_step_paper_taken
from nennep.reporting.services.reading import note_brief_read as note_brief_read
from nennep.reporting.services.reading import note_list_read as note_list_read
from nennep.reporting.services.reading import note_table_taken as note_table_taken
from nennep.reporting.services.reminders import ReminderRefused as ReminderRefused
from nennep.reporting.services.reminders import remind_all as remind_all
from nennep.reporting.services.reminders import remind_secretary as remind_secretary
