"""What can go wrong in the domain, by name. `core/middleware.py` and `core/forms.py` turn it into answers.

A context subclasses `DomainError` beside the function that raises it and gives it a code for programs
and one Vietnamese sentence for people: what is wrong and how to mend it.
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """An expected refusal.

    `details` fill the named placeholders of `message`; `field` is the form field that every refusal of a kind belongs to,
    or this one alone.
    """

    code: ClassVar[str] = "domain_error"
    message: ClassVar[str | Promise] = _("Không làm được việc này.")
    field: str = ""

    def __init__(self, *, field: str = "", **details: Any) -> None:
        super().__init__(self.code, details)
        self.details = details
        self.field = field or self.field

    def __str__(self) -> str:
        return str(self.message) % self.details if self.details else str(self.message)


class NotFound(DomainError):
    """Missing, or out of the actor's scope: the two look the same."""

    code = "not_found"
    message = _("Không tìm thấy, hoặc đồng chí không có quyền xem.")


class NotAllowed(DomainError):
    """The actor may see it but not do this to it. `permission` and `path` in `details`: what was missing, on which unit."""

    code = "not_allowed"
    message = _("Đồng chí không có quyền làm việc này.")
    ends: ClassVar[bool] = False  # the unit has ended, rather than the role does not reach


class Conflict(DomainError):
    """Somebody else changed it meanwhile."""

    code = "conflict"
    message = _("Người khác vừa sửa nội dung này. Hãy xem lại bản mới rồi sửa tiếp.")
    moved: ClassVar[bool] = False  # no longer there to be changed, rather than changed


class MovedOn(Conflict):
    """What a page or a button was for is over, or lies with others: said to whoever could do it, in no other state forbidden to them.

    `last` says what was done last, by whom and when. Nobody else is told: they get NotFound or NotAllowed.
    """

    code = "moved_on"
    message = _("Việc này đã sang bước khác (%(last)s). Hãy xem bước hiện nay trên trang của việc ấy.")
    moved = True
