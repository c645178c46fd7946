"""The cap in each group alike in position: leaders, committees and cells of a round, base organisations of a province."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string

from nennep.classification import services
from nennep.classification.choices import CapGroup, RatedForm, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, Rating, UnitReview, Verdict
from nennep.classification.queries.caps import group_of, read_cap, read_group_caps, read_leading
from nennep.classification.rules import FormerNote, NotedCap, check_cap, is_note_owed, note_for
from nennep.classification.services import Opening
from nennep.core.errors import NotAllowed
from nennep.members.choices import PostKind
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.policies.choices import CapBase
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.classification.test_rules import RULES
from tests.factories.classification import make_campaign, make_rating, make_verdict
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD = RatingLevel.EXCELLENT, RatingLevel.GOOD


def add_cell(village: RatedVillage, number: int, campaign: Campaign | None = None) -> Organization:
    """A cell with a secretary, and all that is rated of it proposed."""
    cell = make_unit(f"Chi bộ số {number}", parent=village.commune)
    make_post(make_member(f"Bí thư {number}", cell=cell), cell)
    make_post(make_member(f"Ủy viên {number}", cell=cell), cell, PostKind.COMMITTEE_MEMBER)
    services.renew_subjects(actor=village.officer, campaign=campaign or village.campaign, now=NOW)
    return cell


def propose_all(village: RatedVillage, group: CapGroup, levels: list[RatingLevel]) -> list[Rating]:
    """As many of the group as there are levels, waiting for their decision."""
    rows = Rating.objects.filter(campaign=village.campaign).exclude(state=RatingState.NOT_RATED)
    named = rows.select_related("campaign__organization", "organization", "member").order_by("pk")
    cells = set(rows.values_list("organization_id", flat=True))
    leading = read_leading(village.campaign, cells)
    found = [one for one in named if group_of(one, leading) == group][: len(levels)]
    for rating, level in zip(found, levels, strict=True):
        make_verdict(rating, Side.PROPOSED, level, reason="Vì sao")
    Rating.objects.filter(pk__in=[one.pk for one in found]).update(state=RatingState.PROPOSED)
    # the others of the round rest: this is about the cap, not about the order
    rows.exclude(pk__in=[one.pk for one in found]).update(state=RatingState.DECIDED)
    return list(named.filter(pk__in=[one.pk for one in found]))


@pytest.mark.parametrize(
    ("kind", "leads", "is_cell", "group"),
    [
        (SubjectKind.MEMBER, True, True, CapGroup.LEADERS),
        (SubjectKind.MEMBER, False, True, CapGroup.MEMBERS),
        (SubjectKind.LEADERSHIP, False, True, CapGroup.COMMITTEES),
        (SubjectKind.LEADERSHIP, False, False, CapGroup.BASE_COMMITTEES),
        (SubjectKind.CELL, False, True, CapGroup.CELLS),
        (SubjectKind.BASE, False, False, CapGroup.BASES),
    ],
)
def test_who_is_alike(village: RatedVillage, kind: SubjectKind, group: CapGroup, *, leads: bool, is_cell: bool) -> None:
    unit = village.cell if is_cell else village.commune
    member = village.plain if kind == SubjectKind.MEMBER else None
    leading = {(unit.pk, village.plain.pk)} if leads else set()
    assert group_of(Rating(kind=kind, organization=unit, member=member), leading) == group


def test_nobody_leaves_or_joins_a_group_by_the_form_they_choose(village: RatedVillage) -> None:
    """The post held on the round's day counts: a plain member's form 2A is counted in the cell, a secretary's 2B is not."""
    village.write(village.rating(village.deputy), village.rating(kind=SubjectKind.LEADERSHIP))
    for member, form in ((village.plain, RatedForm.LEADER), (village.head, RatedForm.STAFF)):
        paper = services.ReviewPaper(form=form)
        services.write_paper(actor=village.secretary, rating=village.rating(member), paper=paper, now=NOW)
        make_verdict(village.rating(member), Side.PROPOSED, EXCELLENT)
    assert (read_cap(village.review).excellent, read_cap(village.review).rated) == (1, 2)
    (leaders,) = read_group_caps(village.campaign, [CapGroup.LEADERS])
    assert (leaders.check.excellent, leaders.check.rated) == (1, 1)


