"""Every act of a round: from where it is done, by whom, and what the trail says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from nennep.accounts.choices import Role
from nennep.classification import services
from nennep.classification.choices import (
    CapGroup,
    CommentSource,
    ListedKind,
    RatingLevel,
    RatingState,
    SubjectKind,
    Verb,
)
from nennep.classification.models import ListedCase, Rating, RatingComplaint
from nennep.classification.rules import Tally
from nennep.classification.services import Conclusion, Opening, OutsideComment, ReviewPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from tests.classification.conftest import NOW, PAPER, REVIEW_DAY, RatedVillage
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import TODAY
from tests.factories.members import make_member

GOOD = RatingLevel.GOOD
EVERYBODY = ("secretary", "officer", "board", "subject", "outsider")
CELL, ABOVE = ("secretary",), ("officer", "board")


# ── how far it is ─────────────────────────────────────────────────────────────


def opened(_village: RatedVillage) -> None:
    """As the round begins."""


def drafted(village: RatedVillage) -> None:
    village.write(village.rating(village.plain))


def written(village: RatedVillage) -> None:
    village.write(
        *Rating.objects.filter(campaign=village.campaign, organization=village.cell).exclude(not_rated__gt="")
    )


def group_decided(village: RatedVillage) -> None:
    village.write(village.rating(kind=SubjectKind.LEADERSHIP), village.rating(village.plain))
    services.hold_review(actor=village.secretary, review=village.review, held_on=REVIEW_DAY, now=NOW)
    village.decided_group()


def proposed(village: RatedVillage) -> None:
    group_decided(village)
    village.propose(village.rating(village.plain))


def decided(village: RatedVillage) -> None:
    proposed(village)
    village.decide(village.rating(village.plain))


def announced(village: RatedVillage) -> None:
    decided(village)
    services.announce(actor=village.officer, rating=village.rating(village.plain), on=TODAY, now=NOW)


def complained(village: RatedVillage) -> None:
    proposed(village)
    put_complaint(village, village.secretary)


def found_right(village: RatedVillage) -> None:
    decided(village)
    put_complaint(village, village.secretary)
    settle_complaint(village, village.officer, NOW + timedelta(minutes=1))


def with_case(village: RatedVillage) -> None:
    put_case(village, village.officer)


def with_secretary(village: RatedVillage) -> None:
    grant_role(make_user("Giàng A Páo"), Role.SECRETARY, village.cell)


def with_newcomer(village: RatedVillage) -> None:
    make_member("Sùng A Chu", cell=village.cell)


def all_decided(village: RatedVillage) -> None:
    left = Rating.objects.filter(campaign=village.campaign, not_rated="")
    left.exclude(organization=village.commune).update(state=RatingState.DECIDED)


def closed(village: RatedVillage) -> None:
    all_decided(village)
    services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)


def cancelled(village: RatedVillage) -> None:
    services.cancel_campaign(actor=village.officer, campaign=village.campaign, reason="Mở nhầm", now=NOW)


# ── what is done ──────────────────────────────────────────────────────────────
Do = Callable[[RatedVillage, Actor], object]


def on_plain(service: Callable[..., object], **words: Any) -> Do:
    """A service of the rating of the plain member."""
    return lambda village, who: service(actor=who, rating=village.rating(village.plain), now=NOW, **words)


def on_review(service: Callable[..., object], **words: Any) -> Do:
    return lambda village, who: service(actor=who, review=village.review, now=NOW, **words)


def on_round(service: Callable[..., object], **words: Any) -> Do:
    return lambda village, who: service(actor=who, campaign=village.campaign, now=NOW, **words)


def open_next(village: RatedVillage, who: Actor) -> object:
    opening = Opening(2027, date(2027, 12, 31))
    return services.open_campaign(actor=who, organization=village.commune, opening=opening, now=NOW)


def decide_many(village: RatedVillage, who: Actor) -> object:
    ratings = [village.rating(village.plain)]
    return services.decide_as_proposed(actor=who, ratings=ratings, paper=PAPER, now=NOW)


def announce_many(village: RatedVillage, who: Actor) -> object:
    ratings = [village.rating(village.plain)]
    return services.announce_many(actor=who, ratings=ratings, on=TODAY, now=NOW)


def put_complaint(village: RatedVillage, who: Actor) -> object:
    rating = village.rating(village.plain)
    return services.complain(actor=who, rating=rating, text="Xem lại", received_on=TODAY, now=NOW)


def put_case(village: RatedVillage, who: Actor) -> object:
    conclusion = Conclusion(ListedKind.BREACH, "9-KL/UBKT", TODAY)
    return services.record_case(actor=who, rating=village.rating(village.plain), conclusion=conclusion, now=NOW)


def drop_case(village: RatedVillage, who: Actor) -> object:
    case = ListedCase.objects.get(member=village.plain, year=2026)
    services.drop_case(actor=who, rating=village.rating(village.plain), case=case, now=NOW)
    return case


def settle_complaint(village: RatedVillage, who: Actor, now: datetime = NOW) -> object:
    complaint = RatingComplaint.objects.get(rating=village.rating(village.plain))
    return services.settle_complaint(actor=who, complaint=complaint, upheld=True, answer="Xét lại", now=now)


CASE = {"kind": "breach", "number": "9-KL/UBKT", "on": TODAY.isoformat()}
SAID = Said(GOOD, reason="Vì sao")
TALLY = Tally(1, 2, 0, 0, 3, 4)
COMMENT = OutsideComment(CommentSource.RESIDENCE, "Chi ủy thôn Khuổi Nọi", TODAY, "Gương mẫu")


@dataclass
class Act:
    """From where, what, who may, its line of the trail; what a closed round says and what others are told."""

    stage: Callable[[RatedVillage], None]
    do: Do
    may: tuple[str, ...]
    verb: Verb
    details: dict[str, Any] = field(default_factory=dict)
    about: str = "rating"
    when_closed: bool = True  # whether a closed round refuses it
    refusal: type[Exception] = NotAllowed
    first_lock: str = "rating"
    undecided: bool = False  # whether nothing in the round may be decided


ACTS = {
    "write_paper": Act(drafted, on_plain(services.write_paper, paper=ReviewPaper()), CELL, Verb.FORM_WRITTEN),
    "write_own_paper": Act(
        opened,
        on_plain(services.write_own_paper, paper=ReviewPaper()),
        ("subject",),
        Verb.FORM_WRITTEN,
        refusal=NotFound,
    ),
    "answer_facts": Act(
        opened,
        on_plain(services.answer_facts, answers={"total": 5}),
        CELL,
        Verb.ANSWERED,
        {"answers": {"total": 5}, "reason": ""},
    ),
    "add_comment": Act(drafted, on_plain(services.add_comment, said=COMMENT), CELL, Verb.COMMENTED),
    "set_review": Act(
        opened,
        on_review(services.set_review, meeting_on=REVIEW_DAY, drafts_sent_on=TODAY),
        CELL,
        Verb.REVIEW_SET,
        about="review",
        first_lock="unitreview",
    ),
    "hold_review": Act(
        written,
        on_review(services.hold_review, held_on=REVIEW_DAY),
        CELL,
        Verb.REVIEW_HELD,
        {"count": 5},
        about="review",
        first_lock="unitreview",
    ),
    "note_cap": Act(
        opened,
        on_review(services.note_cap, note="Đột xuất", outstanding=True, excellent=2),
        ABOVE,
        Verb.CAP_NOTED,
        {"outstanding": True, "excellent": 2, "allowed": 0},
        about="review",
        first_lock="unitreview",
    ),
    "remind_unit": Act(
        with_secretary,
        on_review(services.remind_unit),
        ABOVE,
        Verb.REMINDED,
        {"told": 1},
        about="review",
        first_lock="unitreview",
    ),
    "count_ballots": Act(
        group_decided,
        on_plain(services.count_ballots, tally=TALLY),
        CELL,
        Verb.COUNTED,
        {"excellent": 1, "good": 2, "satisfactory": 0, "unsatisfactory": 0},
        first_lock="unitreview",
    ),
    "propose": Act(
        group_decided,
        on_plain(services.propose, said=SAID),
        CELL,
        Verb.PROPOSED,
        {"level": "good"},
        first_lock="unitreview",
    ),
    "appraise": Act(
        proposed,
        on_plain(services.appraise, said=SAID),
        ABOVE,
        Verb.APPRAISED,
        {"level": "good"},
        first_lock="unitreview",
    ),
    "decide": Act(
        proposed,
        on_plain(services.decide, said=SAID, paper=PAPER),
        ABOVE,
        Verb.DECIDED,
        {"level": "good"},
        first_lock="unitreview",
    ),
    "decide_as_proposed": Act(proposed, decide_many, ABOVE, Verb.DECIDED, {"level": "good"}, first_lock="unitreview"),
    "announce": Act(decided, on_plain(services.announce, on=TODAY), ABOVE, Verb.ANNOUNCED, first_lock="unitreview"),
    "announce_many": Act(decided, announce_many, ABOVE, Verb.ANNOUNCED, first_lock="unitreview"),
    "file_rating": Act(announced, on_plain(services.file_rating), ABOVE, Verb.FILED, first_lock="unitreview"),
    "take_back a proposal": Act(
        proposed,
        on_plain(services.take_back, reason="Ghi nhầm"),
        CELL,
        Verb.TAKEN_BACK,
        {"from": "proposed", "level": "good", "common": "25.00", "results": "55.00"},
        first_lock="unitreview",
    ),
    "take_back a decision": Act(
        decided,
        on_plain(services.take_back, reason="Ghi nhầm"),
        ABOVE,
        Verb.TAKEN_BACK,
        {
            "from": "decided",
            "level": "good",
            "number": "45-QĐ/ĐU",
            "common": "25.00",
            "results": "55.00",
            "on": "2026-12-14",
        },
        first_lock="unitreview",
    ),
    "complain": Act(
        proposed, put_complaint, (*CELL, *ABOVE), Verb.COMPLAINED, when_closed=False, first_lock="unitreview"
    ),
    "complain_of_own": Act(
        proposed,
        on_plain(services.complain_of_own, text="Điểm chưa đúng"),
        ("subject",),
        Verb.COMPLAINED,
        when_closed=False,
        refusal=NotFound,
        first_lock="unitreview",
    ),
    "settle_complaint": Act(
        complained, settle_complaint, ABOVE, Verb.COMPLAINT_SETTLED, {"upheld": True}, when_closed=False
    ),
    "rate_anew": Act(
        decided,
        on_plain(services.rate_anew, said=SAID, paper=PAPER),
        ABOVE,
        Verb.RATED_ANEW,
        {"level": "good"},
        about="new rating",
        when_closed=False,
        first_lock="unitreview",
    ),
    "keep_level": Act(
        found_right,
        on_plain(services.keep_level, reason="Đã xem lại"),
        ABOVE,
        Verb.LEVEL_KEPT,
        when_closed=False,
        first_lock="unitreview",
    ),
    "record_case": Act(opened, put_case, ABOVE, Verb.CASE_RECORDED, about="case", when_closed=False),
    "drop_case": Act(
        with_case, drop_case, ABOVE, Verb.CASE_DROPPED, CASE, about="case", when_closed=False, first_lock=""
    ),
    "open_campaign": Act(
        opened, open_next, ABOVE, Verb.OPENED, {"count": 11}, about="new round", when_closed=False, first_lock=""
    ),
    "renew_subjects": Act(
        with_newcomer,
        on_round(services.renew_subjects),
        ABOVE,
        Verb.RENEWED,
        {"added": 2, "changed": 0},  # the newcomer, and the cell of somebody else
        about="round",
        first_lock="campaign",
    ),
    "close_campaign": Act(
        all_decided,
        on_round(services.close_campaign),
        ABOVE,
        Verb.CLOSED,
        about="round",
        first_lock="campaign",
    ),
    "cancel_campaign": Act(
        drafted,
        on_round(services.cancel_campaign, reason="Mở nhầm năm"),
        ABOVE,
        Verb.CANCELLED,
        {"count": 10},
        about="round",
        first_lock="campaign",
        undecided=True,
    ),
    "restore_campaign": Act(
        cancelled,
        on_round(services.restore_campaign),
        ABOVE,
        Verb.RESTORED,
        {"added": 1, "changed": 0},  # the cell of somebody else
        about="round",
        when_closed=False,
        first_lock="campaign",
        undecided=True,
    ),
    "move_cutoff": Act(
        opened,
        on_round(services.move_cutoff, cutoff_on=date(2026, 12, 20)),
        ABOVE,
        Verb.CUTOFF_MOVED,
        {"from": "2026-12-31", "to": "2026-12-20", "added": 1, "changed": 0},
        about="round",
        first_lock="campaign",
    ),
    "note_group_cap": Act(
        opened,
        on_round(services.note_group_cap, group=CapGroup.CELLS, note="Đột xuất", outstanding=True, excellent=2),
        ABOVE,
        Verb.CAP_NOTED,
        {"group": "cells", "outstanding": True, "excellent": 2, "allowed": 0},
        about="round",
        first_lock="campaign",
    ),
    "reopen_campaign": Act(
        closed,
        on_round(services.reopen_campaign),
        ABOVE,
        Verb.REOPENED,
        about="round",
        when_closed=False,
        first_lock="campaign",
    ),
}
