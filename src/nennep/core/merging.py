"""Two people wrote the same text at once: put both together paragraph by paragraph, and lose nothing of either. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import Conflict
from nennep.core.text import compose_lines
from nennep.core.typed import take_lines


@dataclass(frozen=True, slots=True)
class Clash:
    """A place where both wrote differently: the paragraphs as they were, as I wrote them, as the other did (may be none)."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def both(self) -> tuple[str, ...]:
        """Every paragraph of either side, the other's first: what a person makes one text of."""
        return (*self.theirs, *(paragraph for paragraph in self.mine if paragraph not in self.theirs))


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of two texts; without clashes nobody need be asked. `text` holds every paragraph that either side wrote."""

    parts: tuple[str | Clash, ...]
    theirs: str

    @property
    def clashes(self) -> tuple[Clash, ...]:
        return tuple(part for part in self.parts if isinstance(part, Clash))

    @property
    def text(self) -> str:
        return "\n".join(line for part in self.parts for line in ([part] if isinstance(part, str) else part.both))


class TextsChanged(Conflict):
    """`merges` by the name of the text: only those that clash. What was typed is in them; nothing was written."""

    code = "texts_changed"
    message = _(
        "Người khác vừa sửa cùng chỗ. Cả hai bản đều còn: đoạn khác nhau ghi ở trên, hãy sửa thành một rồi ghi lại."
    )

    def __init__(self, merges: Mapping[str, Merge]) -> None:
        super().__init__()
        self.merges = dict(merges)


class ValuesChanged(Conflict):
    """`stands` by the name of the field: what another wrote there meanwhile, as it is shown. Nothing was written."""

    code = "values_changed"
    message = _("Người khác vừa sửa cùng chỗ. Điều đồng chí gõ vẫn ở đây; ghi lần nữa thì thay theo đồng chí.")

    def __init__(self, stands: Mapping[str, str]) -> None:
        super().__init__()
        self.stands = dict(stands)


def settle_values(*, base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """The values to write, by name, when `theirs` stand there now and `mine` were chosen from `base`: each takes what one side touched.

    Values without a base are taken as they are. Raises ValuesChanged where both chose otherwise.
    """
    touched = {name: value for name, value in mine.items() if name not in base or value != base[name]}
    clashing = {name for name, value in touched.items() if name in base and theirs[name] not in {base[name], value}}
    if clashing:
        raise ValuesChanged({name: theirs[name] for name in sorted(clashing)})
    return {**theirs, **touched}


def merge_texts(*, base: str, mine: str, theirs: str) -> Merge:
    """Three-way merge by paragraph (a line is one). What only one side touched is taken as that side has it.

    Paragraphs next to each other that different people changed do not clash; two different ones put at the same place do.
    """
    old = _split(base)
    edits = sorted([*_find_edits(old, _split(mine), MINE), *_find_edits(old, _split(theirs), THEIRS)])
    return Merge(tuple(_walk(old, edits)), theirs)


def settle_texts(*, base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """The texts to write, by name, when `theirs` stand there now and `mine` were written from `base`.

    Texts without a base are taken as they are. Raises TextsChanged, StampFound.
    """
    merges = {}
    for name, text in mine.items():
        words = take_lines(text)
        stands = compose_lines(theirs.get(name, ""))
        begun = compose_lines(base[name]) if name in base else stands
        merges[name] = merge_texts(base=begun, mine=words, theirs=stands)
    clashing = {name: merge for name, merge in merges.items() if merge.clashes}
    if clashing:
        raise TextsChanged(clashing)
    return {name: merge.text for name, merge in merges.items()}


MINE, THEIRS = 0, 1


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """One side puts `lines` in place of the paragraphs from `start` to before `end`; an insertion where these are equal."""

    start: int
    end: int
    side: int
    lines: tuple[str, ...]


def _split(text: str) -> list[str]:
    return text.split("\n") if text else []


def _find_edits(old: Sequence[str], new: Sequence[str], side: int) -> Iterator[_Edit]:
    """As many paragraphs for as many are edits of one paragraph each: neighbours can be edited by two people."""
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        lines = tuple(new[first:last])
        if kind == "replace" and end - start == last - first:
            yield from (_Edit(start + at, start + at + 1, side, (line,)) for at, line in enumerate(lines))
        elif kind != "equal":
            yield _Edit(start, end, side, lines)


def _walk(old: Sequence[str], edits: Sequence[_Edit]) -> Iterator[str | Clash]:
    at = 0
    for cluster in _group(edits):
        start, end = cluster[0].start, max(edit.end for edit in cluster)
        yield from old[at:start]
        yield from _settle(old, start, end, cluster)
        at = end
    yield from old[at:]


def _group(edits: Sequence[_Edit]) -> Iterator[list[_Edit]]:
    """Edits that touch the same paragraphs, or put something at the very same place, belong together."""
    cluster: list[_Edit] = []
    end = 0
    for edit in edits:
        same_place = bool(cluster) and cluster[0].start == end == edit.start == edit.end
        if cluster and not (edit.start < end or same_place):
            yield cluster
            cluster = []
        end = max(end, edit.end)
        cluster.append(edit)
    if cluster:
        yield cluster


def _settle(old: Sequence[str], start: int, end: int, cluster: Sequence[_Edit]) -> Iterator[str | Clash]:
    mine, theirs = (_apply(old, start, end, [edit for edit in cluster if edit.side == side]) for side in (MINE, THEIRS))
    sides = {edit.side for edit in cluster}
    if mine == theirs or sides == {MINE}:
        yield from mine
    elif sides == {THEIRS}:
        yield from theirs
    else:
        yield Clash(tuple(old[start:end]), mine, theirs)


def _apply(old: Sequence[str], start: int, end: int, edits: Iterable[_Edit]) -> tuple[str, ...]:
    lines: list[str] = []
    at = start
    for edit in edits:
        lines += [*old[at : edit.start], *edit.lines]
        at = edit.end
    return (*lines, *old[at:end])
