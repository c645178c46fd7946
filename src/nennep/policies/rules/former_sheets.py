"""Sheets of before (docs/adr/0030-sheets-are-files.md): a line with `fact`, `bands` and `short_by`, in the words of today.

Packs are append-only: such lines lie in databases for ever and propose what they always proposed.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

OUTSIDE_SHARE = Fraction(3, 5)  # ours: a meeting on another day is worth at most so much of the line on day and length
_FACTS = (
    "time",
    "attendance",
    "content",
    "preparation",
    "steps",
    "discussion",
    "speakers",
    "criticism",
    "tasks",
    "ending",
)
_TOLD = {"content": ["items"], "discussion": ["discussion"], "criticism": ["criticism_minutes"]}
_PARTS = {
    "preparation": ["programme_agreed", "members_told", "papers_in_time"],
    "ending": ["conclusion", "minutes_approved", "filed_in_time"],
}
_SHARES = {"speakers": "speakers_share", "tasks": "last_duties_done_share"}


def is_former(line: Mapping[str, Any]) -> bool:
    """Whether a line is written in the words of before."""
    return "fact" in line or "short_by" in line or ("bands" in line and "evidence" not in line)


def find_former_problem(line: Mapping[str, Any]) -> str:
    """What the reader of that time refused; empty where nothing is wrong."""
    fact, bands, short_by = line.get("fact"), line.get("bands", []), line.get("short_by", [])
    if fact and fact not in _FACTS:
        return f"{fact!r} is no fact of a meeting"
    limits = [limit for limit, _points in bands]
    if limits and (limits[-1] != 0 or limits != sorted(set(limits), reverse=True)):
        return "the bands of a line fall to 0 without a gap"
    for steps in (bands, short_by):
        if [points for _limit, points in steps] != sorted((points for _limit, points in steps), reverse=True):
            return "points of bands fall"
        if any(isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= 480 for limit, _ in steps):
            return "limits of bands are whole numbers up to 480"
        if any(not 0 <= points <= line["max"] or points * 2 % 1 for _limit, points in steps):
            return "points of bands are halves, from 0 to the maximum of the line"
    return ""


def translate_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """The line with its scales as they are written today."""
    fact, bands = line.get("fact") or "", list(line.get("bands", []))
    kept = {name: line[name] for name in ("code", "title", "max")}
    if fact in _TOLD:
        return kept | {"told": _TOLD[fact]}
    if fact in _PARTS:
        return kept | {"parts": _PARTS[fact]}
    if fact == "steps":
        return kept | {"evidence": "steps_done_share", "share": True}
    if fact in {"attendance", *_SHARES}:
        bands = [step for step in bands if step[0] <= 100]  # nobody reaches more
    if fact in _SHARES:
        evidence = _SHARES[fact]
        return kept | ({"evidence": evidence, "bands": bands} if bands else {"told": [evidence]})
    if fact == "attendance":
        return kept | _translate_attendance(bands)
    return kept | (_translate_time(line["max"], bands, list(line.get("short_by", []))) if fact == "time" else {})


def _translate_attendance(bands: list[Any]) -> dict[str, Any]:
    """Full at the target with nobody absent without reason; else the bands, with somebody so the lowest."""
    if not bands:
        return {"told": ["attendance_share"]}
    scale = {"evidence": "attendance_share", "bands": bands, "full_at": "attendance.target_pct"}
    return scale | {"lowest_if": ["unexcused"]}


def _translate_time(maximum: int, bands: list[Any], short_by: list[Any]) -> dict[str, Any]:
    """Full when nothing is missing, then by the minutes missing, then by the share; on another day at most OUTSIDE_SHARE."""
    told = {"told": ["on_the_day", "minutes_long"]}
    if not bands and not short_by:
        return told
    near = [[0, maximum]]
    near += [step for place, step in enumerate(short_by) if step[0] > max([0, *(one[0] for one in short_by[:place])])]
    scales: list[dict[str, Any]] = [{"evidence": "minutes_short", "at_most": near}]
    if bands:
        scales.append({"evidence": "length_share", "bands": bands})
    half_points = (OUTSIDE_SHARE * maximum * 2 + Fraction(1, 2)) // 1
    cap = {"when": "not on_the_day", "points": int(half_points) / 2}
    return told | {"scales": scales, "at_most_if": [cap]}