def test_a_form_2a_opens_no_way_around_the_note(village: RatedVillage) -> None:
    mine = village.rating(village.plain)
    services.write_own_paper(
        actor=village.subject, rating=mine, paper=services.ReviewPaper(form=RatedForm.LEADER), now=NOW
    )
    (rating,) = propose_all(village, CapGroup.MEMBERS, [EXCELLENT])
    with pytest.raises(services.CapNeedsNote):
        services.decide_as_proposed(actor=village.officer, ratings=[rating], paper=PAPER, now=NOW)


@pytest.mark.parametrize("group", CapGroup.of_round())
def test_one_more_than_the_cap_is_decided_in_no_group_without_a_note(village: RatedVillage, group: CapGroup) -> None:
    """Five good ones allow one (20 %, floor): the second is decided with a note alone."""
    for number in range(6):
        add_cell(village, number)
    ratings = propose_all(village, group, [GOOD] * 5 + [EXCELLENT] * 2)
    decide: dict[str, Any] = {"actor": village.officer, "ratings": ratings, "paper": PAPER, "now": NOW}
    (cap,) = read_group_caps(village.campaign, [group])
    assert (cap.check.good, cap.check.excellent, cap.check.allowed, cap.is_owed) == (5, 2, 1, True)
    with pytest.raises(services.GroupCapNeedsNote, match=str(group.label)):
        services.decide_as_proposed(**decide)
    assert not Rating.objects.filter(pk__in=[one.pk for one in ratings], state=RatingState.DECIDED).exists()
    services.note_group_cap(
        actor=village.officer, campaign=village.campaign, group=group, note="Đột xuất", outstanding=False, now=NOW
    )
    assert services.decide_as_proposed(**decide) == 7


@pytest.mark.parametrize("group", CapGroup.of_round())
def test_exactly_as_many_as_the_cap_allows_need_no_note(village: RatedVillage, group: CapGroup) -> None:
    for number in range(5):
        add_cell(village, number)
    ratings = propose_all(village, group, [GOOD] * 5 + [EXCELLENT])
    assert services.decide_as_proposed(actor=village.officer, ratings=ratings, paper=PAPER, now=NOW) == 6


@pytest.mark.parametrize("group", CapGroup.of_round())
def test_an_outstanding_unit_may_have_a_quarter(village: RatedVillage, group: CapGroup) -> None:
    for number in range(9):
        add_cell(village, number)
    ratings = propose_all(village, group, [GOOD] * 8 + [EXCELLENT] * 2)
    services.note_group_cap(
        actor=village.officer, campaign=village.campaign, group=group, note="", outstanding=True, now=NOW
    )
    assert services.decide_as_proposed(actor=village.officer, ratings=ratings, paper=PAPER, now=NOW) == 10


@pytest.mark.parametrize("group", CapGroup.of_round())
def test_a_group_of_one_is_warned_about_and_never_refused(village: RatedVillage, group: CapGroup) -> None:
    other = Rating.objects.filter(campaign=village.campaign).exclude(organization__in=(village.cell, village.commune))
    other.delete()  # the cell of somebody else
    ratings = propose_all(village, group, [EXCELLENT])
    (cap,) = read_group_caps(village.campaign, [group])
    assert (cap.check.is_alone, cap.check.over, cap.chip, cap.is_owed) == (True, 1, "due", False)
    assert services.decide_as_proposed(actor=village.officer, ratings=ratings, paper=PAPER, now=NOW) == 1


def test_a_leader_takes_no_place_of_the_members_of_the_cell(village: RatedVillage) -> None:
    for one in (village.head, village.deputy, village.plain):
        make_verdict(village.rating(one), Side.PROPOSED, EXCELLENT)
    cap = read_cap(village.review)
    assert (cap.excellent, cap.rated) == (2, 2)  # without the secretary, who is alike to other secretaries
    (leaders,) = read_group_caps(village.campaign, [CapGroup.LEADERS])
    assert (leaders.check.excellent, leaders.check.rated) == (1, 1)


