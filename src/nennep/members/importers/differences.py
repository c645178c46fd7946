"""What the file says differently from the record of the same person, and which posts can be given."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from nennep.members.choices import PostKind, Standing
from nennep.members.importers.matching import year_of
from nennep.members.importers.records import Difference, Entry, Known, KnownMember, Sensitive
from nennep.members.importers.shapes import PersonRow, Problem
from nennep.members.importers.values import read_post

_MATCHED = ("full_name", "sex", "phone", "education", "card_number", "admitted_on", "official_on", "note")
_SENSITIVE = ("ethnic_group", "religion", "identity_number")
_TOLD_STANDINGS = frozenset({*Standing} - {Standing.OFFICIAL})


def make_entry(
    person: PersonRow, cell_id: int | None, known: Known, record: tuple[KnownMember, Sensitive] | None
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


def _differences(person: PersonRow, member: KnownMember, sensitive: Sensitive) -> Iterable[Difference]:
    """What the file says differently. An empty cell of the file never takes away what is on record."""
    stored = stored_values(person)
    for name in _MATCHED:
        if stored[name] and stored[name] != getattr(member, name):
            yield Difference(name, _as_text(getattr(member, name)), _as_text(stored[name]))
    for name in _SENSITIVE:
        if stored[name] and stored[name] != getattr(sensitive, name):
            yield Difference(name, getattr(sensitive, name), str(stored[name]))
    if person.born_on and person.born_on != member.born_on:
        yield Difference("born_on", _as_text(member.born_on or member.born_year), _as_text(person.born_on))
    elif person.born_year and person.born_year != year_of(member):
        yield Difference("born_year", _as_text(year_of(member)), str(person.born_year))


def stored_values(person: PersonRow) -> dict[str, str | date | None]:
    """A person's fields under their names on record.

    The note of an exemption may tell of health: it goes, encrypted, to the membership and not to the record.
    """
    return {
        "full_name": person.name,
        "sex": person.sex,
        "phone": person.phone,
        "education": person.education,
        "card_number": person.card_number,
        "admitted_on": person.admitted_on,
        "official_on": person.official_on,
        "note": "" if person.standing == Standing.EXEMPT else person.note,
        "ethnic_group": person.ethnic_group,
        "religion": person.religion,
        "identity_number": person.identity_number,
    }


def new_standing(person: PersonRow, held: str) -> str:
    """The standing that the file gives somebody who holds another one; empty for none.

    Rosters mark what is special. `Chính thức`, or nothing, changes only a probationary member with an official date.
    """
    if person.standing in _TOLD_STANDINGS:
        return person.standing if person.standing != held else ""
    return Standing.OFFICIAL if held == Standing.PROBATIONARY and person.official_on else ""


def _as_text(value: date | str | int | None) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def with_possible_posts(entries: list[Entry], known: Known) -> tuple[list[Entry], list[Problem]]:
    """Entries without the posts that cannot be given: only official members hold one, and a cell has one secretary."""
    secretaries: dict[str, str] = {}
    result, problems = [], []
    for entry in entries:
        code = _post_problem(entry, known, secretaries) if entry.post else ""
        if code:
            problems.append(Problem(entry.person.sheet, entry.person.row, "", entry.person.post, code))
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
