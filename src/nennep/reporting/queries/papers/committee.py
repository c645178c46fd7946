"""Programme and conclusion of the chi ủy's own meeting before the cell meets (forms.md §3)."""

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.meetings.queries.premeeting import PremeetingPaper, get_premeeting_paper
from nennep.members.choices import PostKind
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import (
    CommitteeConclusionPaper,
    CommitteeProgrammePaper,
    Letterhead,
    Signature,
    Sitting,
)
from nennep.reporting.renderers.wording import format_symbol


def build_committee_programme(*, actor: Actor, meeting: Meeting) -> CommitteeProgrammePaper:
    """What the committee will talk about, with what was filled in. Raises NotFound while it is not planned, and for members."""
    kept = get_premeeting(actor=actor, meeting=meeting)
    head = _build_head(meeting, kept, "CTr")
    return CommitteeProgrammePaper(
        letterhead=head,
        subject=_say_subject(kept),
        sitting=_build_sitting(kept, head),
        past_label=parts.say_month(kept.month.plus(-1)),
        next_label=parts.say_month(kept.month),
        cell_meeting_at=parts.local_time(kept.meeting_at),
        cell_place=kept.meeting_place,
        committee=_name_committee(kept),
        called=tuple(f"{person.name} ({PostKind(person.post).label})" for person in kept.preparers.people),
        last_month=kept.last_month,
        next_month=kept.next_month,
        cell_meeting=kept.cell_meeting,
        inspection=kept.inspection,
        signature=_build_signature(meeting, kept),
    )


def build_committee_conclusion(*, actor: Actor, meeting: Meeting) -> CommitteeConclusionPaper:
    """What the committee agreed; a draft before it is concluded. Raises NotFound."""
    kept = get_premeeting(actor=actor, meeting=meeting)
    head = _build_head(meeting, kept, "KL")
    return CommitteeConclusionPaper(
        letterhead=head,
        subject=_say_subject(kept),
        sitting=_build_sitting(kept, head),
        past_label=parts.say_month(kept.month.plus(-1)),
        next_label=parts.say_month(kept.month),
        committee=_name_committee(kept),
        draft=kept.concluded_at is None,
        present=tuple(person.name for person in kept.preparers.present),
        absent=kept.absent_note,
        departure=kept.departure,
        last_month=kept.last_month,
        next_month=kept.next_month,
        cell_meeting=kept.cell_meeting,
        inspection=kept.inspection,
        discussion=kept.discussion,
        conclusion=kept.conclusion,
        tasks=kept.tasks,
        signature=_build_signature(meeting, kept),
    )


def get_premeeting(*, actor: Actor, meeting: Meeting) -> PremeetingPaper:
    """For who leads or follows the cell: what the committee says is not every member's. Raises NotFound."""
    may_read = actor.may(Permission.MEMBERS_READ, meeting.organization.path)
    found = get_premeeting_paper(meeting) if may_read else None
    if found is None:
        raise NotFound
    return found


def _build_head(meeting: Meeting, kept: PremeetingPaper, kind: str) -> Letterhead:
    return parts.build_letterhead(meeting, parts.local_time(kept.held_at).date(), format_symbol(None, kind))


def _say_subject(kept: PremeetingPaper) -> str:
    return f"họp chi ủy chuẩn bị sinh hoạt chi bộ {parts.say_month(kept.month)}"


def _build_sitting(kept: PremeetingPaper, head: Letterhead) -> Sitting:
    """The chair is the secretary, or the highest post that came."""
    chair = next((person for person in kept.preparers.people if person.name == kept.chair), None)
    post = f"{PostKind(chair.post).label} Chi bộ" if chair else ""
    held_at = parts.local_time(kept.held_at)
    return Sitting(head.issuer, "họp chi ủy", held_at, kept.place, chair=kept.chair, chair_post=post)


def _has_committee(kept: PremeetingPaper) -> bool:
    return kept.preparers.body == "committee"


def _name_committee(kept: PremeetingPaper) -> str:
    """A cell without a committee is prepared by its secretary and deputy (HD 42-HD/BTCTW)."""
    return "chi ủy" if _has_committee(kept) else "bí thư, phó bí thư"


def _build_signature(meeting: Meeting, kept: PremeetingPaper) -> Signature:
    signed = parts.build_signature(parts.read_posts(meeting))
    return Signature("T/M CHI ỦY" if _has_committee(kept) else "T/M CHI BỘ", signed.post, signed.name)
