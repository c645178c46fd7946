"""Officials attending cells, split by noun."""

from nennep.visits.models.comments import CommentBankEntry as CommentBankEntry
from nennep.visits.models.offices import Assignment as Assignment
from nennep.visits.models.offices import OfficeHolding as OfficeHolding
from nennep.visits.models.reports import VisitOpinion as VisitOpinion
from nennep.visits.models.reports import VisitReport as VisitReport
from nennep.visits.models.reports import VisitSupplement as VisitSupplement
from nennep.visits.models.visits import Visit as Visit