def test_one_and_two(village: RatedVillage) -> None:
    found = [
        (check.is_alone, check.over, check.needs_note)
        for check in (
            check_cap(good=0, excellent=1, rated=1, rules=village.campaign.rules),
            check_cap(good=0, excellent=1, rated=2, rules=RULES),
            check_cap(good=1, excellent=0, rated=1, rules=RULES),
        )
    ]
    assert found == [(True, 1, False), (False, 1, True), (True, 0, False)]


def propose_excellent(village: RatedVillage, count: int) -> list[Rating]:
    """Two members of the cell, so many of them excellent: none is allowed (20 % of nobody good)."""
    ratings = propose_all(village, CapGroup.MEMBERS, [EXCELLENT] * count)
    Rating.objects.filter(campaign=village.campaign, organization=village.cell, kind=SubjectKind.LEADERSHIP).update(
        state=RatingState.DECIDED
    )
    return ratings


def note(village: RatedVillage, excellent: int | None = None, *, words: str = "Đột xuất") -> NotedCap | None:
    """What the note of the cell holds for."""
    return services.note_cap(
        actor=village.officer, review=village.review, note=words, outstanding=False, excellent=excellent, now=NOW
    ).noted


def test_a_note_holds_for_as_many_as_it_was_written_for(village: RatedVillage) -> None:
    """One note was a door for all that came later."""
    first, second = propose_excellent(village, 2)
    decide: dict[str, Any] = {"actor": village.officer, "paper": PAPER, "now": NOW}
    Rating.objects.filter(pk=second.pk).update(state=RatingState.REVIEWED)
    Verdict.objects.filter(rating=second).delete()
    assert note(village) == NotedCap(1, 0, 0, CapBase.GOOD_ONLY)
    assert services.decide_as_proposed(ratings=[first], **decide) == 1
    make_verdict(second, Side.PROPOSED, EXCELLENT, reason="Vì sao")
    Rating.objects.filter(pk=second.pk).update(state=RatingState.PROPOSED)
    with pytest.raises(services.CapNeedsNote, match="có 2 đảng viên hoàn thành xuất sắc"):
        services.decide_as_proposed(ratings=[second], **decide)
    assert note(village) == NotedCap(2, 0, 0, CapBase.GOOD_ONLY)
    assert services.decide_as_proposed(ratings=[second], **decide) == 1


def test_a_note_names_how_many_before_anybody_proposes_them(village: RatedVillage) -> None:
    """The level that decides may rate one better than was proposed: its note comes first."""
    (rating,) = propose_all(village, CapGroup.MEMBERS, [GOOD])
    Verdict.objects.filter(rating=rating).update(level=RatingLevel.SATISFACTORY)
    with pytest.raises(services.NothingOverCap, match="0 mục hoàn thành xuất sắc chưa vượt"):
        note(village)
    with pytest.raises(services.MoreNotedThanRated, match="chỉ có 2 mục"):
        note(village, 3)
    assert note(village, 1) == NotedCap(1, 0, 0, CapBase.GOOD_ONLY)
    village.decide(rating, EXCELLENT, "Cứu dân trong lũ")
    assert village.rating(village.plain).state == RatingState.DECIDED


def test_a_note_without_words_holds_for_nobody(village: RatedVillage) -> None:
    propose_excellent(village, 2)
    assert note(village) is not None
    assert note(village, words="") is None
    village.review.refresh_from_db()
    assert (village.review.noted, village.review.noted_base) == (None, "")


def test_a_note_of_before_says_for_how_many_no_more(village: RatedVillage) -> None:
    ratings = propose_excellent(village, 2)
    UnitReview.objects.filter(pk=village.review.pk).update(cap_note="Cũ", noted_for=None)
    with pytest.raises(services.CapNeedsNote):
        services.decide_as_proposed(actor=village.officer, ratings=ratings, paper=PAPER, now=NOW)


