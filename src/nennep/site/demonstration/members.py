"""The rolls: 2,793 members in 136 cells, their memberships, posts and accounts-to-be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from nennep.core import crypto
from nennep.core.text import name_sort_key
from nennep.members.choices import IDENTITY_PURPOSE, PostKind, Reach, Standing
from nennep.members.models import Member, Membership, Post
from nennep.policies.queries import rules_for
from nennep.site.demonstration.people import DemonstrationPerson, PersonMaker
from nennep.site.demonstration.tree import CellPlan
from nennep.site.demonstration.words import WORDS

MEMBERS_IN_ALL = 2793
NAM_CHA = "Chi bộ thôn Nặm Chá"
SMALLEST, LARGEST = 9, 34

# Chi bộ thôn Nặm Chá as the mockups draw it: the counted, those on probation, those who do not count.
NAM_CHA_LEADERS = ("Ma Công Lập", "Nguyễn Thị Thu Huyền", "Chẩu Văn Dũng", "Hoàng Thị Ngọc Trâm")
NAM_CHA_OTHERS = WORDS["nam_cha"]
NAM_CHA_ON_PROBATION = ("Giàng A Nhè", "Chẩu Thị Quỳnh")
NAM_CHA_EXEMPT = ("Hoàng Đình Khoát", "Nguyễn Thị Bạch Yến")
NAM_CHA_ELSEWHERE = ("Nông Quốc Thiều",)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A member on the rolls of a cell; leaders come first in a cell's list.

    `history`: from which day on in which standing, oldest first; the last one is today's.
    """

    member: Member
    history: tuple[tuple[date, Standing], ...]

    @property
    def standing(self) -> Standing:
        return self.history[-1][1]

    @property
    def counted(self) -> bool:
        return self.standing.is_active

    def standing_on(self, day: date) -> Standing | None:
        """The standing on that day; None before the person was on the rolls."""
        return next((standing for since, standing in reversed(self.history) if since <= day), None)

    def is_active_on(self, day: date) -> bool:
        standing = self.standing_on(day)
        return standing is not None and standing.is_active


@dataclass(frozen=True, slots=True)
class Roll:
    """A cell with everybody on its rolls: secretary, deputy, committee members, then the others."""

    plan: CellPlan
    people: tuple[Enrolled, ...]

    @property
    def counted(self) -> list[Enrolled]:
        return [person for person in self.people if person.counted]


def enrol(plans: list[CellPlan], *, today: date, random: Random) -> list[Roll]:
    """Fill every cell; the sizes add up to exactly the published number."""
    maker = PersonMaker(seed=136, today=today)
    sizes = share_out(plans, random)
    drafts = [_draft_cell(plan, size, maker, random) for plan, size in zip(plans, sizes, strict=True)]
    Member.objects.bulk_create([person.member for people in drafts for person in people], batch_size=500)
    rolls = [Roll(plan, tuple(people)) for plan, people in zip(plans, drafts, strict=True)]
    Membership.objects.bulk_create((row for roll in rolls for row in _memberships(roll)), batch_size=1000)
    committee_from = rules_for(organization=plans[0].organization, on=today).committee_from
    Post.objects.bulk_create(post for roll in rolls for post in _posts(roll, committee_from))
    return rolls


def share_out(plans: list[CellPlan], random: Random) -> list[int]:
    """A size for each cell between the smallest and the largest; the sum is `MEMBERS_IN_ALL`."""
    sizes = [plan.size or random.randint(SMALLEST + 4, LARGEST - 6) for plan in plans]
    free = [index for index, plan in enumerate(plans) if plan.size is None]
    while (missing := MEMBERS_IN_ALL - sum(sizes)) != 0:
        index = random.choice(free)
        step = 1 if missing > 0 else -1
        if SMALLEST <= sizes[index] + step <= LARGEST:
            sizes[index] += step
    return sizes


