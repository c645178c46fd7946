"""What becomes of petitions when two records of members are merged, or a unit ends (core/references.py)."""

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, ByService, Ended, Ends, Follows, Shown, declare
from nennep.petitions import services


def move_petitions_of_unit(ended: Ended) -> int:
    return services.follow_unit_merge(
        actor=Actor.system(), predecessor_id=ended.former_id, successor_id=ended.heir_id, now=ended.now
    )


def close(ended: Ended) -> int:
    return services.follow_unit_closing(actor=Actor.system(), organization_id=ended.former_id, now=ended.now)


declare("petitions.Petition.raised_by", shown=Shown(_("Kiến nghị đã nêu")), merged=Follows())
declare(
    "petitions.PetitionAsker.member",
    shown=Shown(_("Kiến nghị đã nêu cùng người khác hoặc không nêu tên")),
    merged=Follows(drop_doubles=True),
)
for name, label in (
    ("organization", _("Kiến nghị của chi bộ đang chờ")),
    ("holder", _("Kiến nghị đang chờ đơn vị này trả lời")),
):
    declare(
        f"petitions.Petition.{name}",
        shown=Shown(label),
        merged=ByService(move_petitions_of_unit),
        split=GOES_ON,
        closed=ByService(close),
        moved=SAME_PLACE,
    )
for name in ("unit", "to"):
    declare(f"petitions.PetitionStep.{name}", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare(
    "petitions.OutsideBody.unit",
    shown=Shown(_("Nơi giải quyết ngoài hệ thống")),
    merged=Follows(),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
declare(
    "petitions.Practice.unit",
    shown=Shown(_("Cách làm đã đăng trong thư viện")),
    merged=Follows(),
    split=GOES_ON,
    closed=Ends(),
    moved=SAME_PLACE,
)
declare("petitions.PetitionSum.unit", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
for name in ("Practice", "PracticeThanks"):
    declare(f"petitions.{name}.cell", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
for name in ("unit", "cell"):
    declare(
        f"petitions.SavedView.{name}",
        shown=Shown(_("Danh sách kiến nghị đã giữ")),
        merged=Follows(),
        split=GOES_ON,
        closed=HISTORY,
        moved=SAME_PLACE,
    )