def test_a_note_that_is_rewritten_keeps_the_words_before(village: RatedVillage) -> None:
    """Somebody was decided by them: history stands still."""
    propose_excellent(village, 2)
    note(village, 1, words="Cứu dân trong lũ")
    services.note_cap(
        actor=village.officer, review=village.review, note="Thêm một", outstanding=True, now=NOW + timedelta(days=1)
    )
    note(village, words="")
    village.review.refresh_from_db()
    first = FormerNote("Cứu dân trong lũ", False, NotedCap(1, 0, 0, CapBase.GOOD_ONLY), village.officer.name, NOW)
    then = NOW + timedelta(days=1)
    second = FormerNote("Thêm một", True, NotedCap(2, 0, 0, CapBase.GOOD_ONLY), village.officer.name, then)
    assert (village.review.cap_note, village.review.former) == ("", (second, first))


def test_a_note_of_before_is_kept_without_what_nobody_knows_of_it(village: RatedVillage) -> None:
    propose_excellent(village, 2)
    UnitReview.objects.filter(pk=village.review.pk).update(cap_note="Cũ", noted_for=None)
    note(village)
    village.review.refresh_from_db()
    assert village.review.former == (FormerNote("Cũ", False, None, "", None),)


def test_the_page_shows_every_note_of_a_group(village: RatedVillage) -> None:
    for number in range(6):
        add_cell(village, number)
    propose_all(village, CapGroup.CELLS, [GOOD] * 5 + [EXCELLENT] * 2)
    said: dict[str, Any] = {"actor": village.officer, "campaign": village.campaign, "group": CapGroup.CELLS}
    for words in ("Đột xuất", "Đột xuất, có văn bản", "Có văn bản số 7"):
        services.note_group_cap(note=words, outstanding=False, now=NOW, **said)
    (cap,) = read_group_caps(village.campaign, [CapGroup.CELLS])
    assert (cap.note, [one.note for one in cap.former]) == ("Có văn bản số 7", ["Đột xuất, có văn bản", "Đột xuất"])
    words = render_to_string("classification/_cap_note.html", {"note": cap.note, "former": cap.former})
    assert [one in words for one in ("2 ghi chú trước đây", "Đột xuất, có văn bản", village.officer.name)] == [True] * 3


@pytest.mark.parametrize(
    ("good", "excellent", "owed"),
    [
        (37, 8, False),  # as it was written: 8 where 7 may be
        (37, 7, False),
        (37, 9, True),  # one more
        (40, 9, True),  # 8 may be by now: nobody noted a ninth
        (40, 8, False),
        (34, 8, False),  # 6 may be by now: it says why of eight
        (34, 7, False),
    ],
)
def test_a_note_covers_no_more_than_it_was_written_for(good: int, excellent: int, *, owed: bool) -> None:
    noted = note_for(check_cap(good=37, excellent=8, rules=RULES), 8)
    assert noted == NotedCap(8, 7, 37, CapBase.GOOD_ONLY)
    assert is_note_owed(check_cap(good=good, excellent=excellent, rules=RULES), noted) is owed


@pytest.mark.parametrize("group", CapGroup.of_round())
def test_a_note_of_a_group_holds_for_as_many_as_it_was_written_for(village: RatedVillage, group: CapGroup) -> None:
    for number in range(6):
        add_cell(village, number)
    ratings = propose_all(village, group, [GOOD] * 5 + [EXCELLENT] * 2)
    said: dict[str, Any] = {"actor": village.officer, "campaign": village.campaign, "group": group, "now": NOW}
    with pytest.raises(services.NothingOverCap):
        services.note_group_cap(note="Đột xuất", outstanding=False, excellent=1, **said)
    kept = services.note_group_cap(note="Đột xuất", outstanding=False, **said)
    assert kept.noted == NotedCap(2, 1, 5, CapBase.GOOD_ONLY)
    Verdict.objects.filter(rating=ratings[0]).update(level=EXCELLENT)
    with pytest.raises(services.GroupCapNeedsNote, match="có 3 mục hoàn thành xuất sắc"):
        services.decide_as_proposed(actor=village.officer, ratings=ratings, paper=PAPER, now=NOW)
    assert services.note_group_cap(note="Thêm một", outstanding=False, **said).pk == kept.pk
    assert services.decide_as_proposed(actor=village.officer, ratings=ratings, paper=PAPER, now=NOW) == 7


