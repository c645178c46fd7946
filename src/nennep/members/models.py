"""Party members: the personal record, dated membership, posts. Membership itself is sensitive data (rules.md §11.1)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.fields import EncryptedTextField, EncryptedTypedLine, PhoneLine, TypedEmail, TypedLine, TypedName
from nennep.core.models import DatedModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.members.choices import (
    CARD_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    Ending,
    ImportState,
    MembershipKind,
    PostKind,
    Reach,
    Sex,
    Standing,
)
from nennep.organizations.choices import CODE_LIMIT, SAID_LIMIT, ChangeState


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, actor: Actor) -> "MemberQuerySet":
        """Members with a membership now or formerly in the actor's units, and the actor's own record.

        Of those who have gone elsewhere pages show the past alone (`RecordPage.is_past`).
        """
        within = Membership.objects.filter(actor.scope(Permission.MEMBERS_READ, "organization__path"))
        own = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
        return self.filter(Q(pk__in=within.values("member_id")) | own, merged_into=None)


class Member(PublicIdModel):
    """One person. Sorted by given name through `name_key`. Either `born_on` or only `born_year` is known.

    `identity_hash` finds an identity number without storing it in the clear; it is empty when there is none. It and the card
    number may stand in two records that nobody below the unit above both can see: a refusal would tell one of the other.
    `merged_into` is set on a duplicate whose history went to the other record; it is kept, and seen by nobody.
    """

    full_name = TypedName(_("Họ và tên"), max_length=NAME_LIMIT)
    name_key = models.CharField(max_length=600, editable=False, db_index=True)
    sex = models.CharField(_("Giới tính"), max_length=6, choices=Sex, blank=True)
    born_on = models.DateField(_("Ngày sinh"), null=True, blank=True)
    born_year = models.PositiveSmallIntegerField(_("Năm sinh"), null=True, blank=True)
    phone = PhoneLine(_("Số điện thoại"), blank=True)
    email = TypedEmail(_("Thư điện tử"), blank=True)
    reach = models.CharField(_("Nhận tài liệu bằng"), max_length=10, choices=Reach, default=Reach.PRINT)
    education = TypedLine(_("Trình độ"), max_length=TEXT_LIMIT, blank=True)
    card_number = TypedLine(_("Số thẻ đảng viên"), max_length=CARD_LIMIT, blank=True)
    admitted_on = models.DateField(_("Ngày kết nạp"), null=True, blank=True)
    official_on = models.DateField(_("Ngày công nhận chính thức"), null=True, blank=True)
    ethnic_group = EncryptedTypedLine(_("Dân tộc"), blank=True, default="", limit=TEXT_LIMIT)
    religion = EncryptedTypedLine(_("Tôn giáo"), blank=True, default="", limit=TEXT_LIMIT)
    identity_number = EncryptedTypedLine(_("Số định danh cá nhân"), blank=True, default="", limit=TEXT_LIMIT)
    identity_hash = models.CharField(max_length=64, blank=True, editable=False)
    note = TypedLine(_("Ghi chú"), max_length=TEXT_LIMIT, blank=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="member")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        indexes = [
            models.Index(fields=["card_number"], condition=~Q(card_number=""), name="member_card"),
            models.Index(fields=["identity_hash"], condition=~Q(identity_hash=""), name="member_identity"),
        ]

    def __str__(self) -> str:
        return self.full_name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> "MembershipQuerySet":
        return self.filter(actor.scope(Permission.MEMBERS_READ, "organization__path"))

    def on(self, day: date) -> "MembershipQuerySet":
        """Memberships in force on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Membership(DatedModel):
    """A member belongs to a cell in one standing, from a day on (half open); a change of standing is a new row.

    `reason` may say something about health: encrypted, read only with `members.read_sensitive`.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=10, choices=MembershipKind, default=MembershipKind.OFFICIAL)
    standing = models.CharField(max_length=20, choices=Standing, default=Standing.OFFICIAL)
    reason = EncryptedTypedLine(blank=True, default="", limit=TEXT_LIMIT)
    decision = TypedLine(_("Quyết định"), max_length=TEXT_LIMIT, blank=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["member", "valid_from", "pk"]
        indexes = [models.Index(fields=["organization", "valid_from", "valid_to"], name="membership_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(valid_to=None, kind=MembershipKind.OFFICIAL),
                name="membership_one_official",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="membership_to_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.organization}"


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, actor: Actor) -> "PostQuerySet":
        return self.filter(actor.scope(Permission.MEMBERS_READ, "organization__path"))

    def on(self, day: date) -> "PostQuerySet":
        """Posts held on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Post(DatedModel):
    """A member holds a post in a unit, from a day on (half open)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="posts")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=20, choices=PostKind)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(valid_to=None, kind=PostKind.SECRETARY),
                name="post_one_secretary",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="post_to_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.kind}"


class PlannedPostQuerySet(models.QuerySet["PlannedPost"]):
    def visible_to(self, actor: Actor) -> "PlannedPostQuerySet":
        return self.filter(actor.scope(Permission.MEMBERS_READ, "organization__path"))

    def waiting(self) -> "PlannedPostQuerySet":
        """In the order in which they will begin."""
        return self.filter(state=ChangeState.WAITING).order_by("on", "pk")


class PlannedPost(PublicIdModel):
    """A post that a member is to hold from a later day on; the day's work gives it, in the name of whoever planned it (ADR 0027).

    `problem` says why its day came in vain; it is tried again daily.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="planned_posts")
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="planned_posts"
    )
    kind = models.CharField(max_length=20, choices=PostKind)
    on = models.DateField()
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.WAITING)
    problem = models.CharField(max_length=SAID_LIMIT, blank=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=200)
    planned_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = PlannedPostQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "member", "kind", "on"],
                condition=Q(state=ChangeState.WAITING),
                name="planned_post_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.kind} {self.on}"


