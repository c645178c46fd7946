"""Rules of the tree and of its history: values without a database."""

from collections.abc import Iterable

STEP = 4  # characters per level in a tree path (treebeard's steplen)


def ancestor_paths(path: str) -> list[str]:
    """Paths of the ancestors and the unit itself, root first."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def outermost_paths(paths: Iterable[str]) -> list[str]:
    """Those paths that lie below no other of them, in tree order."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept
