"""What may be done with a plan in which state."""

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.planning.choices import SOLVING_STATES, PlanState


class PlanIsSolving(DomainError):
    code = "plan_is_solving"
    message = _("Đang xếp lịch. Hãy đợi xong rồi sửa.")


class PlanIsPublished(DomainError):
    code = "plan_is_published"
    message = _("Lịch này đã ban hành. Muốn đổi, hãy ghi ngày bận hoặc soạn bản điều chỉnh.")


def require_changeable(state: str) -> None:
    """Raise PlanIsSolving or PlanIsPublished unless a plan in this state may still be changed."""
    if state in SOLVING_STATES:
        raise PlanIsSolving
    if state == PlanState.PUBLISHED:
        raise PlanIsPublished
