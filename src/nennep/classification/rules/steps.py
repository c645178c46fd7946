"""Which step of a rating may be done, and what it needs (rules.md §4.6, addendum a.5)."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import CampaignState, RatingLevel, RatingState
from nennep.classification.rules.levels import Judgement
from nennep.core.errors import Conflict, DomainError


class CampaignIsClosed(Conflict):
    code = "rating_campaign_closed"
    message = _("Đợt xếp loại đã kết thúc. Muốn sửa, cấp ủy phải mở lại đợt.")


class CampaignIsCancelled(Conflict):
    code = "rating_campaign_cancelled"
    message = _("Đợt xếp loại này đã hủy. Muốn làm tiếp, cấp ủy phải khôi phục đợt.")


class NotToBeRated(DomainError):
    code = "rating_not_rated"
    message = _("Không xếp loại trong đợt này: %(reason)s.")


class StepTaken(Conflict):
    code = "rating_step_taken"
    message = _("Bước này đã làm rồi (%(state)s). Hãy xem lại trang.")


class StepTooEarly(DomainError):
    code = "rating_step_too_early"
    message = _("Chưa đến bước này: đang ở “%(state)s”. Hãy làm lần lượt các bước.")


class OthersFirst(DomainError):
    code = "rating_others_first"
    message = _("Còn %(count)s mục phải xong trước: %(names)s.")


class ComplaintIsOpen(DomainError):
    code = "rating_complaint_open"
    message = _("Đang có khiếu nại chưa trả lời. Hãy kiểm tra, trả lời rồi mới quyết định.")


class ComplaintBeforeFiling(DomainError):
    code = "rating_complaint_before_filing"
    message = _("Đang có khiếu nại chưa trả lời. Hãy trả lời rồi mới lưu hồ sơ: khiếu nại và trả lời thuộc hồ sơ.")


class ReratingOwed(DomainError):
    code = "rating_anew_owed"
    message = _(
        "%(subject)s: khiếu nại được kết luận là đúng. Hãy xếp loại lại, hoặc ghi vì sao giữ mức, rồi mới thông báo, lưu hồ sơ."
    )


class LookAgainFirst(DomainError):
    code = "rating_look_again_first"
    message = _("%(subject)s: %(why)s. Hãy xếp loại lại, hoặc ghi vì sao giữ mức, rồi mới thông báo, lưu hồ sơ.")


class NothingSinceDecision(DomainError):
    code = "rating_nothing_since_decision"
    message = _("Sau quyết định này không có việc gì phải xem lại.")


class DifferingNeedsReason(DomainError):
    code = "rating_differing_needs_reason"
    message = _("Mức này khác mức chương trình gợi ý, hoặc chưa đủ căn cứ để gợi ý: hãy ghi lý do.")
    field = "reason"


class StepStands(DomainError):
    code = "rating_step_stands"
    message = _("Không lùi được bước này: %(why)s.")


def require_open(state: CampaignState) -> None:
    """Raises CampaignIsClosed, CampaignIsCancelled."""
    require_kept(state)
    if state != CampaignState.OPEN:
        raise CampaignIsClosed


def require_kept(state: CampaignState) -> None:
    """For what goes on after the round is closed: complaints, re-ratings. Raises CampaignIsCancelled."""
    if state == CampaignState.CANCELLED:
        raise CampaignIsCancelled


def require_rated(state: RatingState, reason: str) -> None:
    """Raises NotToBeRated, StepTaken for one that was rated anew."""
    if state == RatingState.NOT_RATED:
        raise NotToBeRated(reason=reason)
    if state == RatingState.REPLACED:
        raise StepTaken(state=state.label)


def require_at(state: RatingState, allowed: Collection[RatingState]) -> None:
    """Raises StepTaken past the steps that are allowed, StepTooEarly before them."""
    if state in allowed:
        return
    if state.step > max(one.step for one in allowed):
        raise StepTaken(state=state.label)
    raise StepTooEarly(state=state.label)


def require_nobody_before(names: Sequence[str]) -> None:
    """Raises OthersFirst: the collective before the individuals, lower before upper, the group before its head."""
    if names:
        raise OthersFirst(count=len(names), names=", ".join(names[:3]) + ("…" if len(names) > 3 else ""))


def needs_reason(level: RatingLevel, judgement: Judgement) -> bool:
    """A level other than the proposed one, and any level where the text has a gap."""
    return level != judgement.proposal or judgement.gap is not None


def require_reason(level: RatingLevel, judgement: Judgement, reason: str) -> None:
    """Raises DifferingNeedsReason."""
    if needs_reason(level, judgement) and not reason.strip():
        raise DifferingNeedsReason


def find_former_state(state: RatingState, *, has_comments: bool, has_ballot: bool, is_appraised: bool) -> RatingState:
    """The step to which it goes back. Raises StepStands for what people know already or what has no step before it."""
    if state in {RatingState.ANNOUNCED, RatingState.NOT_RATED, RatingState.REPLACED, RatingState.OPENED}:
        known = (
            _("kết quả đã thông báo; muốn đổi phải xếp loại lại")
            if state == RatingState.ANNOUNCED
            else _("chưa có bước nào")
        )
        raise StepStands(why=known)
    before = {
        RatingState.DRAFTING: RatingState.OPENED,
        RatingState.COMMENTED: RatingState.DRAFTING,
        RatingState.REVIEWED: RatingState.COMMENTED if has_comments else RatingState.DRAFTING,
        RatingState.VOTED: RatingState.REVIEWED,
        RatingState.PROPOSED: RatingState.VOTED if has_ballot else RatingState.REVIEWED,
        RatingState.APPRAISED: RatingState.PROPOSED,
        RatingState.DECIDED: RatingState.APPRAISED if is_appraised else RatingState.PROPOSED,
        RatingState.FILED: RatingState.ANNOUNCED,
    }
    return before[state]


def find_taken_away(state: RatingState, former: RatingState) -> RatingState | None:
    """The step by which others go on, and that going back to `former` takes away; None where nobody waits for it."""
    return next((step for step in RatingState.waited_for() if former.step < step.step <= state.step), None)


def require_nothing_on_it(names: Sequence[str], taken_away: RatingState | None) -> None:
    """Raises StepStands: the level that went on by this step goes back first."""
    if not names:
        return
    told = {"names": ", ".join(names[:3]) + ("…" if len(names) > 3 else "")}
    if taken_away == RatingState.DECIDED:
        why = _(
            "%(names)s đã được quyết định dựa vào mục này; lùi quyết định ấy trước, đã thông báo thì phải xếp loại lại"
        )
    else:
        why = _("%(names)s đã đề nghị lên cấp trên dựa vào mục này; lùi đề nghị ấy trước")
    raise StepStands(why=why % told)
