"""Collect the interface's Vietnamese strings of every context into its English catalog. Python alone, no gettext.

Vietnamese is the source language (docs/adr/0010), so there is no Vietnamese catalog. A catalog holds what its context
says, sorted, without line numbers or dates: merging two branches stays calm. What is no longer said is removed; a new
string takes a translation that another context already has, else stays empty until somebody fills it in.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1] / "src" / "nennep"
CATALOG = Path("locale/en/LC_MESSAGES/django.po")
# How many leading arguments are texts, by function: (context first?, plural second?).
FUNCTIONS = {
    "_": (False, False),
    "gettext": (False, False),
    "gettext_lazy": (False, False),
    "gettext_noop": (False, False),
    "ngettext": (False, True),
    "ngettext_lazy": (False, True),
    "pgettext": (True, False),
    "pgettext_lazy": (True, False),
    "npgettext": (True, True),
    "npgettext_lazy": (True, True),
}
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|n?p?gettext(?:_lazy|_noop)?)\(\s*({_TEXT})(?:\s*,\s*({_TEXT}))?(?:\s*,\s*({_TEXT}))?")
PUT_TOGETHER = (ast.JoinedStr, ast.BinOp, ast.Call)
HEADER = {"Content-Type": "text/plain; charset=UTF-8", "Language": "en", "Plural-Forms": "nplurals=2; plural=(n != 1);"}


class Message(NamedTuple):
    """One string to translate; `plural` and `context` are empty for most."""

    text: str
    plural: str = ""
    context: str = ""


class NotLiteral(ValueError):
    """A text that is put together is handed to gettext: nobody could translate it."""


def messages_of_python(code: str, name: str = "") -> set[Message]:
    """Strings that Python code hands to gettext. Raises NotLiteral for a text that is put together.

    A name or a row of a table is no string of its own: what it stands for was marked where it is written (`gettext_noop`).
    """
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and _called_name(node) in FUNCTIONS:
            with_context, with_plural = FUNCTIONS[_called_name(node)]
            needed = 1 + with_context + with_plural
            texts = [argument.value for argument in node.args[:needed] if isinstance(argument, ast.Constant)]
            if any(isinstance(argument, PUT_TOGETHER) for argument in node.args[:needed]):
                raise NotLiteral(f"{name}:{node.lineno}: {ast.unparse(node)}")
            if len(texts) == needed:
                found.add(_message([str(text) for text in texts], with_context=with_context))
    return found


def messages_of_template(template: str) -> set[Message]:
    """Strings of {% translate %}, {% blocktranslate %} and _("…") in a template, as Django will look them up."""
    found = set()
    for match in _CALL.finditer(templatize(template)):
        with_context, with_plural = FUNCTIONS[match.group(1)]
        literals = [text for text in match.groups()[1:] if text][: 1 + with_context + with_plural]
        found.add(_message([str(ast.literal_eval(text)) for text in literals], with_context=with_context))
    return found


def messages_of_context(folder: Path) -> set[Message]:
    """All strings that one context (a folder below src/nennep) says."""
    found: set[Message] = set()
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            found |= messages_of_python(path.read_text("utf-8"), path.as_posix())
    for path in sorted(folder.glob("templates/**/*.*")):
        found |= messages_of_template(path.read_text("utf-8"))
    return {message for message in found if message.text}


def contexts(source: Path) -> Iterator[Path]:
    return (path.parent for path in sorted(source.glob("*/__init__.py")))


def read_catalog(folder: Path) -> dict[Message, polib.POEntry]:
    path = folder / CATALOG
    entries = polib.pofile(str(path)) if path.exists() else []
    return {message_of(entry): entry for entry in entries if not entry.obsolete}


def message_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def is_translated(entry: polib.POEntry) -> bool:
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return "fuzzy" not in entry.flags and all(texts) and bool(texts)


def collect(source: Path) -> dict[str, int]:
    """Write every catalog anew; returns how many strings of each context wait for a translation."""
    known = {
        message: entry
        for folder in contexts(source)
        for message, entry in read_catalog(folder).items()
        if is_translated(entry)
    }
    return {folder.name: _write(folder, messages_of_context(folder), known) for folder in contexts(source)}


def _write(folder: Path, messages: set[Message], known: dict[Message, polib.POEntry]) -> int:
    path = folder / CATALOG
    if not messages and not path.exists():
        return 0
    own = {message: entry for message, entry in read_catalog(folder).items() if is_translated(entry)}
    catalog = polib.POFile(wrapwidth=110)
    catalog.metadata = HEADER
    catalog.extend(_entry(message, own.get(message) or known.get(message)) for message in sorted(messages))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.save(str(path))
    return sum(not is_translated(entry) for entry in catalog)


def _entry(message: Message, known: polib.POEntry | None) -> polib.POEntry:
    flags = ["python-format"] if re.search(r"%\(\w+\)[sd]", message.text + message.plural) else []
    entry = polib.POEntry(msgid=message.text, msgid_plural=message.plural, msgctxt=message.context or None, flags=flags)
    if message.plural:
        entry.msgstr_plural = known.msgstr_plural if known else {0: "", 1: ""}
    elif known:
        entry.msgstr = known.msgstr
    return entry


def _message(texts: list[str], *, with_context: bool) -> Message:
    context = texts.pop(0) if with_context else ""
    return Message(texts[0], texts[1] if len(texts) > 1 else "", context)


def _called_name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def main() -> None:
    settings.configure(USE_I18N=True)  # templatize asks for nothing else
    waiting = collect(SOURCE)
    for name, count in waiting.items():
        if count:
            print(f"{name}: {count} strings wait for English in src/nennep/{name}/{CATALOG}")


if __name__ == "__main__":
    main()
