"""One small world for the access matrix: a cell with its things, and four people who try every address of it."""

import base64
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.test import Client

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.assessments.services import start_sheet
from nennep.classification.choices import ListedKind, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, ListedCase, Rating, RatingComplaint
from nennep.classification.services import Opening, open_campaign
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.periods import Span
from nennep.documents.models import Distribution, Document
from nennep.documents.services import remove_document
from nennep.duties.models import Duty
from nennep.meetings.models import Advice, AgendaItem, Meeting, ThemePlan
from nennep.meetings.services.advice import AdviceDraft, give_advice
from nennep.meetings.services.premeeting import WhenAndWhere, plan_premeeting
from nennep.members.choices import PostKind
from nennep.members.models import ImportFile, Member, PlannedPost, Post, StandIn
from nennep.notifications.choices import Channel, DeliveryState
from nennep.notifications.models import Delivery, Notification, PushSubscription
from nennep.notifications.services import notify
from nennep.organizations.choices import ChangeKind
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.services import UnitChange, plan_change
from nennep.petitions.choices import PetitionState, PracticeState, WorkList
from nennep.petitions.models import OutsideBody, Petition, Practice, SavedView
from nennep.petitions.services import attach_file, pass_on
from nennep.planning.choices import WishKind
from nennep.planning.models import Absence, PlanWish, VisitPlan
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.services.plans import draft_plan
from nennep.policies.choices import PolicyKey
from nennep.policies.models import PolicyPack
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.filing import file_meeting
from nennep.records.services.minutes import approve_minutes
from nennep.records.services.resolution import issue_resolution
from nennep.reporting.models import IssuedPetitionReport
from nennep.reporting.services import issue_petition_report
from nennep.room.choices import RemarkKind
from nennep.room.models import Guest, PastImport, Remark, ReservedOpinion, RollCallEntry, SecretBallot, Vote
from nennep.visits.choices import VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit, VisitOpinion
from nennep.visits.services.opinions import attach_to_opinion
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.classification import make_rating, make_verdict, settle
from tests.factories.core import NOW, TODAY, said
from tests.factories.documents import make_document, make_upload
from tests.factories.duties import make_duty
from tests.factories.meetings import make_held_meeting, make_item, make_meeting, make_open_meeting
from tests.factories.members import make_member, make_post
from tests.factories.petitions import make_petition, make_practice
from tests.factories.policies import make_pack
from tests.factories.visits import assign, hold_office, make_opinion, make_report, make_visit

PEOPLE = ("anonymous", "outsider", "member", "reader", "insider")


