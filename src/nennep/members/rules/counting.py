"""Who is counted when a cell meets: in the attendance, and in the base of a vote (rules.md §1.2, §1.7, §1.8, §5.5)."""

from nennep.members.choices import MembershipKind, Standing

_UNCOUNTED = frozenset({Standing.EXEMPT, Standing.ELSEWHERE, Standing.SUSPENDED, Standing.SPECIAL_DUTY})
_OUTSIDE_UNLESS_VOTING = frozenset({Standing.EXEMPT, Standing.ELSEWHERE})


def attendance_base(standing: Standing | str, kind: MembershipKind | str) -> bool:
    """True when a member of this standing and kind belongs to the denominator of the cell's attendance.

    Official and probationary members count; exempt, suspended and on special duty do not (HD 12-HD/BTCTW 2018).
    "Temporarily elsewhere, counted at its own rule" is read so: whoever sits elsewhere for a while is counted there, as a
    member of kind TEMPORARY, and not at home, so that nobody is counted twice and no cell answers for a meeting it did not
    hold. The sources leave this open; a locality that decides otherwise changes it here, with the source.
    """
    if kind == MembershipKind.TEMPORARY:
        return Standing(standing).is_active
    return standing not in _UNCOUNTED


def vote_base(standing: Standing | str, kind: MembershipKind | str, *, voted: bool = False) -> bool:
    """True when such a member belongs to the base of a vote (Quy định 294-QĐ/TW §9.3.2, rules.md §1.7).

    All official members on the cell's own rolls, absent ones too; not the exempt and those sitting elsewhere, unless they
    came and voted (`voted`). Probationary members speak without a vote (Party Statute); suspended ones have none; members
    on special duty stay in the base as any absent official member does. Those who sit here temporarily vote at home.
    """
    if kind == MembershipKind.TEMPORARY:
        return False
    if standing in _OUTSIDE_UNLESS_VOTING:
        return voted
    return standing in {Standing.OFFICIAL, Standing.SPECIAL_DUTY}
