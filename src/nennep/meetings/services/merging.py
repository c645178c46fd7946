"""When two records of one person become one, what meetings know of both becomes one person's."""

from django.db import transaction

from nennep.core.access import Actor
from nennep.meetings.models import AgendaItem, Meeting, NoticeReply, Premeeting, ThemePlan


def follow_member_merge(*, actor: Actor, kept_id: int, dropped_id: int) -> None:
    """Answers, themes and offices in meetings go from the duplicate to the kept record.

    Where both answered the same notice, the duplicate's row stays as it was written down. Merging was allowed; nobody is
    asked again. Doing it twice changes nothing.
    """
    actor.require_program()
    with transaction.atomic():
        taken = NoticeReply.objects.filter(member_id=kept_id).values("meeting_id")
        NoticeReply.objects.filter(member_id=dropped_id).exclude(meeting_id__in=taken).update(member_id=kept_id)
        AgendaItem.objects.filter(presenter_id=dropped_id).update(presenter_id=kept_id)
        Meeting.objects.filter(chair_id=dropped_id).update(chair_id=kept_id)
        Meeting.objects.filter(minute_taker_id=dropped_id).update(minute_taker_id=kept_id)
        ThemePlan.objects.filter(author_id=dropped_id).update(author_id=kept_id)
        for premeeting in Premeeting.objects.filter(present=dropped_id).order_by("pk"):
            premeeting.present.remove(dropped_id)
            premeeting.present.add(kept_id)
