"""The child's way to refuse: a code that `reader.py` turns into a named error."""


class Refusal(Exception):
    """Carries the code of a SheetRefused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
