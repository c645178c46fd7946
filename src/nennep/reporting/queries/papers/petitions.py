"""Papers of petitions: what goes out with a step of one (slip, reply, notice of more time).

Whoever the cell speaks for has no name on any of them: they say who asked as lists do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.utils import translation
from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.wording import lower_start, say_date
from nennep.members.queries import posts_on
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.choices import STEP_PAPERS, StepKind, StepPaper
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.queries import (
    CourseLine,
    find_days_off,
    get_petition_page,
    list_file_names,
    number_papers,
    read_stored_clock,
)
from nennep.petitions.queries import read_row as read_petition
from nennep.records.queries.leaders import make_leaders
from nennep.reporting.choices import Form
from nennep.reporting.models import IssuedStepPaper
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import Letterhead, Signature
from nennep.reporting.renderers.word import Paper
from nennep.reporting.renderers.wording import format_symbol
from nennep.reporting.rules.papers import find_place, make_file_name, name_committee

_SYMBOLS = {UnitKind.PROVINCE: "TU", UnitKind.CELL: "CB"}  # after the slash of a paper's number: of all others ĐU
_NO_POST = " "  # whoever signs for a standing committee writes the post by hand


@dataclass(frozen=True, slots=True)
class PetitionFacts:
    """What was asked, as every paper says it. `asked_by` is who asked as lists name them."""

    cell: str
    text: str
    raised_on: date
    field: str
    asked_by: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class SlipPaper:
    """Phiếu chuyển: the matter goes to whoever can settle it. `keeps_clock`: it was not theirs, and the first clock runs on."""

    template: ClassVar = "petition_slip"
    letterhead: Letterhead
    subject: str
    addressee: str
    facts: PetitionFacts
    due_on: date
    words: str = ""
    keeps_clock: bool = False
    is_outside: bool = False
    signature: Signature = field(default_factory=Signature)
    enclosed: str = ""


@dataclass(frozen=True, slots=True)
class ReplyPaper:
    """Công văn trả lời, to the cell that asked. `outside`: number, day and sender of the letter it passes on."""

    template: ClassVar = "petition_reply"
    letterhead: Letterhead
    subject: str
    addressee: str
    facts: PetitionFacts
    words: str
    promised_for: date | None = None
    outside: str = ""
    signature: Signature = field(default_factory=Signature)
    enclosed: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionPaper:
    """Thông báo gia hạn, with the reason (294-QĐ/TW, Điều 3)."""

    template: ClassVar = "petition_extension"
    letterhead: Letterhead
    subject: str
    addressee: str
    facts: PetitionFacts
    words: str
    until: date
    before: date | None = None
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class StepRequest:
    """One step with the petition it belongs to, and the steps up to it, oldest first."""

    petition: Petition
    step: PetitionStep
    steps: Sequence[PetitionStep]


@dataclass(frozen=True, eq=False)
class StepPaperKind:
    """One paper of a step: what it is kept as, and how it is written."""

    paper: StepPaper
    content: type[Any]
    build: Callable[[StepRequest], Paper]


# ── what a step sends out ─────────────────────────────────────────────────────


def build_step_paper(request: StepRequest) -> Paper:
    """In Vietnamese, in the words and on the tree of the day of the step."""
    with translation.override("vi"):
        return _KINDS[STEP_PAPERS[StepKind(request.step.kind)]].build(request)


def _build_slip(request: StepRequest) -> SlipPaper:
    step, petition = request.step, request.petition
    target = step.body.name if step.kind == StepKind.ROUTED and step.body else step.to.name if step.to else ""
    clock = read_stored_clock(petition, request.steps, find_days_off(holder=step.to or petition.holder))
    return SlipPaper(
        letterhead=make_petition_head(step.unit, localdate(step.at), "PC"),
        subject=f"kiến nghị của {petition.organization.name}",
        addressee=name_committee(target),
        facts=_read_facts(petition),
        due_on=clock.due_on,
        words=step.text,
        keeps_clock=step.kind == StepKind.BOUNCED,
        is_outside=step.kind == StepKind.ROUTED,
        signature=sign_for(step.unit, localdate(step.at)),
        enclosed="; ".join(list_file_names(petition, until=step.at)),
    )


def _build_reply(request: StepRequest) -> ReplyPaper:
    step, petition = request.step, request.petition
    return ReplyPaper(
        letterhead=make_petition_head(step.unit, localdate(step.at), "CV"),
        subject=f"V/v trả lời kiến nghị của {petition.organization.name}",
        addressee=petition.organization.name,
        facts=_read_facts(petition),
        words=step.text,
        promised_for=step.until,
        outside=_say_letter(step),
        signature=sign_for(step.unit, localdate(step.at)),
        enclosed="; ".join(list_file_names(petition, until=step.at, part=str(step.pk))),
    )


def _say_letter(step: PetitionStep) -> str:
    if not step.letter:
        return ""
    day = f" ngày {say_date(step.letter_on)}" if step.letter_on else ""
    return f"Công văn số {step.letter}{day}" + (f" của {step.body.name}" if step.body else "")


def _build_extension(request: StepRequest) -> ExtensionPaper:
    step, petition = request.step, request.petition
    return ExtensionPaper(
        letterhead=make_petition_head(step.unit, localdate(step.at), "TB"),
        subject=f"gia hạn trả lời kiến nghị của {petition.organization.name}",
        addressee=petition.organization.name,
        facts=_read_facts(petition),
        words=step.text,
        until=step.until or petition.due_on,
        before=step.stood,
        signature=sign_for(step.unit, localdate(step.at)),
    )


_KINDS = {
    kind.paper: kind
    for kind in (
        StepPaperKind(StepPaper.SLIP, SlipPaper, _build_slip),
        StepPaperKind(StepPaper.REPLY, ReplyPaper, _build_reply),
        StepPaperKind(StepPaper.EXTENSION, ExtensionPaper, _build_extension),
    )
}


def _read_facts(petition: Petition) -> PetitionFacts:
    row = read_petition(petition, petition.raised_on)
    label = str(row.field.label)
    return PetitionFacts(row.cell, row.text, row.raised_on, lower_start(label), row.raised_by, row.place)


def make_petition_head(unit: Organization, on: date, kind: str) -> Letterhead:
    """A committee writes, not its unit; a cell writes itself."""
    symbol = format_symbol(None, kind, _SYMBOLS.get(UnitKind(unit.kind), "ĐU"))
    head = parts.build_unit_letterhead(unit, on, symbol)
    if unit.is_cell:
        return head
    return replace(head, issuer=name_committee(head.issuer), place=find_place([head.issuer]) or head.place)


def sign_for(unit: Organization, on: date) -> Signature:
    """The secretary for the cell; for a committee whoever signs, by hand."""
    if unit.is_cell:
        return parts.build_signature(make_leaders(posts_on(unit.pk, on)))
    return Signature("T/M BAN THƯỜNG VỤ", _NO_POST)


def list_unissued(petition_id: int) -> list[StepRequest]:
    """The steps of a petition that a paper goes out with, and whose paper was not kept yet. Two queries, one where there is none."""
    steps = PetitionStep.objects.filter(petition_id=petition_id, kind__in=STEP_PAPERS)
    if not steps.filter(issued_paper=None).exists():
        return []
    lines = _read_lines(_read_petition(petition_id))
    kept = set(IssuedStepPaper.objects.filter(step__petition_id=petition_id).values_list("step_id", flat=True))
    return [request for line, request in lines if line.paper and line.step.pk not in kept]


def _read_petition(petition_id: int) -> Petition:
    related = ("organization", "holder", "raised_by", "body")
    return Petition.objects.select_related(*related).get(pk=petition_id)


def _read_lines(petition: Petition) -> list[tuple[CourseLine, StepRequest]]:
    every = petition.steps.select_related("unit", "to", "body").order_by("at", "pk")
    lines = number_papers(petition, every)
    steps = [line.step for line in lines]
    return [(line, StepRequest(petition, line.step, steps[: number + 1])) for number, line in enumerate(lines)]


def find_step_paper(*, actor: Actor, petition: UUID, paper: str, number: int, today: date) -> tuple[Petition, Paper]:
    """The paper as it went out with the step; of one before papers were kept, as the step says it.

    Raises NotFound also for those who do not read the course, ContentChanged, ContentUnreadable.
    """
    page = get_petition_page(actor=actor, public_id=petition, today=today)
    if not page.steps:
        raise NotFound
    lines = _read_lines(page.petition)
    found = next((one for line, one in lines if line.paper == paper and line.number == number), None)
    if found is None:
        raise NotFound
    kept = IssuedStepPaper.objects.filter(step=found.step).first()
    return page.petition, _read_kept(kept) if kept else build_step_paper(found)


def _read_kept(row: IssuedStepPaper) -> Paper:
    paper: Paper = row.read(_KINDS[StepPaper(row.kind)].content, name=str(StepPaper(row.kind).label))
    return paper


def name_step_file(petition: Petition, paper: str, number: int, form: Form) -> str:
    """`Phiếu chuyển 1, kiến nghị ngày 03-11-2026, Chi bộ thôn Nặm Chá.docx`."""
    with translation.override("vi"):
        label = StepPaper(paper).label
        parts_of_name = [f"{label} {number}", f"kiến nghị ngày {petition.raised_on:%d-%m-%Y}"]
        return make_file_name([*parts_of_name, petition.organization.name], f".{form}")
