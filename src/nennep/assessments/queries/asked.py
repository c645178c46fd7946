"""What meetings ask of scores: an item for the next programme, whether anybody has scored."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreSheet, SideScore
from nennep.assessments.queries.sides import read_standing
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.wording import say_decimal
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.models import Meeting
from nennep.meetings.queries.sources import MeetingSource
from nennep.meetings.queries.suggestions import FELL_BY, FIGURE, Suggestion, SuggestionContext, find_drop

_LOOKED_BACK = 12  # meetings among which the last four with a score are found


def suggest_by_score(asked: SuggestionContext) -> Iterator[Suggestion]:
    """The quality of the meeting itself, when its score fell against the three before; for those who may read scores. One query."""
    if not asked.actor.may(Permission.SCORES_READ, asked.meeting.organization.path):
        return
    drop = find_drop(list_scores(asked.meeting), by=FELL_BY)
    if drop is not None:
        yield Suggestion(
            origin=Origin(FIGURE, "score"),
            title="Nâng chất lượng buổi sinh hoạt",
            topic=Topic.SELF_CRITICISM,
            minutes=10,
            reason=_("Điểm buổi trước %(now)s, ba buổi trước đó %(before)s")
            % {"now": say_decimal(drop.now), "before": say_decimal(drop.before)},
        )


def list_scores(meeting: Meeting) -> list[float]:
    """Scores of the last four monthly meetings before this one that have one, oldest first, 0 to 100. Two queries."""
    before = Meeting.objects.filter(
        organization_id=meeting.organization_id,
        kind__in=MeetingKind.monthly(),
        planned_for__lt=meeting.planned_for,
        standing_scores__isnull=False,
    )
    ids = list(before.order_by("-planned_for").values_list("pk", flat=True).distinct()[:_LOOKED_BACK])
    scores = read_standing(Q(meeting__in=ids))
    return [float(scores[one].total) for one in reversed([one for one in ids if one in scores][:4])]


class AssessmentsSource(MeetingSource):
    """Whether anybody has scored a meeting: the cell agreed its score, or one was given from above."""

    def is_built_on(self, meeting: Meeting) -> bool:
        agreed = Q(score_sheet__state=SheetState.AGREED) | Q(side_scores__isnull=False)
        return Meeting.objects.filter(agreed, pk=meeting.pk).exists()


def has_scored_by(codes: Collection[str]) -> bool:
    """Whether a sheet was begun, or a score from above given, by sheets of these codes. Two queries at most."""
    kinds = (ScoreSheet, SideScore)
    return any(kind.objects.filter(template_code__in=codes).exists() for kind in kinds)


def list_agreed(meeting_ids: Collection[int]) -> dict[int, datetime]:
    """When the cell agreed its own score of each of these meetings: step five of its month. One query."""
    sheets = ScoreSheet.objects.filter(meeting_id__in=meeting_ids, state=SheetState.AGREED)
    pairs = sheets.order_by("-pk").values_list("meeting_id", "agreed_at")
    return {pk: agreed_at for pk, agreed_at in pairs if agreed_at is not None}
