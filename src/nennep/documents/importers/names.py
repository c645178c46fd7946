"""Takes out of one file from standard input who wrote it, in a process of its own: `python -m nennep.documents.importers.names SUFFIX`."""

import sys

from nennep.core.confined import confine
from nennep.documents.rules.names import take_names_out

MEMORY = 768 * 1024 * 1024
SECONDS = 6  # of processor time


def main() -> None:
    confine(memory=MEMORY, seconds=SECONDS)
    sys.stdout.buffer.write(take_names_out(sys.argv[1], sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
