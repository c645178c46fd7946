"""Who of the file is who on record, which cell is which, and which two rows look like one person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from nennep.core.text import name_key
from nennep.members.importers.names import cell_key, loose_cell_key
from nennep.members.importers.records import Decisions, Known, KnownCell, KnownMember
from nennep.members.importers.shapes import PersonRow, Roster, RowProblem

CARD, IDENTITY, NAME_AND_BIRTH = "card", "identity", "name_and_birth"
_Key: TypeAlias = tuple[str, ...]


def place_people(
    roster: Roster, known: Known, decisions: Decisions
) -> tuple[list[PersonRow], dict[str, int], list[RowProblem]]:
    """People with the names of their cells as on record, the ids of cells that exist, and what is wrong with cells."""
    if known.unit_cell:
        return _place_in_one_cell(roster, known.unit_cell)
    found = {name: find_cells(name, known.cells, decisions) for name in roster.cells}
    people, problems = [], []
    for person in roster.people:
        cells = found.get(person.cell, [])
        if not person.cell or len(cells) > 1:
            code = "cell_ambiguous" if cells else "cell_missing"
            problems.append(RowProblem(person.sheet, person.row, "", person.cell, code))
        people.append(replace(person, cell=cells[0].name) if cells and cells[0].name != person.cell else person)
    ids = {cells[0].name: cells[0].id for cells in found.values() if len(cells) == 1}
    return people, ids, problems


def find_cells(name: str, cells: Sequence[KnownCell], decisions: Decisions) -> list[KnownCell]:
    """The cells on record that a name may mean: the same name, else the same proper name where one of them says nothing else.

    `Nặm Chá` is `Chi bộ thôn Nặm Chá`; `Chi bộ thôn 1` is not `Chi bộ tổ dân phố 1`.
    """
    if name in decisions.cells:
        return [cell for cell in cells if cell.id == decisions.cells[name]]
    key, loose = cell_key(name), loose_cell_key(name)
    exact = [cell for cell in cells if cell_key(cell.name) == key]
    if exact or not loose:
        return exact
    return [cell for cell in cells if loose_cell_key(cell.name) == loose and loose in {key, cell_key(cell.name)}]


def _place_in_one_cell(roster: Roster, cell: KnownCell) -> tuple[list[PersonRow], dict[str, int], list[RowProblem]]:
    """The unit is a cell: a file that names one other cell is doubtful, of several only its own rows go in."""
    problems = []
    own = {name for name in roster.cells if find_cells(name, [cell], Decisions())}
    several = len(roster.cells) > 1
    if roster.cells and not own and not several:
        sheet = roster.people[0].sheet if roster.people else ""
        problems.append(RowProblem(sheet, 0, "", roster.cells[0], "sheet_cell_differs", (("unit", cell.name),)))
    people = []
    for person in roster.people:
        if several and person.cell and person.cell not in own:
            problems.append(RowProblem(person.sheet, person.row, "", person.cell, "cell_outside"))
        people.append(replace(person, cell=cell.name))
    return people, {cell.name: cell.id}, problems


class Matching:
    """Finds for each person the member on record that it is."""

    def __init__(self, known: Known, decisions: Decisions, hashed: Callable[[str], str]) -> None:
        self._decisions = decisions
        self._hashed = hashed
        self._by_card = {member.card_number: member for member in known.members if member.card_number}
        self._by_identity = {member.identity_hash: member for member in known.members if member.identity_hash}
        # Somebody outside, known by a number in the file, cannot be named as "the same": their record is not ours to read.
        self._by_id = {member.public_id: member for member in known.members if member.inside}
        self._by_name: dict[str, list[KnownMember]] = {}
        for member in known.members:
            if member.inside:
                self._by_name.setdefault(name_key(member.full_name), []).append(member)
        self._taken: dict[int, PersonRow] = {}
        self._problems: list[RowProblem] = []

    def match(self, people: Iterable[PersonRow]) -> tuple[list[KnownMember | None], list[RowProblem]]:
        return [self._match(person) for person in people], self._problems

    def _match(self, person: PersonRow) -> KnownMember | None:
        member = self._find(person) if self._by_card or self._by_identity or self._by_name else None
        if member is None:
            return None
        earlier = self._taken.setdefault(member.id, person)
        if earlier is not person:
            self._report(person, "duplicate_in_file", (("what", NAME_AND_BIRTH), ("other", str(earlier.row))))
        return member

    def _find(self, person: PersonRow) -> KnownMember | None:
        key = (person.sheet, person.row)
        if key in self._decisions.same:
            return self._by_id.get(self._decisions.same[key])
        identity = self._hashed(person.identity_number) if self._by_identity and person.identity_number else ""
        by_card = self._by_card.get(person.card_number)
        by_identity = self._by_identity.get(identity)
        if by_card and by_identity and by_card != by_identity:
            self._report(person, "conflicting_member")
            return by_card
        found = by_card or by_identity
        if found:
            return self._by_number(person, found, CARD if by_card else IDENTITY)
        return None if key in self._decisions.distinct else self._by_same_name(person, identity)

    def _by_number(self, person: PersonRow, member: KnownMember, what: str) -> KnownMember:
        if not member.inside:
            self._report(person, "member_elsewhere")
        elif name_key(person.name) != name_key(member.full_name) and not _same_birth(person, member):
            self._report(person, "duplicate_member", _about(what, member))
        return member

    def _by_same_name(self, person: PersonRow, identity: str) -> KnownMember | None:
        """Same name and birth: the same person in the same cell; elsewhere somebody must say."""
        alike = [
            member
            for member in self._by_name.get(name_key(person.name), ())
            if _same_birth(person, member) and not _other_numbers(person, identity, member)
        ]
        here = [member for member in alike if member.cell == person.cell]
        if here:
            return here[0]
        if alike:
            self._report(person, "duplicate_member", _about(NAME_AND_BIRTH, alike[0]))
            return alike[0]
        return None

    def _report(self, person: PersonRow, code: str, details: tuple[tuple[str, str], ...] = ()) -> None:
        self._problems.append(RowProblem(person.sheet, person.row, "", person.name, code, details))


def _same_birth(person: PersonRow, member: KnownMember) -> bool:
    """Equal days; where one side knows only the year, equal years. Two unknown births are equal."""
    if person.born_on and member.born_on:
        return person.born_on == member.born_on
    return year_of(person) == year_of(member)


def year_of(one: PersonRow | KnownMember) -> int | None:
    return one.born_on.year if one.born_on else one.born_year


def _other_numbers(person: PersonRow, identity: str, member: KnownMember) -> bool:
    cards = person.card_number and member.card_number and person.card_number != member.card_number
    identities = identity and member.identity_hash and identity != member.identity_hash
    return bool(cards or identities)


def _about(what: str, member: KnownMember) -> tuple[tuple[str, str], ...]:
    """For the sentence, and which record to merge with."""
    described = f"{member.full_name}, {member.cell}" if member.cell else member.full_name
    return ("what", what), ("other", described), ("member", member.public_id)


# ── twice in the file ─────────────────────────────────────────────────────────


def find_duplicates(people: Iterable[PersonRow], distinct: frozenset[tuple[str, int]]) -> list[RowProblem]:
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
            problems.append(RowProblem(person.sheet, person.row, "", person.name, "duplicate_in_file", details))
            continue
        namesake = seen.get(keys[-1])
        if namesake and (person.sheet, person.row) not in distinct:
            other = (("other", _place(namesake, person)),)
            problems.append(RowProblem(person.sheet, person.row, "", person.name, "namesake", other))
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
        keys.append((NAME_AND_BIRTH, name_key(person.name), str(person.born_on)))
    else:
        keys.append((NAME_AND_BIRTH, name_key(person.name), str(person.born_year), cell_key(person.cell)))
    return keys


def _place(earlier: PersonRow, person: PersonRow) -> str:
    return str(earlier.row) if earlier.sheet == person.sheet else f"{earlier.row} ({earlier.sheet})"
