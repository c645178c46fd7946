"""What a visit problem may say and what a plan is called, by name."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LARGEST_NUMBER = 1_000_000  # of visits, priorities and limits: more is a slip of the hand
LONGEST_ID = 200
KILOMETRES_PER_EXCESS_VISIT = 20  # what a visit beyond an official's minimum costs, in kilometres
DEFAULT_SECONDS = 50.0  # for a search that has no end of its own


class Mode(TextChoices):
    """`free`: any official attends any meeting of a cell; `follower`: one official makes all visits of a cell."""

    FREE = "free", _("Đi linh hoạt")
    FOLLOWER = "follower", _("Theo dõi cố định")


class PlanStatus(TextChoices):
    """`optimal`: every level is proven; `feasible`: the plan is valid, its distance to the bounds is stated."""

    OPTIMAL = "optimal", _("Tốt nhất, đã chứng minh")
    FEASIBLE = "feasible", _("Dùng được, chưa chứng minh là tốt nhất")
