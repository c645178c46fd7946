"""What people type: about petitions, about the library."""

from nennep.petitions.forms.petitions import AnswerForm as AnswerForm
from nennep.petitions.forms.petitions import AttachForm as AttachForm
from nennep.petitions.forms.petitions import BoardForm as BoardForm
from nennep.petitions.forms.petitions import BodyForm as BodyForm
from nennep.petitions.forms.petitions import CellWordForm as CellWordForm
from nennep.petitions.forms.petitions import ClarifyForm as ClarifyForm
from nennep.petitions.forms.petitions import ExtendForm as ExtendForm
from nennep.petitions.forms.petitions import JoinForm as JoinForm
from nennep.petitions.forms.petitions import KeepViewForm as KeepViewForm
from nennep.petitions.forms.petitions import OwnPetitionForm as OwnPetitionForm
from nennep.petitions.forms.petitions import PassOnForm as PassOnForm
from nennep.petitions.forms.petitions import PetitionNoteForm as PetitionNoteForm
from nennep.petitions.forms.petitions import PetitionReasonForm as PetitionReasonForm
from nennep.petitions.forms.petitions import RouteManyForm as RouteManyForm
from nennep.petitions.forms.petitions import WorkFilterForm as WorkFilterForm
from nennep.petitions.forms.practices import LibraryForm as LibraryForm
from nennep.petitions.forms.practices import PracticeForm as PracticeForm
from nennep.petitions.forms.practices import RetireForm as RetireForm
