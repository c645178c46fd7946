"""Programme and conclusion of the chi ủy's own meeting before the cell meets (forms.md §3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting, Premeeting
from nennep.meetings.queries.premeeting import PremeetingPaper, Preparer, get_premeeting_paper
from nennep.members.choices import PostKind
from nennep.records.queries.leaders import read_leaders
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.kinds import Keeping, PaperFacts, PaperKind, PaperRequest, Readiness, keep_paper
from nennep.reporting.renderers.papers import Letterhead, Revision, Signature, Sitting
from nennep.reporting.renderers.wording import format_symbol


@dataclass(frozen=True, slots=True)
class CommitteeProgrammePaper:
    """Chương trình họp chi ủy (forms.md §3). `cell_meeting_at` is when the cell shall meet; texts are what was filled in."""

    template: ClassVar = "committee_programme"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    past_label: str
    next_label: str
    cell_meeting_at: datetime
    cell_place: str = ""
    committee: str = "chi ủy"
    partners: str = "Mặt trận và các đoàn thể"
    called: tuple[str, ...] = ()
    last_month: str = ""
    next_month: str = ""
    cell_meeting: str = ""
    inspection: str = ""
    signature: Signature = field(default_factory=Signature)
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitteeConclusionPaper:
    """Kết luận họp chi ủy (forms.md §3). Texts as they were typed; an empty one is left out."""

    template: ClassVar = "committee_conclusion"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    past_label: str
    next_label: str
    committee: str = "chi ủy"
    draft: bool = False
    present: tuple[str, ...] = ()
    absent: str = ""
    departure: str = ""
    last_month: str = ""
    next_month: str = ""
    cell_meeting: str = ""
    inspection: str = ""
    discussion: str = ""
    conclusion: str = ""
    tasks: str = ""
    signature: Signature = field(default_factory=Signature)
    revisions: tuple[Revision, ...] = ()


def build_committee_programme(request: PaperRequest) -> CommitteeProgrammePaper:
    """What the committee will talk about, with what was filled in. Raises NotFound while it is not planned, and for members."""
    actor, meeting = request.actor, request.meeting
    kept = get_premeeting(actor=actor, meeting=meeting)
    head = _build_head(meeting, kept, "CTr")
    return CommitteeProgrammePaper(
        letterhead=head,
        subject=_say_subject(kept),
        sitting=_build_sitting(kept, head),
        past_label=parts.say_month(kept.month.plus(-1)),
        next_label=parts.say_month(kept.month),
        cell_meeting_at=localtime(kept.meeting_at),
        cell_place=kept.meeting_place,
        committee=_name_committee(kept),
        partners="Mặt trận và các đoàn thể" if parts.is_village(meeting) else "các đoàn thể",
        called=tuple(f"{person.name} ({PostKind(person.post).label})" for person in kept.preparers.people),
        last_month=kept.last_month,
        next_month=kept.next_month,
        cell_meeting=kept.cell_meeting,
        inspection=kept.inspection,
        signature=_build_signature(meeting, kept),
    )


def build_committee_conclusion(request: PaperRequest) -> CommitteeConclusionPaper:
    """What the committee agreed; a draft before it is concluded. Raises NotFound."""
    actor, meeting = request.actor, request.meeting
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
    """For those who lead or follow the cell: what the committee says is not every member's. Raises NotFound."""
    may_read = actor.may(Permission.MEMBERS_READ, meeting.organization.path)
    found = get_premeeting_paper(meeting) if may_read else None
    if found is None:
        raise NotFound
    return found


def _build_head(meeting: Meeting, kept: PremeetingPaper, kind: str) -> Letterhead:
    return parts.build_letterhead(meeting, localdate(kept.held_at), format_symbol(None, kind))


def _say_subject(kept: PremeetingPaper) -> str:
    return f"họp chi ủy chuẩn bị sinh hoạt chi bộ {parts.say_month(kept.month)}"


def _build_sitting(kept: PremeetingPaper, head: Letterhead) -> Sitting:
    """The chair is the secretary, or the highest post that came."""
    chair = _find_chair(kept)
    post = f"{PostKind(chair.post).label} Chi bộ" if chair else ""
    held_at = localtime(kept.held_at)
    return Sitting(head.issuer, "họp chi ủy", held_at, kept.place, chair=kept.chair, chair_post=post)


def _find_chair(kept: PremeetingPaper) -> Preparer | None:
    return next((person for person in kept.preparers.people if person.name == kept.chair), None)


def _has_committee(kept: PremeetingPaper) -> bool:
    return kept.preparers.body == "committee"


def _name_committee(kept: PremeetingPaper) -> str:
    """A cell without a committee is prepared by its secretary and deputy (HD 42-HD/BTCTW)."""
    return "chi ủy" if _has_committee(kept) else "bí thư, phó bí thư"


def _build_signature(meeting: Meeting, kept: PremeetingPaper) -> Signature:
    """Whoever chaired: while the secretary is away the one who stands in signs."""
    on_behalf, chair = "T/M CHI ỦY" if _has_committee(kept) else "T/M CHI BỘ", _find_chair(kept)
    if chair and chair.post != PostKind.SECRETARY:
        return Signature(on_behalf, PostKind(chair.post).label.upper(), chair.name)
    signed = parts.build_signature(read_leaders(meeting))
    return Signature(on_behalf, signed.post, signed.name)


def _say_places(paper: CommitteeProgrammePaper | CommitteeConclusionPaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_call_places(paper.sitting)
    yield from ((_PLACES[name], text) for name in _PLACES if isinstance(text := getattr(paper, name, None), str))


# What the committee wrote, as it is called in a version that changed it.
_PLACES = {
    "last_month": "Đánh giá tháng trước",
    "next_month": "Nhiệm vụ tháng tới",
    "cell_meeting": "Nội dung sinh hoạt chi bộ",
    "inspection": "Kiểm tra, giám sát",
    "discussion": "Ý kiến thảo luận",
    "conclusion": "Kết luận",
    "tasks": "Phân công",
    "absent": "Vắng mặt",
}


def _is_concluded(request: PaperRequest) -> bool:
    premeeting = Premeeting.objects.filter(meeting=request.meeting).first()
    return premeeting is not None and premeeting.concluded_at is not None


def _describe_committee_programme(facts: PaperFacts) -> Readiness:
    if facts.premeeting is None:
        return Readiness(ready=False, final=False, note=_("Chưa ghi họp chi ủy."))
    return Readiness(ready=facts.may_read_members, final=facts.may_read_members)


def _describe_committee_conclusion(facts: PaperFacts) -> Readiness:
    if facts.premeeting is None:
        return Readiness(ready=False, final=False, note=_("Chưa ghi họp chi ủy."))
    concluded = facts.premeeting.concluded_at is not None
    note = "" if concluded else _("Bản dự thảo, họp chi ủy chưa kết luận.")
    return Readiness(ready=facts.may_read_members, final=facts.may_read_members and concluded, note=note)


COMMITTEE_PROGRAMME = PaperKind(
    "chuong-trinh-chi-uy",
    gettext_lazy("Chương trình họp chi ủy"),
    build_committee_programme,
    _describe_committee_programme,
    for_leaders=True,
    keeping=Keeping(CommitteeProgrammePaper, _say_places, keep_paper, _is_concluded),
)


COMMITTEE_CONCLUSION = PaperKind(
    "ket-luan-chi-uy",
    gettext_lazy("Kết luận họp chi ủy"),
    build_committee_conclusion,
    _describe_committee_conclusion,
    for_leaders=True,
    keeping=Keeping(CommitteeConclusionPaper, _say_places, keep_paper, _is_concluded),
)
