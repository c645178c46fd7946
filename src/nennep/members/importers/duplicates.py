"""Two rows that look like one person."""

from collections.abc import Iterable

from nennep.members.importers.names import cell_key
from nennep.members.importers.shapes import PersonRow, Problem

CARD, IDENTITY, NAME_AND_BIRTH = "card", "identity", "name_and_birth"
_Key = tuple[str, ...]


def find_duplicates(people: Iterable[PersonRow], distinct: frozenset[tuple[str, int]]) -> list[Problem]:
    """A problem on every row that repeats an earlier one; a doubt where name and birth agree and numbers do not.

    Rows in `distinct` are other persons for certain, but a number still belongs to one person only.
    """
    seen: dict[_Key, PersonRow] = {}
    problems = []
    for person in people:
        keys = _keys(person)
        found = _find_earlier(person, keys, seen, alone=(person.sheet, person.row) in distinct)
        if found:
            what, earlier = found
            details = (("what", what), ("other", _place(earlier, person)))
            problems.append(Problem(person.sheet, person.row, "", person.name, "duplicate_in_file", details))
            continue
        namesake = seen.get(keys[-1])
        if namesake and (person.sheet, person.row) not in distinct:
            other = (("other", _place(namesake, person)),)
            problems.append(Problem(person.sheet, person.row, "", person.name, "namesake", other))
        seen.update(dict.fromkeys(keys, person))
    return problems


def same_by_name(one: PersonRow, other: PersonRow) -> bool:
    """Same name and birth do not make one person of two who both show different numbers."""
    cards = one.card_number and other.card_number and one.card_number != other.card_number
    identities = one.identity_number and other.identity_number and one.identity_number != other.identity_number
    return not (cards or identities)


def _find_earlier(
    person: PersonRow, keys: list[_Key], seen: dict[_Key, PersonRow], *, alone: bool
) -> tuple[str, PersonRow] | None:
    for key in keys:
        earlier = seen.get(key)
        if earlier and (key[0] != NAME_AND_BIRTH or (not alone and same_by_name(person, earlier))):
            return key[0], earlier
    return None


def _keys(person: PersonRow) -> list[_Key]:
    """By what a person is recognised. Where the day of birth is not known, the cell must agree too."""
    keys: list[_Key] = []
    if person.card_number:
        keys.append((CARD, person.card_number))
    if person.identity_number:
        keys.append((IDENTITY, person.identity_number))
    if person.born_on:
        keys.append((NAME_AND_BIRTH, person.name.casefold(), str(person.born_on)))
    else:
        keys.append((NAME_AND_BIRTH, person.name.casefold(), str(person.born_year), cell_key(person.cell)))
    return keys


def _place(earlier: PersonRow, person: PersonRow) -> str:
    return str(earlier.row) if earlier.sheet == person.sheet else f"{earlier.row} ({earlier.sheet})"
