"""What happens in the room. Tables are called as they were in `meetings` (docs/adr/0024)."""

from nennep.room.models.ballot import ReservedOpinion, SecretBallot, TellerCount
from nennep.room.models.closing import FormerClosing
from nennep.room.models.guest import Guest
from nennep.room.models.past import PastImport, PastMark, PastMeeting
from nennep.room.models.roll_call import RollCallEntry
from nennep.room.models.speech import Remark, Speech
from nennep.room.models.vote import Vote

__all__ = [
    "FormerClosing",
    "Guest",
    "PastImport",
    "PastMark",
    "PastMeeting",
    "Remark",
    "ReservedOpinion",
    "RollCallEntry",
    "SecretBallot",
    "Speech",
    "TellerCount",
    "Vote",
]
