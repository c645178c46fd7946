"""What opening a round, and deciding for many, would do: done, read and undone (ADR 0025)."""

from collections import Counter
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from nennep.classification.choices import RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating
from nennep.classification.queries.doors import require_decider
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.previews import Effect, Preview, list_named, rehearse
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
        asked=_("Mở đợt “%(title)s” theo quy định đang áp dụng hôm nay?") % {"title": title},
        effects=(*effects, *list_named(_("Không xếp loại"), left)),
        undo=_("Danh sách cập nhật được đến khi kiểm điểm; quy định của đợt giữ nguyên đến cùng."),
    )


def foresee_decisions(
    *, actor: Actor, organization: Organization, ratings: Sequence[Rating], act: Callable[[], int]
) -> Preview:
    """Who would be decided, by level. Raises what the act refuses."""
    require_decider(actor, organization)
    rehearse(act)
    found = Rating.objects.filter(pk__in=[one.pk for one in ratings]).select_related("member", "organization")
    rows = list(found.with_levels().order_by("member__name_key", "pk"))
    effects = [
        effect
        for level in RatingLevel
        for effect in list_named(
            str(level.label),
            [one.subject for one in rows if (one.appraised_level or one.proposed_level) == level],
        )
    ]
    return Preview(
        asked=_("Quyết định %(count)s mục như đã đề nghị?") % {"count": len(rows)},
        effects=tuple(effects),
        undo=_("Lùi lại được từng mục, có lý do, đến khi thông báo kết quả."),
    )
