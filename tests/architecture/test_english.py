"""English that translates another language word by word is found; what is written instead stands beside each pattern."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, expect_none

# Only what is never right: "a list of who got what" and "whoever asks" are good English and are left alone.
PATTERNS = {
    r"\b(?:for|to|by|from|with|only) who\b(?! (?:in|and)\b)": "those who, whoever, or the noun (the writer, the caller)",
    r"\btransaction of who\b": "the caller's transaction",
    r"\bnone off\b": "not a day off",
    r"\b(?:in use|first day) no more\b": "no longer",
    r"\ban own\b|\b(?:by|from|in|of|on|to|inside) the own\b": "one's own, their own",
    r"\b(?:twice|again)(?: on a day)? it (?:is|does|stands)\b|\bTwice is once\b": "doing it twice changes nothing",
    r"\bhow many (?:that|these|those) were\b": "returns how many",
    r"\b(?:is|are|be|was|were) (?:another one|other ones)\b(?! of)": "differs, has changed",
    r"\bper cent\b": "percent",
    r"\b(?:\d+|two|six|eight|ten) signs\b": "characters",
    r"\b(?:that|which|what|whatever) (?:is|are|can be|was) none\b(?! of)|\bor is none\b": "that is no …",
    r"\bundo of\b": "undoes",
    r"\b(?:kept|is|may) so long\b(?! (?:as|that))|# so (?:long|often|many)\b": "for how long, how many",
    r"\bneeds? (?:somebody|a word)\b(?! (?:to|that|who))|\ba word why\b": "needs attention, a reason",
    r"\b(?:he|his|him|himself)\b": "they, their",
    r"\bthe look names\b": "as the style sheet names it",
    r"(?<=[.;] )who (?:already|left|wrote|has left|has since)\b|\bof who (?:is|has|left|was|came)\b": "whoever, somebody who",
    r'"""(?:One|Two|Three|Four|Five|Six) quer(?:y|ies)\."""': "what the result is, then how many queries it takes",
}
FAULTS = [(re.compile(pattern, re.IGNORECASE), better) for pattern, better in PATTERNS.items()]
WRITTEN = [
    *sorted(PROJECT.glob("*.md")),
    *sorted((PROJECT / "docs").rglob("*.md")),
    *(
        path
        for folder in ("src", "tests", "tools", "bench")
        for kind in ("*.py", "*.toml", "*.html", "*.css", "*.js")
        for path in sorted((PROJECT / folder).rglob(kind))
        if "vendor" not in path.parts
    ),
]


def find_faults(text: str) -> list[str]:
    """`line: words (what to write instead)` for each, in the order of the lines."""
    return [
        f"{number}: {found.group()} (write: {better})"
        for number, line in enumerate(text.splitlines(), 1)
        for fault, better in FAULTS
        for found in fault.finditer(line)
    ]


def test_docstrings_comments_and_documents_are_written_in_english() -> None:
    here = Path(__file__)
    texts = ((path, path.read_text("utf-8")) for path in WRITTEN if path != here)
    expect_none(f"{path.relative_to(PROJECT)}:{fault}" for path, text in texts for fault in find_faults(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("raises NotFound for who may not read", id="for"),
        pytest.param("Only who reads", id="capital"),
        pytest.param("Inside the transaction of who writes.", id="transaction"),
        pytest.param("the next day that is none off", id="off"),
        pytest.param("numbers in use no more", id="longer"),
        pytest.param("the visit is an own one", id="article"),
        pytest.param("members of the own cell", id="possessive"),
        pytest.param('"""One query."""', id="queries-alone"),
        pytest.param("Sent twice it is sent once.", id="twice"),
        pytest.param("meetings are called off; how many that were", id="how-many"),
        pytest.param("when the place is another one", id="changed"),
        pytest.param("rounded to one per cent", id="percent"),
        pytest.param("at most 160 signs", id="characters"),
        pytest.param("an address that is none", id="none"),
        pytest.param("Undo of leaving.", id="undo"),
        pytest.param("DAYS = 7  # a file is kept so long", id="so-long"),
        pytest.param("cells that need somebody", id="attention"),
        pytest.param("the cells he follows", id="he"),
        pytest.param("How the look names a state.", id="look"),
        pytest.param("It ends; who left later stays.", id="who-left"),
    ],
)
def test_a_fault_is_found_once_on_its_line(text: str) -> None:
    assert [fault.split(":")[0] for fault in find_faults(f"first line\n{text}\n")] == ["2"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a list of who got what", id="noun-clause"),
        pytest.param("for whoever asks", id="whoever"),
        pytest.param("for who in called:", id="loop"),
        pytest.param("tasks with who and how far", id="columns"),
        pytest.param("says no more than once", id="more-than"),
        pytest.param('"""The cells in scope. One query."""', id="result-and-queries"),
        pytest.param("of their own", id="their-own"),
        pytest.param("none of them, whatever is none of ours", id="none-of"),
        pytest.param("a cell needs somebody to lead it", id="needs-somebody-to"),
        pytest.param("the trail; who is told what", id="who-clause"),
    ],
)
def test_good_english_is_left_alone(text: str) -> None:
    assert find_faults(text) == []
