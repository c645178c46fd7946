"""Who is counted when a cell meets: in the attendance, and in the base of a vote. Which standings count is a policy."""

from nennep.members.choices import MembershipKind, Standing
from nennep.policies.rules import CountedStandings


def is_counted(standing: Standing | str, kind: MembershipKind | str, counted: CountedStandings) -> bool:
    """True when a member of this standing and kind belongs to the denominator of the cell's attendance.

    `counted` is the rule `attendance.base`: those on the cell's own rolls, and those who sit with it for a while.
    """
    return standing in (counted.temporary if kind == MembershipKind.TEMPORARY else counted.own)


def has_vote(
    standing: Standing | str, kind: MembershipKind | str, counted: CountedStandings, *, there: bool = False
) -> bool:
    """True when such a member belongs to the base of a vote, absent or not; some only while they are `there`.

    `counted` is the rule `vote.base`.
    """
    if kind == MembershipKind.TEMPORARY:
        return standing in counted.temporary
    return standing in counted.own or (there and standing in counted.if_present)
