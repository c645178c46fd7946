"""Every act of a round, one by one: who may not, what a closed round refuses, its lock, its line of the trail, what it leaves alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from nennep.audit.models import AuditEvent
from nennep.classification import services
from nennep.classification.choices import (
    CommentSource,
    FormSection,
    ListedKind,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
    Verb,
)
from nennep.classification.models import (
    Campaign,
    ListedCase,
    Rating,
    RatingBallot,
    RatingComment,
    RatingComplaint,
    RatingText,
    StepUndone,
    UnitReview,
)
from nennep.classification.rules.steps import CampaignIsCancelled, CampaignIsClosed
from nennep.classification.services import DecisionPaper, ReviewPaper
from nennep.core.errors import NotAllowed
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from tests.classification.acts import ACTS, EVERYBODY, proposed
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.factories.classification import make_campaign, make_rating, make_verdict, settle
from tests.factories.core import TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


# ── what stands beside it ─────────────────────────────────────────────────────
Rows = dict[str, list[dict[str, Any]]]


def read_rows() -> Rows:
    """Everything of the context, the trail and the notices, row by row."""
    kinds: list[type[models.Model]] = [*apps.get_app_config("classification").get_models(), AuditEvent, Notification]
    return {kind.__name__: list(kind._base_manager.order_by("pk").values()) for kind in kinds}


@pytest.fixture
def beside(village: RatedVillage) -> Rows:
    """Another cell of the round that has one of everything, and another round of the same people."""
    other = make_unit("Chi bộ thôn Làng Chùa", parent=village.commune)
    member = make_member("Tráng A Lử", cell=other)
    unit, rating = make_rating(village.campaign, other), make_rating(village.campaign, other, member)
    for one in (unit, rating):
        settle(one, RatingLevel.EXCELLENT)
    make_verdict(rating, Side.APPRAISED, RatingLevel.EXCELLENT)
    quarter = make_campaign(village.commune, quarter=3)
    again = [make_rating(quarter, village.cell, one) for one in (village.plain, village.head, village.deputy)]
    for round_ in (village.campaign, quarter):
        UnitReview.objects.create(campaign=round_, organization=other)
    UnitReview.objects.create(campaign=quarter, organization=village.cell)
    for one in (rating, *again):
        fill(one)
    for year in (2025, 2026):
        owner = village.plain if year == 2025 else member
        ListedCase.objects.create(
            member=owner,
            breach_unit=village.cell,
            year=year,
            kind=ListedKind.BREACH,
            document_number="9-KL/UBKT",
            document_on=TODAY,
            by_name="Ai đó",
        )
    return {name: rows for name, rows in read_rows().items() if name not in {"Campaign", "AuditEvent"}}


def fill(rating: Rating) -> None:
    RatingBallot.objects.create(rating=rating, good=1, voters=1, base=1)
    RatingText.objects.create(rating=rating, section=FormSection.MERITS, text="Của người khác")
    RatingComment.objects.create(
        rating=rating, source=CommentSource.RESIDENCE, from_name="Thôn", given_on=TODAY, text="Tốt", by_name="Ai đó"
    )
    RatingComplaint.objects.create(rating=rating, received_on=TODAY, text="Xem lại", by_name="Ai đó")
    StepUndone.objects.create(rating=rating, state=RatingState.VOTED, reason="Nhầm", by_name="Ai đó", at=NOW)


def only_of_others(rows: Rows, village: RatedVillage) -> Rows:
    """The rows that no act of the village's cell in its round may touch."""
    mine = set(
        Rating.objects.filter(campaign=village.campaign, organization__in=(village.cell, village.commune)).values_list(
            "pk", flat=True
        )
    )
    kept: dict[str, Callable[[dict[str, Any]], bool]] = {
        "Rating": lambda row: row["id"] not in mine,
        "UnitReview": lambda row: (
            (row["campaign_id"], row["organization_id"]) != (village.campaign.pk, village.cell.pk)
        ),
        "ListedCase": lambda row: row["by_name"] == "Ai đó",
    }

    def is_of_others(row: dict[str, Any]) -> bool:
        return row.get("rating_id") not in mine

    return {name: [row for row in found if kept.get(name, is_of_others)(row)] for name, found in rows.items()}


# ── the acts ──────────────────────────────────────────────────────────────────


def test_every_verb_of_the_trail_has_its_act() -> None:
    assert {act.verb for act in ACTS.values()} == set(Verb)


@pytest.mark.parametrize("name", list(ACTS))
def test_nobody_else_does_it_in_an_open_round_or_in_a_closed_one(village: RatedVillage, name: str) -> None:
    """Permission is asked before anything else; whoever may is then told that the round is closed."""
    act = ACTS[name]
    act.stage(village)
    before = read_rows()
    others = [who for who in EVERYBODY if who not in act.may]
    for who in others:
        with pytest.raises(act.refusal):
            act.do(village, getattr(village, who))
    assert read_rows() == before
    Campaign.objects.filter(pk=village.campaign.pk).update(state="closed", closed_on=TODAY)
    village.campaign.refresh_from_db()
    before = read_rows()
    for who in others:
        with pytest.raises(act.refusal):
            act.do(village, getattr(village, who))
    if act.when_closed:
        with pytest.raises(CampaignIsClosed):
            act.do(village, getattr(village, act.may[0]))
    assert read_rows() == before


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"open_campaign", "restore_campaign", "drop_case"}))
def test_a_cancelled_round_refuses_every_act(village: RatedVillage, name: str) -> None:
    act = ACTS[name]
    act.stage(village)
    Campaign.objects.filter(pk=village.campaign.pk).update(state="cancelled", cancelled_on=TODAY)
    village.campaign.refresh_from_db()
    before = read_rows()
    with pytest.raises(CampaignIsCancelled):
        act.do(village, getattr(village, act.may[0]))
    assert read_rows() == before


