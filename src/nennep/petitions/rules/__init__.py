"""What may follow in a petition's course, and the two clocks that its steps give. Pure."""

from nennep.petitions.rules.clocks import AnswerClock as AnswerClock
from nennep.petitions.rules.clocks import ClockStep as ClockStep
from nennep.petitions.rules.clocks import Counted as Counted
from nennep.petitions.rules.clocks import Pause as Pause
from nennep.petitions.rules.clocks import count_days as count_days
from nennep.petitions.rules.clocks import find_longest as find_longest
from nennep.petitions.rules.clocks import list_lateness as list_lateness
from nennep.petitions.rules.clocks import read_clock as read_clock
from nennep.petitions.rules.course import find_state_of_parted as find_state_of_parted
from nennep.petitions.rules.course import may_follow as may_follow
from nennep.petitions.rules.flow import FlowPicture as FlowPicture
from nennep.petitions.rules.flow import draw_flows as draw_flows
from nennep.petitions.rules.likeness import Likeness as Likeness
from nennep.petitions.rules.likeness import compare as compare
from nennep.petitions.rules.likeness import words_of as words_of
from nennep.petitions.rules.medians import find_median as find_median
from nennep.petitions.rules.names import is_called as is_called
from nennep.petitions.rules.names import is_spelled as is_spelled
from nennep.petitions.rules.names import names_many as names_many
from nennep.petitions.rules.promises import SolutionClock as SolutionClock
from nennep.petitions.rules.promises import read_promise as read_promise
