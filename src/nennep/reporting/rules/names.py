"""How units are called where many stand under each other."""

import re


def shorten_cell(name: str) -> str:
    """`Chi bộ thôn Nặm Chá` is `Nặm Chá` on a list of cells; `Chi bộ Trạm Y tế xã` is `Trạm Y tế xã`."""
    short = re.sub(r"^Chi bộ (?:thôn |xóm )?", "", name).strip()
    return short[:1].upper() + short[1:] if short else name