@dataclass(frozen=True)
class World:
    """`cell` is the insider's (its secretary), the reader's (an official who follows it) and the member's (one of its own,
    without an office); the outsider leads another.

    Things are made when an address names them (`parts` in url_access.toml): the attribute's name is the thing's.
    """

    cell: Organization
    people: dict[str, User]
    sessions: dict[str, str]

    def untouched(self) -> "World":
        """The same rows for another test: none of the things that were made since, nor of what was set on these."""
        people = {name: copy(user) for name, user in self.people.items()}
        return World(copy(self.cell), people, self.sessions)

    @cached_property
    def meeting(self) -> Meeting:
        """One that is planned."""
        return make_meeting(self.cell)

    @cached_property
    def comment(self) -> Advice:
        """A comment that the insider once gave the cell, as an official."""
        giver = replace(Actor.system(), user_id=self.people["insider"].pk)
        draft = AdviceDraft("Bàn kỹ một việc.")
        return give_advice(actor=giver, organization=self.cell, draft=draft, origin=Origin(), now=NOW)

    @cached_property
    def item(self) -> AgendaItem:
        return make_item(self.meeting)

    @cached_property
    def splitting(self) -> Organization:
        """The cell, which will be split on 1 January."""
        change = UnitChange(
            ChangeKind.SPLIT, self.cell, date(2027, 1, 1), "Thôn đông", {"parts": [["CB-M", "Chi bộ Mới"]]}
        )
        plan_change(actor=Actor.system(), change=change, now=NOW)
        return self.cell

    @cached_property
    def planned_change(self) -> PlannedChange:
        change = UnitChange(ChangeKind.RENAME, self.cell, date(2027, 1, 1), "Đổi tên thôn", {"name": "Chi bộ thôn Mới"})
        return plan_change(actor=Actor.system(), change=change, now=NOW)

    @cached_property
    def local_pack(self) -> PolicyPack:
        """Rules of the cell's own that no finished month was judged by."""
        return make_pack({PolicyKey.FIXED_DAY: 5}, organization=self.cell, valid_from=TODAY)

    @cached_property
    def member(self) -> Member:
        return join_cell(self.cell, "Vàng Thị Mỷ")

    @cached_property
    def post(self) -> Post:
        return make_post(self.member, self.cell, PostKind.GROUP_HEAD)

    @cached_property
    def prepared(self) -> Meeting:
        """Planned, and its committee has a day."""
        when = WhenAndWhere(NOW - timedelta(hours=12))
        plan_premeeting(actor=actor_of(self.people["insider"]), meeting=self.meeting, when=when, now=NOW)
        return self.meeting

    @cached_property
    def theme(self) -> ThemePlan:
        return ThemePlan.objects.create(organization=self.cell, month=date(2026, 12, 1), title="Nước sạch")

    @cached_property
    def leader(self) -> Member:
        """The cell's secretary as a member."""
        leader = join_cell(self.cell, "Giàng A Páo")
        make_post(leader, self.cell, PostKind.SECRETARY)
        return leader

    @cached_property
    def opened(self) -> Meeting:
        return make_open_meeting(self.cell)

    @cached_property
    def opened_item(self) -> AgendaItem:
        return AgendaItem.objects.get(meeting=self.opened)

    @cached_property
    def held(self) -> Meeting:
        return make_held_meeting(self.cell)

    @cached_property
    def vote(self) -> Vote:
        return Vote.objects.create(
            meeting=self.opened, subject="Thông qua nghị quyết", base=3, in_favour=3, passed=True, at=NOW
        )

    @cached_property
    def remark(self) -> Remark:
        return Remark.objects.create(
            meeting=self.opened, member=self.member, kind=RemarkKind.PRAISE, text="Vận động được sáu hộ hiến đất"
        )

    @cached_property
    def approved(self) -> Meeting:
        actor = actor_of(self.people["insider"])
        approve_minutes(actor=actor, meeting=self.held, now=NOW)
        return self.held

    @cached_property
    def filed(self) -> Meeting:
        """With a resolution that went out."""
        actor = actor_of(self.people["insider"])
        texts = ResolutionTexts(directions="Làm mương.")
        issue_resolution(actor=actor, meeting=self.approved, texts=texts, now=NOW)
        return file_meeting(actor=actor, meeting=self.approved, now=NOW)

    @cached_property
    def scored(self) -> Meeting:
        start_sheet(actor=actor_of(self.people["insider"]), meeting=self.held, now=NOW)
        return self.held

    @cached_property
    def removed(self) -> Document:
        remove_document(actor=actor_of(self.people["insider"]), document=self.document, now=NOW)
        return self.document

    @cached_property
    def entry(self) -> RollCallEntry:
        return RollCallEntry.objects.filter(meeting=self.opened).order_by("pk")[0]

    @cached_property
    def claim(self) -> RollCallEntry:
        """Somebody marked absent who says to be here."""
        self.entry.claimed_at, self.entry.state = NOW, "unexcused"
        self.entry.save()
        return self.entry

    @cached_property
    def guest(self) -> Guest:
        return Guest.objects.create(meeting=self.opened, name="Ma Văn Páo")

    @cached_property
    def advice(self) -> Advice:
        return Advice.objects.create(organization=self.cell, text="Gửi tài liệu sớm", given_on=NOW, given_by_name="A")

    @cached_property
    def ballot(self) -> SecretBallot:
        first, second = (row.member for row in self.opened.roll_call.all()[:2])
        return SecretBallot.objects.create(
            meeting=self.opened,
            subject="Kết nạp",
            issued=3,
            first_teller=first,
            second_teller=second,
            started_at=NOW,
        )

    @cached_property
    def petition_with_file(self) -> Petition:
        """The insider attached the file today."""
        insider = replace(Actor.system(), user_id=self.people["insider"].pk)
        attach_file(actor=insider, petition=self.petition, upload=make_upload(), now=NOW)
        return self.petition

    @cached_property
    def answered_petition(self) -> Petition:
        """One that the commune answered, for the room of the open meeting."""
        return Petition.objects.create(
            organization=self.opened.organization,
            holder=self.opened.organization,
            text="Sửa cầu treo",
            raised_on=NOW,
            due_on=NOW,
            state=PetitionState.ANSWERED,
            answer="Đã có kế hoạch",
            answered_on=NOW,
        )

    @cached_property
    def opinion(self) -> ReservedOpinion:
        row = self.opened.roll_call.all()[0]
        return ReservedOpinion.objects.create(meeting=self.opened, member=row.member, text="Chưa nên", at=NOW)

    @cached_property
    def chaired(self) -> Meeting:
        """An open meeting whose chair is the insider."""
        member = join_cell(self.cell, "Ma Công Lập", user_id=self.people["insider"].pk)
        Meeting.objects.filter(pk=self.opened.pk).update(chair=member)
        return self.opened

    @cached_property
    def duty(self) -> Duty:
        return make_duty(self.cell, self.member)

    @cached_property
    def petition(self) -> Petition:
        return make_petition(self.cell)

    @cached_property
    def passed_petition(self) -> Petition:
        """With the paper that went along."""
        above = Organization.objects.get(path=self.cell.path[:4])
        insider = actor_of(self.people["insider"])
        return pass_on(actor=insider, petition=make_petition(self.cell, "Xin loa cho thôn"), to=above, now=NOW)

    @cached_property
    def petition_report(self) -> IssuedPetitionReport:
        insider = actor_of(self.people["insider"])
        span = Span.parse("2026-q3")
        return issue_petition_report(actor=insider, organization=self.cell, span=span, now=NOW)

    @cached_property
    def solved_petition(self) -> Petition:
        return make_petition(self.cell, state=PetitionState.SOLVED, settled_on=NOW.date())

    @cached_property
    def practice(self) -> Practice:
        return make_practice(self.cell, state=PracticeState.PUBLISHED)

    @cached_property
    def proposed_practice(self) -> Practice:
        return make_practice(self.cell)

    @cached_property
    def clarifying_petition(self) -> Petition:
        return make_petition(self.cell, state=PetitionState.CLARIFYING, waits_until=NOW.date())

    @cached_property
    def promised_petition(self) -> Petition:
        day = NOW.date()
        return make_petition(self.cell, state=PetitionState.PROMISED, answer="Có", answered_on=day, promised_for=day)

    @cached_property
    def noted_opinion(self) -> Petition:
        return make_petition(self.cell, state=PetitionState.OPINION)

    @cached_property
    def saved_view(self) -> SavedView:
        """The insider's own."""
        user = self.people["insider"]
        return SavedView.objects.create(user=user, unit=self.cell, name="Giao thông chờ lâu", listed=WorkList.OVERDUE)

    @cached_property
    def petition_body(self) -> OutsideBody:
        return OutsideBody.objects.create(unit=self.cell, name="Điện lực Lâm Bình", valid_from=NOW.date())

    @cached_property
    def joinable_petition(self) -> Petition:
        make_petition(self.cell)
        return self.petition

    @cached_property
    def joined_petition(self) -> Petition:
        kept = make_petition(self.cell)
        self.petition.state, self.petition.settled_on, self.petition.joined_to = PetitionState.JOINED, NOW.date(), kept
        self.petition.save()
        return self.petition

    @cached_property
    def document(self) -> Document:
        return make_document(self.cell, actor_of(self.people["insider"]))

    @cached_property
    def distribution(self) -> Distribution:
        """A paper that the commune sent to the cell."""
        commune = Organization.objects.get(path=self.cell.path[:4])
        paper = make_document(commune, Actor.system())
        return Distribution.objects.create(document=paper, from_unit=commune, to_unit=self.cell, sent_at=NOW)

    @cached_property
    def official(self) -> User:
        """The reader, in office and assigned to the cell."""
        return self.holding.official

    @cached_property
    def holding(self) -> OfficeHolding:
        return hold_office(self.people["reader"], self.cell)

    @cached_property
    def assignment(self) -> Assignment:
        return assign(self.people["reader"], self.cell)

    @cached_property
    def visit(self) -> Visit:
        """The reader comes to the planned meeting."""
        return make_visit(self.people["reader"], self.cell, on=self.meeting.day, meeting=self.meeting)

    @cached_property
    def visit_due(self) -> Visit:
        """A visit of the reader's whose day has come, not noted yet."""
        return make_visit(self.people["reader"], self.cell, on=date(2026, 11, 3))

    @cached_property
    def reported(self) -> Visit:
        """A visit of the reader's whose report was sent."""
        visit = make_visit(self.people["reader"], self.cell, on=date(2026, 11, 2), state=VisitState.ATTENDED)
        make_report(visit, submitted_at=NOW)
        return visit

    @cached_property
    def heard(self) -> VisitOpinion:
        """Heard at a visit of the reader's whose report is not sent, with a file."""
        visit = make_visit(self.people["reader"], self.cell, on=date(2026, 11, 3), state=VisitState.ATTENDED)
        opinion = make_opinion(make_report(visit))
        attach_to_opinion(actor=actor_of(self.people["reader"]), opinion=opinion, upload=make_upload(), now=NOW)
        return opinion

    @cached_property
    def visit_heard(self) -> Visit:
        return self.heard.report.visit

    @cached_property
    def round(self) -> Campaign:
        """The commune's round of this year: the cell's people are to be rated."""
        opening = Opening(NOW.year, date(NOW.year, 12, 31))
        planner = actor_of(self.people["planner"])
        return open_campaign(actor=planner, organization=self.commune, opening=opening, now=NOW)

    @cached_property
    def rating(self) -> Rating:
        """The cell's own."""
        rows = Rating.objects.filter(campaign=self.round, organization=self.cell, kind=SubjectKind.CELL)
        return rows.select_related("campaign__organization", "organization", "member").get()

    @cached_property
    def member_rating(self) -> Rating:
        """Of somebody who is none of the people that ask."""
        member = join_cell(self.cell, "Lò Thị Hoa")
        listed = Rating.objects.filter(
            campaign=self.round, member=member
        ).first()  # by opening it, unless that was before
        return listed or make_rating(self.round, self.cell, member)

    @cached_property
    def decided_rating(self) -> Rating:
        return settle(self.rating, RatingLevel.GOOD)

    @cached_property
    def proposed_rating(self) -> Rating:
        make_verdict(self.rating, Side.PROPOSED, RatingLevel.GOOD)
        Rating.objects.filter(pk=self.rating.pk).update(state=RatingState.PROPOSED)
        return self.rating

    @cached_property
    def complaint(self) -> RatingComplaint:
        return RatingComplaint.objects.create(rating=self.rating, received_on=TODAY, text="Chưa đúng", by_name="A")

    @cached_property
    def listed_case(self) -> ListedCase:
        return ListedCase.objects.create(
            breach_unit=self.cell,
            year=NOW.year,
            kind=ListedKind.DISUNITY,
            document_number="9-KL/UBKT",
            document_on=TODAY,
            by_name="A",
        )

    @cached_property
    def commune(self) -> Organization:
        """The unit above the cell, where the planner plans the officials' visits."""
        return Organization.objects.get(path=self.cell.path[:4])

    @cached_property
    def plan(self) -> VisitPlan:
        planner = actor_of(self.people["planner"])
        return draft_plan(actor=planner, organization=self.commune, year=2027, settings=PlanSettings(), now=NOW)

    @cached_property
    def wish(self) -> PlanWish:
        """Something wanted of the plan."""
        return PlanWish.objects.create(
            plan=self.plan, kind=WishKind.FORBID_CELL, official=self.people["reader"], cell=self.cell
        )

    @cached_property
    def absence(self) -> Absence:
        day = NOW.date()
        return Absence.objects.create(
            organization=self.commune, official=self.people["reader"], first_day=day, last_day=day
        )

    @cached_property
    def import_file(self) -> ImportFile:
        return ImportFile.objects.create(
            uploaded_by=self.people["insider"],
            uploaded_at=clock.now(),
            organization=self.cell,
            name="ds.csv",
            content=base64.b64encode("STT;Họ tên;Năm sinh\n1;Giàng A Páo;1975".encode()).decode(),
        )

    @cached_property
    def planned_post(self) -> PlannedPost:
        return PlannedPost.objects.create(
            member=self.member,
            organization=self.cell,
            kind=PostKind.DEPUTY_SECRETARY,
            on=clock.today() + timedelta(days=30),
            planned_at=clock.now(),
        )

    @cached_property
    def stand_in(self) -> StandIn:
        deputy = make_member("Triệu Văn Sính", cell=self.cell)
        today = clock.today()
        return StandIn.objects.create(
            member=deputy, organization=self.cell, valid_from=today, valid_to=today + timedelta(days=9)
        )

    @cached_property
    def past_import(self) -> PastImport:
        """Waits to be written."""
        content = base64.b64encode("Ngày họp;Có mặt\n03/01/2019;20".encode()).decode()
        return PastImport.objects.create(
            uploaded_by=self.people["insider"],
            uploaded_at=clock.now(),
            organization=self.cell,
            name="so.csv",
            digest="0" * 64,
            content=content,
        )

    @cached_property
    def written_past(self) -> PastImport:
        self.past_import.written_at, self.past_import.content = clock.now(), ""
        self.past_import.outcome = {"meetings": 1, "cells": 1, "held_back": []}
        self.past_import.save()
        return self.past_import

    @cached_property
    def account(self) -> User:
        user = make_user("Ma Thị Lan")
        grant_role(user, Role.MEMBER, self.cell)
        return user

    @cached_property
    def role(self) -> RoleGrant:
        return grant_role(self.account, Role.COMMITTEE_MEMBER, self.cell)

    @cached_property
    def notice(self) -> Notification:
        """To the secretary, who alone reads it."""
        told = notify(
            actor=Actor.system(), user_ids=[self.people["insider"].pk], kind="thu", title=said("Thử"), now=NOW
        )
        return told[0]

    @cached_property
    def delivery(self) -> Delivery:
        """A paper to be handed to a member."""
        return Delivery.objects.create(
            organization=self.cell, channel=Channel.PRINT, state=DeliveryState.BY_HAND, created_at=NOW
        )

    @cached_property
    def device(self) -> PushSubscription:
        """The secretary's telephone."""
        return PushSubscription.objects.create(user=self.people["insider"], endpoint_hash="0", created_at=NOW)

    @cached_property
    def hat(self) -> RoleGrant:
        """What the insider wears."""
        return RoleGrant.objects.get(user=self.people["insider"])

    def client_of(self, person: str) -> Client:
        client = Client()
        if person != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client

    def part(self, thing: str) -> Any:
        """What stands in the address for `thing`.

        `cell` is its public id, `cell.code` another attribute of it, `=bien-ban` that word itself.
        """
        if thing.startswith("="):
            return thing.removeprefix("=")
        name, _, attribute = thing.partition(".")
        return getattr(getattr(self, name), attribute or "public_id")


