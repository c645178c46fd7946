"""How many members a cell has, on the reference day of a month: its last one, or today in the month in progress."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.members.choices import MembershipKind, Sex, Standing
from nennep.members.models import Membership


def _count_members(cells: Collection[int], _month: Month, day: date) -> Counted:
    rows = Membership.objects.on(day).filter(organization_id__in=cells, kind=MembershipKind.OFFICIAL)
    counts = (
        rows.order_by()
        .values_list("organization_id")
        .annotate(
            all=Count("pk"),
            probationary=Count("pk", filter=Q(standing=Standing.PROBATIONARY)),
            exempt=Count("pk", filter=Q(standing=Standing.EXEMPT)),
            women=Count("pk", filter=Q(member__sex=Sex.FEMALE)),
        )
    )
    return {
        cell: {
            "members": everybody,
            "members_probationary": probationary,
            "members_exempt": exempt,
            "members_women": women,
        }
        for cell, everybody, probationary, exempt, women in counts
    }


declare_measures(
    Measure(
        "members",
        _("Đảng viên"),
        "People with an official membership, in any standing, on the month's reference day.",
        "Điều lệ Đảng, Điều 10",
        adds_up=False,
    ),
    Measure("members_probationary", _("Đảng viên dự bị"), "Of `members`, those on probation.", adds_up=False),
    Measure(
        "members_exempt",
        _("Miễn công tác và sinh hoạt"),
        "Of `members`, those exempt from work and meetings.",
        "Điều lệ Đảng, Điều 7",
        adds_up=False,
    ),
    Measure("members_women", _("Đảng viên nữ"), "Of `members`, women, as their records say today.", adds_up=False),
    count=_count_members,
)
