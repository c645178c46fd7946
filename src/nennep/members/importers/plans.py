"""What an import would do: people as understood beside the people and cells that are on record. No database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from nennep.members.choices import PostKind, Standing
from nennep.members.importers.duplicates import CARD, IDENTITY, NAME_AND_BIRTH
from nennep.members.importers.names import cell_key, loose_cell_key
from nennep.members.importers.problems import keeps_row_out
from nennep.members.importers.shapes import PersonRow, Problem, Roster, RowKey
from nennep.members.importers.values import read_post

_MATCHED = ("full_name", "sex", "phone", "education", "card_number", "admitted_on", "official_on", "note")
_SENSITIVE = ("ethnic_group", "religion", "identity_number")
_TOLD_STANDINGS = frozenset({*Standing} - {Standing.OFFICIAL})


@dataclass(frozen=True, slots=True)
class KnownCell:
    """A cell on record in the unit that is imported into."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A member on record. `cell_id` and `standing` are of the running membership; `inside` is False outside the unit."""

    id: int
    public_id: str
    full_name: str
    sex: str
    born_on: date | None
    born_year: int | None
    phone: str
    education: str
    card_number: str
    identity_hash: str
    admitted_on: date | None
    official_on: date | None
    note: str
    cell_id: int | None = None
    cell: str = ""
    standing: str = ""
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Sensitive:
    """The encrypted part of a record, read only for members whom the file names."""

    ethnic_group: str = ""
    religion: str = ""
    identity_number: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the user decided by hand. `same`: this row is that member; `distinct`: it is another person than it seems.

    `cells`: name in the file → id of the cell meant. `held`: rows to leave out for now.
    """

    same: Mapping[RowKey, str] = field(default_factory=dict)
    distinct: frozenset[RowKey] = frozenset()
    cells: Mapping[str, int] = field(default_factory=dict)
    held: frozenset[RowKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """Everything on record that the plan is compared with. `posts`: (cell id, member id) → kinds of running posts."""

    cells: Sequence[KnownCell]
    members: Sequence[KnownMember]
    posts: Mapping[tuple[int, int], frozenset[str]] = field(default_factory=dict)
    unit_cell: KnownCell | None = None
    unit_name: str = ""

    def secretary_of(self, cell_id: int) -> int | None:
        return next(
            (member for (cell, member), kinds in self.posts.items() if cell == cell_id and PostKind.SECRETARY in kinds),
            None,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a member on record that the file changes; values as stored (ISO dates, choice values)."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person that goes in. `cell_id` is None for a cell to be made; `member` is None for a new person."""

    person: PersonRow
    cell_id: int | None
    member: KnownMember | None = None
    differences: tuple[Difference, ...] = ()
    post: str = ""

    @property
    def action(self) -> str:
        """created, updated or unchanged."""
        if self.member is None:
            return "created"
        return "updated" if self.differences else "unchanged"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does: `entries` in file order, all `problems`, cells to be made, rows left out."""

    rows: int
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    cells: tuple[str, ...]
    new_cells: tuple[str, ...]

    def count(self, action: str) -> int:
        return sum(1 for entry in self.entries if entry.action == action)

    @property
    def rejected(self) -> int:
        return self.rows - len(self.entries)


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
    matches, match_problems = _Matching(known, decisions, hashed).match(people)
    read = sensitive([member.id for member in matches if member])
    entries = [
        _entry(person, cells.get(person.cell), known, (member, read.get(member.id, Sensitive())) if member else None)
        for person, member in zip(people, matches, strict=True)
    ]
    entries, post_problems = _with_possible_posts(entries, known)
    problems = [*roster.problems, *cell_problems, *match_problems, *post_problems]
    out = {(problem.sheet, problem.row) for problem in problems if keeps_row_out(problem)} | decisions.held
    kept = [entry for entry in entries if (entry.person.sheet, entry.person.row) not in out]
    names = tuple(dict.fromkeys(person.cell for person in people if person.cell))
    used = dict.fromkeys(entry.person.cell for entry in kept if entry.cell_id is None)
    return Plan(roster.rows, tuple(kept), tuple(problems), names, tuple(used))


# ── cells ─────────────────────────────────────────────────────────────────────


def place_people(
    roster: Roster, known: Known, decisions: Decisions
) -> tuple[list[PersonRow], dict[str, int], list[Problem]]:
    """People with the names of their cells as on record, the ids of cells that exist, and what is wrong with cells."""
    if known.unit_cell:
        return _place_in_one_cell(roster, known.unit_cell)
    found = {name: find_cells(name, known.cells, decisions) for name in roster.cells}
    people, problems = [], []
    for person in roster.people:
        cells = found.get(person.cell, [])
        if not person.cell or len(cells) > 1:
            code = "cell_ambiguous" if cells else "cell_missing"
            problems.append(Problem(person.sheet, person.row, "", person.cell, code))
        people.append(replace(person, cell=cells[0].name) if cells and cells[0].name != person.cell else person)
    ids = {cells[0].name: cells[0].id for cells in found.values() if len(cells) == 1}
    return people, ids, problems


def find_cells(name: str, cells: Sequence[KnownCell], decisions: Decisions) -> list[KnownCell]:
    """The cells on record that a name may mean: the same name, else the same proper name where one says no more.

    `Nặm Chá` is `Chi bộ thôn Nặm Chá`; `Chi bộ thôn 1` is not `Chi bộ tổ dân phố 1`.
    """
    if name in decisions.cells:
        return [cell for cell in cells if cell.id == decisions.cells[name]]
    key, loose = cell_key(name), loose_cell_key(name)
    exact = [cell for cell in cells if cell_key(cell.name) == key]
    if exact or not loose:
        return exact
    return [cell for cell in cells if loose_cell_key(cell.name) == loose and loose in {key, cell_key(cell.name)}]


def _place_in_one_cell(roster: Roster, cell: KnownCell) -> tuple[list[PersonRow], dict[str, int], list[Problem]]:
    """The unit is a cell: a file that names one other cell is doubtful, of several only its own rows go in."""
    problems = []
    own = {name for name in roster.cells if find_cells(name, [cell], Decisions())}
    several = len(roster.cells) > 1
    if roster.cells and not own and not several:
        sheet = roster.people[0].sheet if roster.people else ""
        problems.append(Problem(sheet, 0, "", roster.cells[0], "sheet_cell_differs", (("unit", cell.name),)))
    people = []
    for person in roster.people:
        if several and person.cell and person.cell not in own:
            problems.append(Problem(person.sheet, person.row, "", person.cell, "cell_outside"))
        people.append(replace(person, cell=cell.name))
    return people, {cell.name: cell.id}, problems


# ── people ────────────────────────────────────────────────────────────────────


class _Matching:
    """Finds for each person the member on record that it is."""

    def __init__(self, known: Known, decisions: Decisions, hashed: Callable[[str], str]) -> None:
        self._decisions = decisions
        self._hashed = hashed
        self._by_card = {member.card_number: member for member in known.members if member.card_number}
        self._by_identity = {member.identity_hash: member for member in known.members if member.identity_hash}
        self._by_id = {member.public_id: member for member in known.members}
        self._by_name: dict[str, list[KnownMember]] = {}
        for member in known.members:
            if member.inside:
                self._by_name.setdefault(member.full_name.casefold(), []).append(member)
        self._taken: dict[int, PersonRow] = {}
        self._problems: list[Problem] = []

    def match(self, people: Iterable[PersonRow]) -> tuple[list[KnownMember | None], list[Problem]]:
        return [self._match(person) for person in people], self._problems

    def _match(self, person: PersonRow) -> KnownMember | None:
        member = self._find(person) if self._by_id else None
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
        elif person.name.casefold() != member.full_name.casefold() and not _same_birth(person, member):
            self._report(person, "duplicate_member", (("what", what), ("other", _described(member))))
        return member

    def _by_same_name(self, person: PersonRow, identity: str) -> KnownMember | None:
        """Same name and birth: the same person in the same cell; elsewhere somebody must say."""
        alike = [
            member
            for member in self._by_name.get(person.name.casefold(), ())
            if _same_birth(person, member) and not _other_numbers(person, identity, member)
        ]
        here = [member for member in alike if member.cell == person.cell]
        if here:
            return here[0]
        if alike:
            self._report(person, "duplicate_member", (("what", NAME_AND_BIRTH), ("other", _described(alike[0]))))
            return alike[0]
        return None

    def _report(self, person: PersonRow, code: str, details: tuple[tuple[str, str], ...] = ()) -> None:
        self._problems.append(Problem(person.sheet, person.row, "", person.name, code, details))


def _same_birth(person: PersonRow, member: KnownMember) -> bool:
    """Equal days; where one side knows only the year, equal years. Two unknown births are equal."""
    if person.born_on and member.born_on:
        return person.born_on == member.born_on
    return _year(person) == _year(member)


def _year(one: PersonRow | KnownMember) -> int | None:
    return one.born_on.year if one.born_on else one.born_year


def _other_numbers(person: PersonRow, identity: str, member: KnownMember) -> bool:
    cards = person.card_number and member.card_number and person.card_number != member.card_number
    identities = identity and member.identity_hash and identity != member.identity_hash
    return bool(cards or identities)


def _described(member: KnownMember) -> str:
    return f"{member.full_name}, {member.cell}" if member.cell else member.full_name


# ── differences ───────────────────────────────────────────────────────────────


def _entry(person: PersonRow, cell_id: int | None, known: Known, record: tuple[KnownMember, Sensitive] | None) -> Entry:
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
    elif person.born_year and person.born_year != _year(member):
        yield Difference("born_year", _as_text(_year(member)), str(person.born_year))


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


# ── posts ─────────────────────────────────────────────────────────────────────


def _with_possible_posts(entries: list[Entry], known: Known) -> tuple[list[Entry], list[Problem]]:
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
