"""How the API says that something went wrong (RFC 9457): one shape for every operation of every context."""

from typing import Any

from ninja import Schema


class Problem(Schema):
    """`code` is for programs, `title` for people; `field` names the field at fault, `faults` what has a wrong shape."""

    type: str = "about:blank"
    status: int
    title: str
    code: str
    field: str | None = None
    faults: list[dict[str, Any]] | None = None


# What every operation for signed-in persons may answer besides its own: `response={200: …} | PROBLEMS`.
PROBLEMS: dict[int, type[Problem]] = dict.fromkeys((401, 403, 404, 409, 422), Problem)
