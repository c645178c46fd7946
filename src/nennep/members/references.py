"""What becomes of rows of members when two records are merged, or a unit ends (core/references.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.references import GOES_ON, SAME_PLACE, ByService, Ended, Ends, Follows, Shown, Stays, declare
from nennep.members import services


def move_members(ended: Ended) -> int:
    return services.follow_merge(
        actor=Actor.system(),
        predecessor_id=ended.former_id,
        successor_id=ended.heir_id,
        on=ended.on,
        now=ended.now,
    )


def take_memberships(ended: Ended) -> int:
    return services.take_memberships(actor=Actor.system(), kept_id=ended.heir_id, dropped_id=ended.former_id)


def take_posts(ended: Ended) -> int:
    return services.take_posts(actor=Actor.system(), kept_id=ended.heir_id, dropped_id=ended.former_id)


def say_person(row: Any) -> str:
    return str(row.member.full_name)


declare("members.Member.merged_into", shown=Shown(_("Hồ sơ đã gộp trước đây")), merged=Follows())
declare("members.Membership.member", shown=Shown(_("Thời gian sinh hoạt")), merged=ByService(take_memberships))
declare("members.Post.member", shown=Shown(_("Chức vụ")), merged=ByService(take_posts))
declare(
    "members.Membership.organization",
    shown=Shown(_("Đảng viên"), say_person),
    merged=ByService(move_members),
    split=GOES_ON,
    closed=Stays("a unit with members is not closed"),
    moved=SAME_PLACE,
)
declare(
    "members.Post.organization",
    shown=Shown(_("Chức vụ thôi giữ"), say_person),
    merged=Ends(),
    split=GOES_ON,
    closed=Ends(),
    moved=SAME_PLACE,
)
declare("members.PlannedPost.member", shown=Shown(_("Chức vụ định giao từ ngày sau")), merged=Follows())
declare(
    "members.PlannedPost.organization",
    merged=Stays("whoever planned it is told on its day that it cannot be done; it is planned anew at the successor"),
    split=GOES_ON,
    closed=Stays("whoever planned it is told on its day that it cannot be done"),
    moved=SAME_PLACE,
)
declare(
    "members.PlannedTransfer.member", shown=Shown(_("Chi bộ đã chọn khi chia tách")), merged=Follows(drop_doubles=True)
)
declare(
    "members.PlannedTransfer.organization",
    merged=Stays("with the split that it waited for; the daily work calls it off"),
    split=Stays("until the daily work after the split has transferred the member"),
    closed=Stays("with the split that it waited for; the daily work calls it off"),
    moved=SAME_PLACE,
)
declare("members.StandIn.member", shown=Shown(_("Lần thay bí thư")), merged=Follows())
declare(
    "members.StandIn.organization",
    shown=Shown(_("Việc thay bí thư thôi từ ngày ấy"), say_person),
    merged=Ends(),
    split=GOES_ON,
    closed=Ends(),
    moved=SAME_PLACE,
)
declare(
    "members.ImportFile.organization",
    merged=Stays("an upload is its sender's alone and goes within a week; nobody joins a unit that ended"),
    split=GOES_ON,
    closed=Stays("an upload is its sender's alone and goes within a week; nobody joins a unit that ended"),
    moved=SAME_PLACE,
)
