"""Papers on their way into meetings: of a unit, of one paper, of one cell."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.documents.queries import get_document
from nennep.organizations.queries import list_cells
from nennep.reporting.choices import LATENCY_DAYS, Link
from nennep.reporting.queries.commune import get_unit
from nennep.reporting.queries.latency import list_sent_papers, read_cell_ways, read_papers

PAPERS_A_PAGE = 20
WAYS_A_PAGE = 6000  # papers times cells: what one page of a province may cost
CELLS_A_PAGE = 60


@login_required
@require_safe
def show_papers(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """A unit above cells: each paper with the median of every link. A cell: its papers that were not discussed yet."""
    unit = get_unit(actor=request.actor, public_id=public_id)
    found = list_sent_papers(actor=request.actor, unit=unit, today=clock.today())
    context = {"unit": unit, "links": Link, "days": LATENCY_DAYS}
    if unit.is_cell:
        ways = read_cell_ways(actor=request.actor, unit=unit, document_ids=found, today=clock.today())
        open_ways = [way for way in ways if not way.discussed]
        return render(request, "reporting/cell_papers.html", {**context, "ways": ways, "open": len(open_ways)})
    cells = max(1, list_cells(actor=request.actor, under=unit, on=clock.today()).count())
    page = Paginator(found, min(PAPERS_A_PAGE, max(2, WAYS_A_PAGE // cells))).get_page(request.GET.get("trang"))
    papers = read_papers(actor=request.actor, unit=unit, document_ids=list(page.object_list), today=clock.today())
    return render(request, "reporting/papers_on_their_way.html", {**context, "page": page, "papers": papers})


@login_required
@require_safe
def show_paper(request: ActorRequest, public_id: UUID, document: UUID) -> HttpResponse:
    """One paper in every cell below the unit."""
    unit = get_unit(actor=request.actor, public_id=public_id)
    found = get_document(actor=request.actor, public_id=document)
    ways = read_cell_ways(actor=request.actor, unit=unit, document_ids=[found.pk], today=clock.today())
    page = Paginator(ways, CELLS_A_PAGE).get_page(request.GET.get("trang"))
    summary = read_papers(actor=request.actor, unit=unit, document_ids=[found.pk], today=clock.today())
    context = {"unit": unit, "document": found, "page": page, "summary": summary[0] if summary else None, "links": Link}
    return render(request, "reporting/paper_in_cells.html", context)