def make_world() -> World:
    cell, elsewhere = make_cell(), make_cell("Chi bộ ở nơi khác")
    for unit in Organization.objects.get_queryset().order_by("path"):
        parent = Organization.objects.filter(path=unit.path[:-4]).first()
        unit.periods.create(name=unit.name, kind=unit.kind, parent=parent, valid_from=unit.opened_on)
    people = {name: make_user() for name in PEOPLE if name != "anonymous"}
    people["officer"], people["planner"] = make_user(), make_user()
    grant_role(people["insider"], Role.SECRETARY, cell)
    grant_role(people["officer"], Role.COMMUNE_OFFICER, cell)
    people["administrator"] = make_user()
    grant_role(people["administrator"], Role.ADMINISTRATOR, cell)
    commune = Organization.objects.get(path=cell.path[:4])
    grant_role(people["planner"], Role.COMMUNE_OFFICER, commune, subtree=True)
    grant_role(people["reader"], Role.OFFICIAL, cell)
    grant_role(people["member"], Role.MEMBER, cell)
    join_cell(cell, "Nông Thị Bình", user_id=people["member"].pk)
    grant_role(people["outsider"], Role.SECRETARY, elsewhere)
    return World(cell, people, {name: _sign_in(user) for name, user in people.items()})


def _sign_in(user: User) -> str:
    """The key of a new session."""
    client = Client()
    client.force_login(user)
    return str(client.session.session_key)
