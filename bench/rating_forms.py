"""The year's forms of 3,000 members as one zip of Word files (goal: at most 60 s), beside filling a template anew for each."""

import sys
import time
from collections.abc import Iterable
from datetime import date

from bench.world import NOW, prepare_cell
from nennep.classification.models import Campaign
from nennep.classification.queries.dossiers import list_round_ratings
from nennep.classification.services import Opening, open_campaign
from nennep.core.access import Actor
from nennep.duties.models import Duty
from nennep.members.choices import MembershipKind
from nennep.members.models import Member, Membership
from nennep.organizations.models import Organization
from nennep.reporting.queries.papers.ratings import build_reviews
from nennep.reporting.renderers.bundle import make_bundle
from nennep.reporting.renderers.press import render_papers
from nennep.reporting.renderers.word import Paper, render_paper

GOAL, PEOPLE, TASKS, NAIVE = 60.0, 3000, 6, 60


def main() -> int:
    campaign = fill_commune(prepare_cell())
    begun = time.perf_counter()
    ratings = list_round_ratings(actor=Actor.system(), campaign=campaign)
    papers = [paper for _rating, paper in build_reviews(campaign=campaign, ratings=ratings, today=NOW.date())]
    read = time.perf_counter() - begun
    packed = make_bundle({f"{number}.docx": word for number, word in enumerate(render_papers(papers))}, day=NOW.date())
    seconds, naive = time.perf_counter() - begun, time_naive(papers[:NAIVE])
    print(
        f"{len(papers)} forms, {len(packed) / 2**20:.0f} MB: read and built in {read:.1f} s, all in {seconds:.1f} s (goal ≤ {GOAL:.0f})"
    )
    print(f"one template anew for each: {naive * 1000:.0f} ms a form, {naive * len(papers):.0f} s for all")
    return 0 if seconds <= GOAL and len(papers) >= PEOPLE else 1


def fill_commune(cell: Organization) -> Campaign:
    """Three thousand members in the cell of the bench, each with six tasks, and their round."""
    people = [Member(full_name=f"Lò Văn {number}", admitted_on=date(2000, 1, 1)) for number in range(PEOPLE)]
    for one in people:
        one.name_key = one.full_name
    members = Member.objects.bulk_create(people, batch_size=500)
    rows = [
        Membership(member=one, organization=cell, kind=MembershipKind.OFFICIAL, valid_from=date(2020, 1, 1))
        for one in members
    ]
    Membership.objects.bulk_create(rows, batch_size=500)
    days = [date(2026, 1 + number, 20) for number in range(TASKS)]
    duties = [
        Duty(organization=cell, assignee=one, title="Vận động hộ liên gia phân loại rác", given_on=day, due_on=day)
        for one in members
        for day in days
    ]
    Duty.objects.bulk_create(duties, batch_size=1000)
    unit = Organization.objects.get(code="XA01")
    opening = Opening(2026, date(2026, 12, 31))
    return open_campaign(actor=Actor.system(), organization=unit, opening=opening, now=NOW)


def time_naive(papers: Iterable[Paper]) -> float:
    """Seconds for one."""
    begun, count = time.perf_counter(), 0
    for paper in papers:
        render_paper(paper)
        count += 1
    return (time.perf_counter() - begun) / count


if __name__ == "__main__":
    sys.exit(main())