class PlannedTransferQuerySet(models.QuerySet["PlannedTransfer"]):
    def visible_to(self, actor: Actor) -> "PlannedTransferQuerySet":
        return self.filter(actor.scope(Permission.MEMBERS_READ, "organization__path"))

    def waiting(self) -> "PlannedTransferQuerySet":
        return self.filter(state=ChangeState.WAITING).order_by("pk")


class PlannedTransfer(PublicIdModel):
    """To which part of their cell a member goes once it is split; the day's work transfers them after the split (ADR 0027).

    `code` is that of the unit to come, which does not exist yet. `problem` says why it was in vain; it is tried again daily.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="planned_transfers")
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="planned_transfers"
    )
    code = models.CharField(max_length=CODE_LIMIT)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.WAITING)
    problem = models.CharField(max_length=SAID_LIMIT, blank=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=200)
    planned_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = PlannedTransferQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "member"],
                condition=Q(state=ChangeState.WAITING),
                name="planned_transfer_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.code}"


class StandInQuerySet(models.QuerySet["StandIn"]):
    def visible_to(self, actor: Actor) -> "StandInQuerySet":
        return self.filter(actor.scope(Permission.MEETINGS_READ, "organization__path"))

    def on(self, day: date) -> "StandInQuerySet":
        """Who stands in on that day."""
        return self.filter(valid_from__lte=day, valid_to__gt=day)


class StandIn(DatedModel, PublicIdModel):
    """`member` does the work of the cell's secretary, who is away, from a day on (half open; it always has an end).

    Why the secretary is away is nobody's business here. The account's role (`Role.STAND_IN`) has the same days.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="stand_ins")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="stand_ins")

    objects = StandInQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="stand_in_to_after_from"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.valid_from}"

    @property
    def until(self) -> date:
        """The first day on which it no longer holds."""
        return self.valid_to or self.valid_from


class ImportFile(PublicIdModel):
    """A spreadsheet that somebody uploaded. Private to them.

    `content` (base64) and `mends` (JSON) are emptied when everything is written; the row goes after a week. `used_from` is the
    day from which its new people and cells are kept; None: the day of writing.
    `outcome` counts what the last writing did.
    """

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField()
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    name = TypedLine(max_length=TEXT_LIMIT)
    content = EncryptedTextField(blank=True, default="")
    mends = EncryptedTextField(blank=True, default="")
    used_from = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.REVIEWED)
    outcome = models.JSONField(default=dict)
    error = models.CharField(max_length=TEXT_LIMIT, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_work(self) -> bool:
        """The job has it, or will have it next."""
        return ImportState(self.state).is_in_work
