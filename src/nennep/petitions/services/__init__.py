"""Writing petitions, split by noun. The services are the names below."""

from nennep.petitions.services.clocks import recount_clocks as recount_clocks
from nennep.petitions.services.clocks import recount_later as recount_later
from nennep.petitions.services.following import follow_unit_closing as follow_unit_closing
from nennep.petitions.services.following import follow_unit_merge as follow_unit_merge
from nennep.petitions.services.joining import join_petitions as join_petitions
from nennep.petitions.services.joining import separate_petition as separate_petition
from nennep.petitions.services.petitions import TARGET_KIND as TARGET_KIND
from nennep.petitions.services.petitions import AlreadyWithThem as AlreadyWithThem
from nennep.petitions.services.petitions import AnswerEmpty as AnswerEmpty
from nennep.petitions.services.petitions import NotYetAnswered as NotYetAnswered
from nennep.petitions.services.petitions import PetitionDetails as PetitionDetails
from nennep.petitions.services.petitions import PetitionEmpty as PetitionEmpty
from nennep.petitions.services.petitions import PetitionSettled as PetitionSettled
from nennep.petitions.services.petitions import RaisedInFuture as RaisedInFuture
from nennep.petitions.services.petitions import StillWaiting as StillWaiting
from nennep.petitions.services.petitions import answer_petition as answer_petition
from nennep.petitions.services.petitions import confirm_solved as confirm_solved
from nennep.petitions.services.petitions import note_petition as note_petition
from nennep.petitions.services.petitions import pass_on as pass_on
from nennep.petitions.services.petitions import reopen_petition as reopen_petition
from nennep.petitions.services.petitions import withdraw_petition as withdraw_petition
