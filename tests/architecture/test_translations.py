"""English is complete: every string that the code says has its translation, with the same placeholders."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, expect_none
from tools import collect_messages

FOLDERS = list(collect_messages.contexts(PACKAGE))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_string_has_its_english(folder: Path) -> None:
    """Run `make messages` and fill in what is empty."""
    catalog = collect_messages.read_catalog(folder)
    translated = {message for message, entry in catalog.items() if collect_messages.is_translated(entry)}
    missing = collect_messages.messages_of_context(folder) - translated
    expect_none(sorted(message.text for message in missing))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_translation_of_what_nobody_says(folder: Path) -> None:
    unused = set(collect_messages.read_catalog(folder)) - collect_messages.messages_of_context(folder)
    expect_none(sorted(message.text for message in unused))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_translations_keep_their_placeholders(folder: Path) -> None:
    wrong = [
        entry.msgid
        for entry in collect_messages.read_catalog(folder).values()
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if text and set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    ]
    expect_none(wrong)


NOUNS = (
    "days|meetings|members|tasks|petitions|cells|people|visits|items|months|rows|minutes|units|points|persons|papers|files|documents|"
    "comments|accounts|comrades|records|officers|quarters|years|hours|changes|lines|codes|themes|times|ballots|guests|letters|reports|"
    "sheets|groups|plans|weeks|places|opinions|notices|columns|criteria|versions|messages|replies|votes|levels|forms|entries|devices|"
    "attendances|notes|jobs|kilometres|rounds|characters|seconds"
)
COUNTED = re.compile(rf"%\(\w+\)s(?:</?\w+>)?(?: [a-z]+){{0,2}} (?:{NOUNS})\b")
ONE_FORM = Path(__file__).parent / "one_form.txt"


def test_a_counted_noun_has_two_forms_in_english() -> None:
    """`1 day`, `2 days`: by `ngettext`, or `count` and `plural` in templates. The list of those with one form only shrinks."""
    one_form = {
        entry.msgid.replace("\n", " ")
        for folder in FOLDERS
        for entry in collect_messages.read_catalog(folder).values()
        if not entry.msgid_plural and COUNTED.search(entry.msgstr)
    }
    listed = {line for line in ONE_FORM.read_text("utf-8").splitlines() if not line.startswith("#")}
    assert (sorted(one_form - listed), sorted(listed - one_form)) == ([], [])


VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
SAID_THROUGH_GETTEXT = re.compile(
    r"\{% *blocktrans(?:late)?\b.*?\{% *endblocktrans(?:late)? *%\}"
    r"|\{% *trans(?:late)? .*?%\}|_\((?:\"[^\"]*\"|'[^']*')\)|\{#.*?#\}|\{% *comment\b.*?\{% *endcomment *%\}|<!--.*?-->",
    re.DOTALL,
)
# Said in Vietnamese whatever the reader's language, each with its reason.
VIETNAMESE_ONLY = {"core/templates/core/gallery.html": "the developers' page of components"}
NAMES = re.compile("Nền Nếp|Tiếng Việt")  # the product's name, and a language's name in itself


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.glob("*/templates/**/*.*")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_templates_say_nothing_past_gettext(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() in VIETNAMESE_ONLY:
        return
    rest = NAMES.sub("", SAID_THROUGH_GETTEXT.sub("", path.read_text("utf-8")))
    expect_none(line.strip() for line in rest.splitlines() if VIETNAMESE.search(line))
