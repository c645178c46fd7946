"""Writing offices, assignments, visits and their reports, split by noun. The services are the names below."""

from nennep.visits.services.advising import advise as advise
from nennep.visits.services.advising import take_back as take_back
from nennep.visits.services.assignments import assign as assign
from nennep.visits.services.assignments import end_assignment as end_assignment
from nennep.visits.services.assignments import hand_over as hand_over
from nennep.visits.services.attendance import attend_by_hand as attend_by_hand
from nennep.visits.services.attendance import follow_meeting as follow_meeting
from nennep.visits.services.attendance import remind_cell_of_visit as remind_cell_of_visit
from nennep.visits.services.attendance import take_roll_call as take_roll_call
from nennep.visits.services.comments import count_uses as count_uses
from nennep.visits.services.comments import keep_comment as keep_comment
from nennep.visits.services.offices import end_office as end_office
from nennep.visits.services.offices import hold_office as hold_office
from nennep.visits.services.publishing import publish_visits as publish_visits
from nennep.visits.services.reminders import remind_reports as remind_reports
from nennep.visits.services.reminders import send_digests as send_digests
from nennep.visits.services.reports import save_report as save_report
from nennep.visits.services.reports import start_report as start_report
from nennep.visits.services.reports import submit_report as submit_report
from nennep.visits.services.units import follow_unit_end as follow_unit_end
from nennep.visits.services.visits import cancel_visit as cancel_visit
from nennep.visits.services.visits import confirm_visit as confirm_visit
from nennep.visits.services.visits import give_to as give_to
from nennep.visits.services.visits import miss_visit as miss_visit
from nennep.visits.services.visits import plan_visit as plan_visit
from nennep.visits.services.visits import substitute_visit as substitute_visit
