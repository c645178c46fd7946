"""What becomes of what the room wrote down when two records of one person are merged (core/references.py).

Where both stand in the roll call of a meeting that is over, or spoke on the same item, the duplicate's row stays as it was
written down: minutes that were approved are not rewritten. So do the tellers of a ballot that both records counted.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.references import HISTORY, SAME_PLACE, ByService, Ended, Follows, Shown, declare
from nennep.room.services.roll_call import take_entries


def take_roll_calls(ended: Ended) -> int:
    return take_entries(actor=Actor.system(), kept_id=ended.heir_id, dropped_id=ended.former_id)


def counted_by_one(ended: Ended) -> Q:
    return ~_both(ended, "")


def ballot_counted_by_one(ended: Ended) -> Q:
    return ~_both(ended, "ballot__")


def _both(ended: Ended, ballot: str) -> Q:
    pair = [ended.former_id, ended.heir_id]
    return Q(**{f"{ballot}first_teller__in": pair, f"{ballot}second_teller__in": pair})


declare("room.RollCallEntry.member", shown=Shown(_("Lần điểm danh")), merged=ByService(take_roll_calls))
for name, label in (
    ("Speech.member", _("Lần phát biểu")),
    ("Remark.member", _("Lần biểu dương, nhắc nhở")),
    ("ReservedOpinion.member", _("Ý kiến bảo lưu")),
):
    declare(f"room.{name}", shown=Shown(label), merged=Follows())
for name in ("first_teller", "second_teller"):
    declare(f"room.SecretBallot.{name}", shown=Shown(_("Lần kiểm phiếu")), merged=Follows(counted_by_one))
declare("room.TellerCount.teller", shown=Shown(_("Kết quả kiểm phiếu đã ghi")), merged=Follows(ballot_counted_by_one))
declare("room.PastMark.member", shown=Shown(_("Lần dự họp nhập từ sổ")), merged=Follows())
for name in ("PastImport", "PastMeeting"):
    declare(f"room.{name}.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=SAME_PLACE)
