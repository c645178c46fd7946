"""When two records of one person become one, what the room knows of both becomes one person's."""

from django.db import transaction

from nennep.core.access import Actor
from nennep.room.models import Remark, ReservedOpinion, RollCallEntry, SecretBallot, Speech, TellerCount


def follow_member_merge(*, actor: Actor, kept_id: int, dropped_id: int) -> int:
    """Roll calls, speeches, remarks, opinions and counts go from the duplicate to the kept record.

    Where both stand in the same roll call or spoke on the same item, the duplicate's row stays as it was written down:
    minutes that were approved are not rewritten. Merging was allowed; nobody is asked again. Doing it twice changes
    nothing. Returns how many roll-call entries moved.
    """
    actor.require_program()
    with transaction.atomic():
        spoke = Speech.objects.filter(member_id=kept_id).values("item_id")
        Speech.objects.filter(member_id=dropped_id).exclude(item_id__in=spoke).update(member_id=kept_id)
        Remark.objects.filter(member_id=dropped_id).update(member_id=kept_id)
        ReservedOpinion.objects.filter(member_id=dropped_id).update(member_id=kept_id)
        _follow_tellers(kept_id, dropped_id)
        called = RollCallEntry.objects.filter(member_id=kept_id).values("meeting_id")
        entries = RollCallEntry.objects.filter(member_id=dropped_id).exclude(meeting_id__in=called)
        return entries.update(member_id=kept_id)


def _follow_tellers(kept_id: int, dropped_id: int) -> None:
    """Where both records counted the same ballot there were two rows of one person: they stay as written down."""
    pair = [kept_id, dropped_id]
    both = SecretBallot.objects.filter(first_teller_id__in=pair, second_teller_id__in=pair).values("pk")
    SecretBallot.objects.filter(first_teller_id=dropped_id).exclude(pk__in=both).update(first_teller_id=kept_id)
    SecretBallot.objects.filter(second_teller_id=dropped_id).exclude(pk__in=both).update(second_teller_id=kept_id)
    TellerCount.objects.filter(teller_id=dropped_id).exclude(ballot__in=both).update(teller_id=kept_id)
