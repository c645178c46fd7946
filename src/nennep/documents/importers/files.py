"""What an uploaded file is and whether it carries a stamp, found out where it can do no harm."""

import json
from dataclasses import dataclass

from nennep.core.readers import ReaderFailed, ask_reader
from nennep.core.stamps import find_stamp
from nennep.documents.rules.content import PARSED_SUFFIXES, FileFault, find_fault, read_lines, suffix_of
from nennep.documents.rules.names import NAMED_SUFFIXES

SECONDS = 10  # a busy machine gives a reader little of its time


@dataclass(frozen=True, slots=True)
class Examined:
    """`fault`: why the file is not taken. `stamp`: the marking that stands in it, else empty."""

    fault: FileFault | None
    stamp: str = ""


def examine(file_name: str, content: bytes) -> Examined:
    """Look at a file with limits of time and memory. Raises ReadersBusy.

    A PDF that takes too long (a map with a hundred thousand labels) is taken as a scan is: nothing could be read in it.
    """
    suffix = suffix_of(file_name)
    if suffix not in PARSED_SUFFIXES:
        fault = find_fault(file_name, content)
        return Examined(fault, "" if fault else find_stamp(read_lines(file_name, content)))
    try:
        answer = ask_reader("nennep.documents.importers.child", f"a{suffix}", source=content, seconds=SECONDS)
    except ReaderFailed:
        return Examined(find_fault(file_name, content) if suffix == ".pdf" else FileFault.BOMB)
    found, stamp = json.loads(answer)
    return Examined(FileFault(found) if found else None, stamp)


def take_names_out(file_name: str, content: bytes) -> bytes | None:
    """The file without the name of who wrote it; None where that cannot be done. Raises ReadersBusy."""
    suffix = suffix_of(file_name)
    if suffix in NAMED_SUFFIXES:
        return None
    try:
        return ask_reader("nennep.documents.importers.names", suffix, source=content, seconds=SECONDS)
    except ReaderFailed:
        return None