def _draft_cell(plan: CellPlan, size: int, maker: PersonMaker, random: Random) -> list[Enrolled]:
    enrol_one = Enroller(plan, maker, random)
    if plan.organization.name == NAM_CHA:
        return _draft_nam_cha(enrol_one)
    exempt = 0 if plan.size else random.randint(0, max(1, size // 12))
    on_probation, newly_official = random.randint(0, 2), random.randint(0, 2)
    rest = size - 3 - exempt - on_probation - newly_official
    people = [enrol_one(Standing.OFFICIAL, age=(30, 60)) for _ in range(3)]
    people += [enrol_one(Standing.OFFICIAL) for _ in range(rest)]
    people += [enrol_one(Standing.OFFICIAL, age=(22, 36), newly_official=True) for _ in range(newly_official)]
    people += [enrol_one(Standing.PROBATIONARY, age=(21, 34)) for _ in range(on_probation)]
    return people + [enrol_one(Standing.EXEMPT, age=(79, 92)) for _ in range(exempt)]


def _draft_nam_cha(enrol_one: "Enroller") -> list[Enrolled]:
    groups: list[tuple[Iterable[str], Standing, tuple[int, int]]] = [
        (NAM_CHA_LEADERS, Standing.OFFICIAL, (34, 60)),
        (NAM_CHA_OTHERS, Standing.OFFICIAL, (26, 72)),
        (NAM_CHA_ON_PROBATION, Standing.PROBATIONARY, (22, 30)),
        (NAM_CHA_EXEMPT, Standing.EXEMPT, (80, 90)),
        (NAM_CHA_ELSEWHERE, Standing.ELSEWHERE, (28, 40)),
    ]
    return [enrol_one(standing, name=name, age=age) for names, standing, age in groups for name in names]


class Enroller:
    """Makes the people of one cell with what a roll says of them."""

    def __init__(self, plan: CellPlan, maker: PersonMaker, random: Random) -> None:
        self._plan, self._maker, self._random = plan, maker, random

    def __call__(
        self, standing: Standing, *, name: str = "", age: tuple[int, int] = (24, 78), newly_official: bool = False
    ) -> Enrolled:
        probation = 1 if standing == Standing.PROBATIONARY else 2 if newly_official else 0
        person = self._maker.make(name=name, age=age, probation=probation)
        return Enrolled(self._member(person), self._history(person, standing))

    def _history(self, person: DemonstrationPerson, standing: Standing) -> tuple[tuple[date, Standing], ...]:
        """Probation for the twelve months after the admission; exempt or elsewhere since before or within the past year."""
        opened = self._plan.organization.opened_on
        begun = max(person.admitted_on, opened)
        if standing == Standing.PROBATIONARY:
            return ((begun, standing),)
        official = max(person.official_on or begun, opened)
        steps = [(begun, Standing.PROBATIONARY)] if begun < official else []
        steps.append((official, Standing.OFFICIAL))
        if standing != Standing.OFFICIAL:
            days = self._random.choice((1100, 800, 500, 150) if standing == Standing.EXEMPT else (430,))
            steps.append((max(self._maker.today - timedelta(days=days), official + timedelta(days=1)), standing))
        return tuple(steps)

    def _member(self, person: DemonstrationPerson) -> Member:
        random = self._random
        old = person.born_on.year < 1965
        return Member(
            full_name=person.full_name,
            name_key=name_sort_key(person.full_name),
            sex=person.sex,
            born_on=person.born_on,
            born_year=person.born_on.year,
            phone=person.phone,
            reach=Reach.PRINT if random.random() < (0.7 if old else 0.15) else Reach.APP,
            education=random.choice(["7/10", "9/12", "12/12", "12/12", "12/12", "Trung cấp", "Đại học"]),
            card_number=person.card_number,
            admitted_on=person.admitted_on,
            official_on=person.official_on,
            ethnic_group=person.ethnic_group,
            religion=person.religion,
            identity_number=person.identity_number,
            identity_hash=crypto.keyed_hash(person.identity_number, purpose=IDENTITY_PURPOSE),
        )


def _memberships(roll: Roll) -> Iterable[Membership]:
    """One row for each standing, each up to the next one."""
    for person in roll.people:
        ends = [since for since, _ in person.history[1:]]
        for (since, standing), until in zip(person.history, [*ends, None], strict=True):
            yield Membership(
                member=person.member,
                organization=roll.plan.organization,
                standing=standing,
                valid_from=since,
                valid_to=until,
                reason="Tuổi cao, sức khỏe yếu" if standing == Standing.EXEMPT else "",
            )


def _posts(roll: Roll, committee_from: int) -> Iterable[Post]:
    kinds = [kind for kind in PostKind if kind.signs]
    if sum(person.standing == Standing.OFFICIAL for person in roll.people) >= committee_from:
        kinds += [PostKind.COMMITTEE_MEMBER] * (2 if roll.plan.organization.name == NAM_CHA else 1)
    for kind, person in zip(kinds, roll.people, strict=False):
        yield Post(member=person.member, organization=roll.plan.organization, kind=kind, valid_from=date(2025, 5, 1))
