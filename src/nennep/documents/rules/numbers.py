"""Numbers and symbols of papers (Hướng dẫn 05-HD/VPTW, 27/05/2026; rules.md §10.2)."""

from nennep.documents.choices import PaperType

_SYMBOLS = {PaperType.DECISION: "QĐ"}


def say_number(number: int, paper_type: PaperType, issuer: str = "CB") -> str:
    """`05-NQ/CB`: two digits below 10, no colon; `CB` is a cell, `ĐU` a committee."""
    return f"{number:02d}-{_SYMBOLS.get(paper_type, paper_type.value)}/{issuer}"