# ── bases, decided by the level above ─────────────────────────────────────────


def open_base(village: RatedVillage, number: int, level: RatingLevel, parent: Organization | None = None) -> Campaign:
    base = make_unit(f"Đảng bộ xã số {number}", kind=UnitKind.BASE, parent=parent or village.province)
    campaign = make_campaign(base)
    rating = make_rating(campaign, base, kind=SubjectKind.BASE, form=RatedForm.COLLECTIVE, state=RatingState.PROPOSED)
    make_verdict(rating, Side.PROPOSED, level, reason="Vì sao")
    return campaign


def own_base(village: RatedVillage, level: RatingLevel) -> Rating:
    rows = Rating.objects.select_related("campaign__organization", "organization", "member")
    rating = rows.get(campaign=village.campaign, kind=SubjectKind.BASE)
    make_verdict(rating, Side.PROPOSED, level, reason="Vì sao")
    Rating.objects.filter(campaign=village.campaign, not_rated="").update(state=RatingState.DECIDED)
    Rating.objects.filter(pk=rating.pk).update(state=RatingState.PROPOSED)
    return rows.get(pk=rating.pk)


def test_bases_of_one_province_share_a_cap_whatever_their_rounds(village: RatedVillage) -> None:
    for number in range(4):
        open_base(village, number, GOOD)
    open_base(village, 9, EXCELLENT)
    upper = make_unit("Đảng ủy các cơ quan", kind=UnitKind.UPPER_DIRECT, parent=village.province)
    open_base(village, 10, EXCELLENT, parent=upper)  # decided by the unit above it, not by the province
    rating = own_base(village, EXCELLENT)
    (cap,) = read_group_caps(village.campaign, [CapGroup.BASES])
    assert (cap.check.good, cap.check.excellent, cap.check.rated, cap.check.allowed) == (4, 2, 6, 0)
    decide: dict[str, Any] = {"actor": village.board, "ratings": [rating], "paper": PAPER, "now": NOW}
    with pytest.raises(services.GroupCapNeedsNote, match="Các tổ chức cơ sở đảng"):
        services.decide_as_proposed(**decide)
    note: dict[str, Any] = {
        "campaign": village.campaign,
        "group": CapGroup.BASES,
        "note": "Xã đầu tiên",
        "outstanding": False,
    }
    with pytest.raises(NotAllowed):  # no unit says of itself why it is one more
        services.note_group_cap(actor=village.officer, now=NOW, **note)
    services.note_group_cap(actor=village.board, now=NOW, **note)
    assert services.decide_as_proposed(**decide) == 1


def test_a_cancelled_round_and_a_quarter_are_no_part_of_the_year_s_cap(village: RatedVillage) -> None:
    cancelled = open_base(village, 1, EXCELLENT)
    Campaign.objects.filter(pk=cancelled.pk).update(state="cancelled", cancelled_on=date(2026, 12, 1))
    own_base(village, EXCELLENT)
    services.open_campaign(
        actor=village.officer, organization=village.commune, opening=Opening(2026, quarter=3), now=NOW
    )
    (cap,) = read_group_caps(village.campaign, [CapGroup.BASES])
    assert (cap.check.excellent, cap.check.rated) == (1, 1)


@pytest.mark.parametrize("cells", [1, 3])
def test_the_caps_of_a_round_cost_the_same_for_any_number(
    village: RatedVillage, cells: int, django_assert_num_queries: Any
) -> None:
    for number in range(cells):
        add_cell(village, number)
    campaign = Campaign.objects.select_related("organization").get(pk=village.campaign.pk)
    with django_assert_num_queries(4):
        read_group_caps(campaign, CapGroup.of_round())
