"""Compile every translation (.po to .mo) that is not yet, in Python alone: no gettext on the machine is needed."""

from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[1] / "src" / "nennep"


def compile_messages(source: Path) -> list[Path]:
    """Write the .mo beside each .po under `source`; returns those written."""
    written = []
    for catalog in sorted(source.glob("*/locale/*/LC_MESSAGES/*.po")):
        polib.pofile(str(catalog)).save_as_mofile(str(catalog.with_suffix(".mo")))
        written.append(catalog.with_suffix(".mo"))
    return written


if __name__ == "__main__":
    compile_messages(SOURCE)
