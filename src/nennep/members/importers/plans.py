"""What an import would do: people as understood beside the people and cells that are on record. No database."""

from collections.abc import Callable, Mapping, Sequence

from nennep.members.importers.differences import make_entry, with_possible_posts
from nennep.members.importers.matching import Matching, place_people
from nennep.members.importers.problems import keeps_row_out
from nennep.members.importers.records import Decisions, Known, Plan, Sensitive
from nennep.members.importers.shapes import Roster


def make_plan(
    roster: Roster,
    known: Known,
    *,
    hashed: Callable[[str], str],
    sensitive: Callable[[Sequence[int]], Mapping[int, Sensitive]],
    decisions: Decisions | None = None,
) -> Plan:
    """Compare a roster with what is on record.

    `hashed` gives the stored form of an identity number; `sensitive` reads the encrypted parts of the members it is given.
    """
    decisions = decisions or Decisions()
    people, cells, cell_problems = place_people(roster, known, decisions)
    matches, match_problems = Matching(known, decisions, hashed).match(people)
    read = sensitive([member.id for member in matches if member])
    entries = [
        make_entry(
            person, cells.get(person.cell), known, (member, read.get(member.id, Sensitive())) if member else None
        )
        for person, member in zip(people, matches, strict=True)
    ]
    entries, post_problems = with_possible_posts(entries, known)
    problems = [*roster.problems, *cell_problems, *match_problems, *post_problems]
    out = {(problem.sheet, problem.row) for problem in problems if keeps_row_out(problem)}
    kept = [entry for entry in entries if (entry.person.sheet, entry.person.row) not in out]
    names = tuple(dict.fromkeys(person.cell for person in people if person.cell))
    used = dict.fromkeys(entry.person.cell for entry in kept if entry.cell_id is None)
    return Plan(roster.rows, tuple(kept), tuple(problems), names, tuple(used))