@pytest.mark.parametrize("name", list(ACTS))
def test_it_is_one_line_of_the_trail_and_leaves_all_others_alone(
    village: RatedVillage, beside: Rows, name: str
) -> None:
    act = ACTS[name]
    if act.undecided:
        Rating.objects.filter(campaign=village.campaign, state=RatingState.DECIDED).update(state=RatingState.REVIEWED)
        beside = {kind: rows for kind, rows in read_rows().items() if kind in beside}
    act.stage(village)
    for who in act.may[1:]:
        with transaction.atomic():
            act.do(village, getattr(village, who))
            transaction.set_rollback(True)
    known, actor = AuditEvent.objects.count(), getattr(village, act.may[0])
    subject = village.rating(village.plain)
    with CaptureQueriesContext(connection) as queries:
        done = act.do(village, actor)
    (event,) = AuditEvent.objects.order_by("pk")[known:]
    assert (event.verb, event.details, event.user_name, event.user_id, event.at) == (
        act.verb,
        act.details,
        actor.name,
        actor.user_id,
        NOW,
    )
    target = find_target(village, act.about, subject, done)
    assert (event.target_kind, event.target_id, event.target_label, event.unit_path) == target
    assert act.first_lock in {find_first_lock(queries), ""}
    after = only_of_others(read_rows(), village)
    for kind, rows in only_of_others(beside, village).items():
        assert [row for row in after[kind] if row in rows] == rows, kind


def find_target(village: RatedVillage, about: str, subject: Rating, done: Any) -> tuple[str, str, str, str]:
    cell, commune = village.cell, village.commune
    if about == "review":
        return ("classification.unitreview", str(village.review.public_id), cell.name, cell.path)
    if about == "case":
        return ("classification.listedcase", str(done.public_id), "", cell.path)
    if about in {"round", "new round"}:
        one = done if about == "new round" else village.campaign
        title = "Xếp loại năm 2027" if about == "new round" else "Xếp loại năm 2026"
        return ("classification.campaign", str(one.public_id), title, commune.path)
    rating = done if about == "new rating" else subject
    return ("classification.rating", str(rating.public_id), "", cell.path)


def find_first_lock(queries: CaptureQueriesContext) -> str:
    """The first rows of the context that are read in the transaction: on PostgreSQL they are locked by that."""
    asked = [one["sql"] for one in queries.captured_queries]
    begun = next((at for at, sql in enumerate(asked) if sql.startswith("SAVEPOINT")), len(asked))
    for sql in asked[begun:]:
        for kind in ("unitreview", "rating", "campaign"):
            if f'SELECT "classification_{kind}"' in sql and (
                connection.vendor != "postgresql" or "FOR NO KEY UPDATE" in sql
            ):
                return kind
    return ""


def test_a_collective_is_named_in_the_trail_and_a_member_is_not(village: RatedVillage) -> None:
    services.write_paper(
        actor=village.secretary,
        rating=village.rating(kind=SubjectKind.LEADERSHIP),
        paper=ReviewPaper({}, Decimal(1), Decimal(2)),
        now=NOW,
    )
    assert AuditEvent.objects.order_by("-pk")[0].target_label == "Chi bộ thôn Nặm Chá"


def test_a_decision_in_hand_that_is_out_of_date_is_asked_again_under_the_lock(village: RatedVillage) -> None:
    """The cell still sees its proposal; meanwhile it was decided, and a decision is not the cell's to take back."""
    proposed(village)
    old = village.rating(village.plain)
    village.decide(village.rating(village.plain))
    before = read_rows()
    with pytest.raises(NotAllowed):
        services.take_back(actor=village.secretary, rating=old, reason="Ghi nhầm", now=NOW)
    assert read_rows() == before


def test_many_that_need_one_more_permission_are_decided_not_at_all(village: RatedVillage) -> None:
    proposed(village)
    other = make_unit("Chi bộ cơ quan huyện khác", parent=make_unit("Đảng bộ khác", kind=UnitKind.BASE))
    foreign = make_rating(village.campaign, other, make_member("Người khác", cell=other), state="proposed")
    make_verdict(foreign, Side.PROPOSED)
    before = read_rows()
    for order in ([village.rating(village.plain), foreign], [foreign, village.rating(village.plain)]):
        with pytest.raises(NotAllowed):
            services.decide_as_proposed(actor=village.officer, ratings=order, paper=PAPER, now=NOW)
    assert read_rows() == before
    assert services.decide_as_proposed(actor=village.officer, ratings=[], paper=DecisionPaper("", TODAY), now=NOW) == 0
