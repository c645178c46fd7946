"""How many members a cell has, on the reference day of a month: its last one, or today in the month in progress."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Count, F, IntegerField, Q
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.members.choices import MembershipKind, Sex, Standing
from nennep.members.models import Membership

# Names of the measures by the first and the last age that they count.
_AGES: Mapping[str, tuple[int, int]] = {
    "members_aged_to_30": (0, 30),
    "members_aged_31_40": (31, 40),
    "members_aged_41_50": (41, 50),
    "members_aged_51_60": (51, 60),
    "members_aged_61_up": (61, 200),
}


def _count_ages(cells: Collection[int], month: Month, day: date) -> Counted:
    """By the years that they are born in: a figure does not change because a birthday passes."""
    born = Coalesce(ExtractYear("member__born_on"), F("member__born_year"), output_field=IntegerField())
    rows = Membership.objects.on(day).filter(organization_id__in=cells, kind=MembershipKind.OFFICIAL)
    counted = rows.annotate(born=born).order_by().values_list("organization_id", "born").annotate(count=Count("pk"))
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell, year, count in counted:
        if year is not None and (band := _find_band(month.year - year)):
            found[cell][band] += count
    return found


def _find_band(age: int) -> str:
    return next((name for name, (first, last) in _AGES.items() if first <= age <= last), "")


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
_BY_AGE = "Of `members`, by the year of the month less that of their birth; whose birth nobody wrote down is in none of these."
declare_measures(
    Measure("members_aged_to_30", _("Đảng viên đến 30 tuổi"), _BY_AGE, adds_up=False),
    Measure("members_aged_31_40", _("Đảng viên từ 31 đến 40 tuổi"), _BY_AGE, adds_up=False),
    Measure("members_aged_41_50", _("Đảng viên từ 41 đến 50 tuổi"), _BY_AGE, adds_up=False),
    Measure("members_aged_51_60", _("Đảng viên từ 51 đến 60 tuổi"), _BY_AGE, adds_up=False),
    Measure("members_aged_61_up", _("Đảng viên từ 61 tuổi"), _BY_AGE, adds_up=False),
    count=_count_ages,
)
