"""What an import would do: people as understood beside the people and cells that are on record. No database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from nennep.core.sheets.columns import Value
from nennep.members.choices import PostKind, Standing
from nennep.members.importers.columns import RECORDED
from nennep.members.importers.matching import Matching, place_people, year_of
from nennep.members.importers.problems import keeps_row_out
from nennep.members.importers.records import Decisions, Difference, Entry, ImportPlan, Known, KnownMember
from nennep.members.importers.shapes import PersonRow, Roster, RowProblem
from nennep.members.importers.values import read_post

_TOLD_STANDINGS = frozenset({*Standing} - {Standing.OFFICIAL})


def make_plan(
    roster: Roster,
    known: Known,
    *,
    hashed: Callable[[str], str],
    sensitive: Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]],
    decisions: Decisions | None = None,
) -> ImportPlan:
    """Compare a roster with what is on record.

    `hashed` gives the stored form of an identity number; `sensitive` reads the encrypted parts of the members it is given.
    """
    decisions = decisions or Decisions()
    people, cells, cell_problems = place_people(roster, known, decisions)
    matches, match_problems = Matching(known, decisions, hashed).match(people)
    read = sensitive([member.id for member in matches if member])
    entries = [
        make_entry(person, cells.get(person.cell), known, (member, read.get(member.id, {})) if member else None)
        for person, member in zip(people, matches, strict=True)
    ]
    entries, post_problems = with_possible_posts(entries, known)
    problems = [*roster.problems, *cell_problems, *match_problems, *post_problems]
    out = {(problem.sheet, problem.row) for problem in problems if keeps_row_out(problem)}
    kept = [entry for entry in entries if (entry.person.sheet, entry.person.row) not in out]
    names = tuple(dict.fromkeys(person.cell for person in people if person.cell))
    used = dict.fromkeys(entry.person.cell for entry in kept if entry.cell_id is None)
    return ImportPlan(
        roster.rows, tuple(kept), tuple(problems), names, tuple(used), unused=roster.unused, remarks=roster.remarks
    )


# ── one person ────────────────────────────────────────────────────────────────


def make_entry(
    person: PersonRow, cell_id: int | None, known: Known, record: tuple[KnownMember, Mapping[str, str]] | None
) -> Entry:
    post = read_post(person.post) if person.post else ""
    if record is None:
        return Entry(person, cell_id, post=post)
    member, sensitive = record
    held = known.posts.get((cell_id, member.id), frozenset()) if cell_id else frozenset()
    differences = [*_differences(person, member, sensitive)]
    if person.cell != member.cell:
        differences.append(Difference("cell", member.cell, person.cell))
    if standing := new_standing(person, member.standing):
        differences.append(Difference("standing", member.standing, standing))
    if post and post not in held:
        differences.append(Difference("post", "", post))
    return Entry(person, cell_id, member, tuple(differences), post)


def _differences(person: PersonRow, member: KnownMember, sensitive: Mapping[str, str]) -> Iterable[Difference]:
    """What the file says differently. An empty cell of the file never takes away what is on record."""
    stored = stored_values(person)
    for column in RECORDED:
        after = stored.get(column.key)
        before = (sensitive if column.traits.is_sensitive else member.held).get(column.key)
        if after and not column.traits.same(before, after):
            yield Difference(column.key, _as_text(before), _as_text(after))
    if person.born_on and person.born_on != member.born_on:
        yield Difference("born_on", _as_text(member.born_on or member.born_year), _as_text(person.born_on))
    elif person.born_year and person.born_year != year_of(member):
        yield Difference("born_year", _as_text(year_of(member)), str(person.born_year))


def stored_values(person: PersonRow) -> dict[str, Value | None]:
    """What goes into the record, by field.

    The note of an exemption may tell of health: it goes, encrypted, to the membership and not to the record.
    """
    note = {"note": ""} if person.standing == Standing.EXEMPT else {}
    return {**person.recorded, **note}


def new_standing(person: PersonRow, held: str) -> str:
    """The standing that the file gives somebody who holds another one; empty for none.

    Rosters mark what is special. `Chính thức`, or nothing, changes only a probationary member with an official date.
    """
    if person.standing in _TOLD_STANDINGS:
        return person.standing if person.standing != held else ""
    return Standing.OFFICIAL if held == Standing.PROBATIONARY and person.official_on else ""


def _as_text(value: date | str | int | None) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def with_possible_posts(entries: list[Entry], known: Known) -> tuple[list[Entry], list[RowProblem]]:
    """Entries without the posts that cannot be given: only official members hold one, and a cell has one secretary."""
    secretaries: dict[str, str] = {}
    result, problems = [], []
    for entry in entries:
        code = _post_problem(entry, known, secretaries) if entry.post else ""
        if code:
            problems.append(RowProblem(entry.person.sheet, entry.person.row, "", entry.person.post, code))
            differences = tuple(item for item in entry.differences if item.name != "post")
            result.append(replace(entry, post="", differences=differences))
        else:
            result.append(entry)
    return result, problems


def _post_problem(entry: Entry, known: Known, secretaries: dict[str, str]) -> str:
    standing = entry.person.standing or (entry.member.standing if entry.member else "") or Standing.OFFICIAL
    if standing != Standing.OFFICIAL and not (entry.member and new_standing(entry.person, standing)):
        return "post_needs_official"
    if entry.post != PostKind.SECRETARY:
        return ""
    key = f"{entry.person.sheet}/{entry.person.row}"
    if secretaries.setdefault(entry.person.cell, key) != key:
        return "post_taken"
    holder = known.secretary_of(entry.cell_id) if entry.cell_id else None
    return "post_taken" if holder and (entry.member is None or holder != entry.member.id) else ""
