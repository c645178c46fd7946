"""What opening a round, cancelling it, moving its day, and deciding for many would do: done, read and undone (ADR 0025)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from nennep.classification.choices import RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating
from nennep.classification.queries.doors import require_decider
from nennep.classification.queries.left_open import read_left_open
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.previews import Effect, Preview, list_named, rehearse
from nennep.core.wording import say_date
from nennep.organizations.models import Organization


def foresee_opening(*, actor: Actor, organization: Organization, act: Callable[[], Campaign]) -> Preview:
    """How many members, groups and units would be listed, and who would not be rated. Raises what the act refuses."""
    actor.require(Permission.RATINGS_DECIDE, organization.path)
    with transaction.atomic():
        campaign = act()
        ratings = list(Rating.objects.filter(campaign=campaign).select_related("member").order_by("member__name_key"))
        title = campaign.title
        transaction.set_rollback(True)
    left = [one.member.full_name for one in ratings if one.member and one.state == RatingState.NOT_RATED]
    kinds = Counter(one.kind for one in ratings if one.state != RatingState.NOT_RATED)
    effects = [Effect(str(kind.label), kinds[kind.value]) for kind in SubjectKind if kinds[kind.value]]
    return Preview(
        asked=_("Mở đợt “%(title)s” theo quy định đang áp dụng hôm nay, chốt danh sách ngày %(day)s?")
        % {"title": title, "day": say_date(campaign.cutoff_on)},
        effects=(*effects, *list_named(_("Không xếp loại"), left)),
        undo=_(
            "Danh sách cập nhật được đến khi kiểm điểm; đợt mở nhầm thì hủy được khi chưa quyết định mục nào; quy định của đợt "
            "giữ nguyên đến cùng."
        ),
    )


def foresee_cancelling(*, actor: Actor, campaign: Campaign, act: Callable[[], Campaign]) -> Preview:
    """How much was done in the round that would rest with it. Raises what the act refuses."""
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    rehearse(act)
    ratings = Rating.objects.current().filter(campaign=campaign)
    steps = Counter(RatingState(state).step for state in ratings.values_list("state", flat=True))
    counts = (
        (_("Mục trong danh sách"), sum(steps.values())),
        (_("Đã viết bản kiểm điểm"), _count_from(steps, RatingState.DRAFTING)),
        (_("Đã kiểm điểm tại hội nghị"), _count_from(steps, RatingState.REVIEWED)),
        (_("Đã đề nghị lên cấp trên"), _count_from(steps, RatingState.PROPOSED)),
    )
    return Preview(
        asked=_(
            "Hủy đợt “%(title)s”? Những gì đã ghi được giữ lại nhưng không tính vào đâu; mở được đợt khác cho kỳ này."
        )
        % {"title": campaign.title},
        effects=tuple(Effect(str(label), count) for label, count in counts if count),
        undo=_("Khôi phục được ở trang của đợt, khi chưa mở đợt khác cho cùng kỳ."),
    )


def foresee_closing(*, actor: Actor, campaign: Campaign, act: Callable[[], Campaign]) -> Preview:
    """What closing would leave open, in numbers. Raises what the act refuses."""
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    rehearse(act)
    left = read_left_open(campaign)
    counts = (
        (_("Đã quyết định, chưa thông báo: người được xếp loại chưa xem được"), left.untold),
        (_("Đã thông báo, chưa lưu hồ sơ"), left.unfiled),
        (_("Khiếu nại chưa trả lời"), left.complaints),
        (_("Phải xem lại mức đã quyết định"), left.overtaken),
        (_("Của chính đơn vị, cấp trên chưa quyết định"), left.own),
    )
    return Preview(
        asked=_("Kết thúc đợt “%(title)s”? Sau đó chỉ còn trả lời khiếu nại, xếp loại lại.")
        % {"title": campaign.title},
        effects=tuple(Effect(str(label), count) for label, count in counts if count) or (Effect(_("Việc còn lại"), 0),),
        undo=_("Mở lại được ở trang của đợt, bất cứ lúc nào."),
    )


def _count_from(steps: Counter[int], state: RatingState) -> int:
    return sum(count for step, count in steps.items() if step >= state.step)


def foresee_cutoff(*, actor: Actor, campaign: Campaign, cutoff_on: date, act: Callable[[], tuple[int, int]]) -> Preview:
    """Who would fall in, who out, who into another cell. Raises what the act refuses."""
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    before = _read_places(campaign)
    with transaction.atomic():
        act()
        after = _read_places(campaign)
        transaction.set_rollback(True)
    effects = _compare(before, after)
    return Preview(
        asked=_("Chốt danh sách vào ngày %(day)s?") % {"day": say_date(cutoff_on)},
        effects=effects or (Effect(_("Mục thay đổi"), 0),),
        undo=_("Đổi lại được ngày chốt, khi chưa kiểm điểm những mục bị thay đổi."),
    )


_Key = tuple[str, int]
_Place = tuple[str, int]


def _compare(before: Mapping[_Key, _Place], after: Mapping[_Key, _Place]) -> tuple[Effect, ...]:
    """Who is in the one and not in the other, and who is in another unit."""
    come = [name for key, (name, _unit) in after.items() if key not in before]
    gone = [name for key, (name, _unit) in before.items() if key not in after]
    moved = [name for key, (name, unit) in after.items() if key in before and before[key][1] != unit]
    return (
        *list_named(_("Thêm vào diện xếp loại"), come),
        *list_named(_("Ra khỏi diện xếp loại"), gone),
        *list_named(_("Đổi đơn vị xếp loại"), moved),
    )


def _read_places(campaign: Campaign) -> dict[_Key, _Place]:
    """Who or what is rated in the round: name and unit, by what it is. Those not rated are not in it."""
    rows = Rating.objects.current().filter(campaign=campaign).exclude(state=RatingState.NOT_RATED)
    found = rows.select_related("member", "organization").order_by("member__name_key", "pk")
    return {(one.kind, one.member_id or one.organization_id): (str(one.subject), one.organization_id) for one in found}


def foresee_decisions(
    *, actor: Actor, organization: Organization, ratings: Sequence[Rating], act: Callable[[], int]
) -> Preview:
    """Who would be decided, by level. Raises what the act refuses."""
    require_decider(actor, organization)
    rehearse(act)
    rows = _read_levels(ratings)
    effects = _list_by_level((one.appraised_level or one.proposed_level, one.subject) for one in rows)
    return Preview(
        asked=_("Quyết định %(count)s mục như đã đề nghị?") % {"count": len(rows)},
        effects=effects,
        undo=_("Lùi lại được từng mục, có lý do, đến khi thông báo kết quả."),
    )


def foresee_announcing(
    *, actor: Actor, organization: Organization, ratings: Sequence[Rating], act: Callable[[], int]
) -> Preview:
    """Who would read what was decided, by level. Raises what the act refuses."""
    require_decider(actor, organization)
    rehearse(act)
    rows = _read_levels(ratings)
    return Preview(
        asked=_("Ghi đã thông báo kết quả của %(count)s mục? Từ lúc ấy người được xếp loại xem được kết quả của mình.")
        % {"count": len(rows)},
        effects=_list_by_level((one.decided_level, one.subject) for one in rows),
        undo=_("Đã thông báo thì không lùi được: muốn đổi phải xếp loại lại."),
    )


def _read_levels(ratings: Sequence[Rating]) -> list[Rating]:
    found = Rating.objects.filter(pk__in=[one.pk for one in ratings]).select_related("member", "organization")
    return list(found.with_levels().order_by("member__name_key", "pk"))


def _list_by_level(levels: Iterable[tuple[str | None, str]]) -> tuple[Effect, ...]:
    """Names under each level, the highest first."""
    found = list(levels)
    return tuple(
        effect
        for level in RatingLevel
        for effect in list_named(str(level.label), [name for said, name in found if said == level])
    )
