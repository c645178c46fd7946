"""Programme and conclusion of the chi ủy's own meeting before the cell meets (forms.md §3)."""

from collections.abc import Sequence
from datetime import datetime

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting, Premeeting
from nennep.members.choices import PostKind
from nennep.members.queries import PostHolder, posts_on
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import (
    CommitteeConclusionPaper,
    CommitteeProgrammePaper,
    Letterhead,
    Signature,
    Sitting,
)
from nennep.reporting.renderers.wording import format_symbol

_COMMITTEE = {PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.COMMITTEE_MEMBER}


def build_committee_programme(*, actor: Actor, meeting: Meeting) -> CommitteeProgrammePaper:
    """Raises NotFound while no meeting of the committee is planned, and for plain members."""
    premeeting = get_premeeting(actor=actor, meeting=meeting)
    posts, month = _read_posts(premeeting), Month.of(meeting.month)
    head = _build_head(premeeting, "CTr")
    return CommitteeProgrammePaper(
        letterhead=head,
        subject=_say_subject(meeting),
        sitting=_build_sitting(premeeting, head, posts),
        past_label=parts.say_month(month.plus(-1)),
        next_label=parts.say_month(month),
        cell_meeting_at=parts.local_time(meeting.planned_for),
        cell_place=meeting.place,
        committee=_name_committee(posts),
        called=tuple(dict.fromkeys(f"{post.full_name} ({PostKind(post.kind).label})" for post in posts)),
        signature=_build_signature(posts),
    )


def build_committee_conclusion(*, actor: Actor, meeting: Meeting) -> CommitteeConclusionPaper:
    """What the committee agreed; a draft before it is concluded. Raises NotFound."""
    premeeting = get_premeeting(actor=actor, meeting=meeting)
    posts, month = _read_posts(premeeting), Month.of(meeting.month)
    head = _build_head(premeeting, "KL")
    present = premeeting.present.order_by("name_key", "pk").values_list("full_name", flat=True)
    return CommitteeConclusionPaper(
        letterhead=head,
        subject=_say_subject(meeting),
        sitting=_build_sitting(premeeting, head, posts),
        past_label=parts.say_month(month.plus(-1)),
        next_label=parts.say_month(month),
        committee=_name_committee(posts),
        draft=premeeting.concluded_at is None,
        present=tuple(present),
        absent=premeeting.absent_note,
        last_month=premeeting.last_month,
        next_month=premeeting.next_month,
        cell_meeting=premeeting.cell_meeting,
        inspection=premeeting.inspection,
        discussion=premeeting.discussion,
        conclusion=premeeting.conclusion,
        tasks=premeeting.tasks,
        signature=_build_signature(posts),
    )


def get_premeeting(*, actor: Actor, meeting: Meeting) -> Premeeting:
    """A concluded one for who reads the cell's members, one being prepared for who prepares meetings. Raises NotFound."""
    found = Premeeting.objects.filter(meeting=meeting).first()
    needed = Permission.MEMBERS_READ if found and found.concluded_at else Permission.MEETINGS_PREPARE
    if found is None or not actor.may(needed, meeting.organization.path):
        raise NotFound
    found.meeting = meeting
    return found


def _build_head(premeeting: Premeeting, kind: str) -> Letterhead:
    day = parts.local_time(premeeting.held_at).date()
    return parts.build_letterhead(premeeting.meeting, day, format_symbol(None, kind))


def _read_posts(premeeting: Premeeting) -> list[PostHolder]:
    day = parts.local_time(premeeting.held_at).date()
    return [post for post in posts_on(premeeting.meeting.organization_id, day) if post.kind in _COMMITTEE]


def _say_subject(meeting: Meeting) -> str:
    return f"họp chi ủy chuẩn bị sinh hoạt chi bộ {parts.say_month(Month.of(meeting.month))}"


def _build_sitting(premeeting: Premeeting, head: Letterhead, posts: Sequence[PostHolder]) -> Sitting:
    chair = parts.name_secretary(posts)
    held_at: datetime = parts.local_time(premeeting.held_at)
    return Sitting(
        head.issuer, "họp chi ủy", held_at, premeeting.place, chair=chair, chair_post=_say_chair(posts, chair)
    )


def _say_chair(posts: Sequence[PostHolder], chair: str) -> str:
    return parts.say_post(posts, chair) if chair else ""


def _has_committee(posts: Sequence[PostHolder]) -> bool:
    return any(post.kind == PostKind.COMMITTEE_MEMBER for post in posts)


def _name_committee(posts: Sequence[PostHolder]) -> str:
    """A cell without a committee is prepared by its secretary and deputy (HD 42-HD/BTCTW)."""
    return "chi ủy" if _has_committee(posts) else "bí thư, phó bí thư"


def _build_signature(posts: Sequence[PostHolder]) -> Signature:
    signed = parts.build_signature(posts)
    return Signature("T/M CHI ỦY" if _has_committee(posts) else "T/M CHI BỘ", signed.post, signed.name)
