"""Users, the roles they hold on units, one-time codes. A user need not be a member, nor a member a user."""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import NAME_LIMIT, USERNAME_LIMIT, Role
from nennep.accounts.rules import list_password_forms
from nennep.core.access import Actor
from nennep.core.fields import NameKeyField, PhoneLine, TypedEmail, TypedLine, TypedName
from nennep.core.models import DatedModel, PublicIdModel
from nennep.core.permissions import Permission


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, actor: Actor) -> "UserQuerySet":
        """Accounts that hold or held a role in a unit where the actor hands out roles."""
        return self.filter(pk__in=RoleGrant.objects.visible_to(actor).values("user_id"))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, actor: Actor) -> UserQuerySet:
        return self.get_queryset().visible_to(actor)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Phone numbers and names are compared without regard to capitals."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PermissionsMixin, PublicIdModel):
    """Somebody who can sign in. `username` is a phone number or a chosen name, stored in lower case.

    Sorted by given name through `name_key`, as members are.
    """

    username = TypedLine(_("Số điện thoại hoặc tên đăng nhập"), max_length=USERNAME_LIMIT, unique=True)
    full_name = TypedName(_("Họ và tên"), max_length=NAME_LIMIT)
    name_key = NameKeyField(of="full_name", db_index=True)
    email = TypedEmail(_("Thư điện tử"), blank=True)
    phone = PhoneLine(_("Số điện thoại"), blank=True)
    language = models.CharField(max_length=5, default="vi")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def set_password(self, raw_password: str | None) -> None:
        """Hash its one form. For nobody, as when an unknown name signs in, it takes as long as checking somebody's."""
        forms = [None] if raw_password is None else list_password_forms(raw_password)
        for form in forms if not self.username else forms[:1]:
            super().set_password(form)

    def check_password(self, raw_password: str | None) -> bool:
        """However the keyboard composes its letters; passwords set before that was made one kind are taken as they were typed."""
        forms = [None] if raw_password is None else list_password_forms(raw_password)
        return any(super(User, self).check_password(form) for form in forms)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def visible_to(self, actor: Actor) -> "RoleGrantQuerySet":
        return self.filter(actor.scope(Permission.ACCOUNTS_GRANT, "organization__path"))

    def on(self, day: date) -> "RoleGrantQuerySet":
        """Grants in force on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class RoleGrant(DatedModel, PublicIdModel):
    """A user holds a role on a unit, and with `subtree` on everything below it, from a day on (half open)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="grants")
    subtree = models.BooleanField(default=False)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["user", "organization", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organization"], condition=Q(valid_to=None), name="grant_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="grant_to_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class OneTimeCode(PublicIdModel):
    """A printed code by which a member without e-mail sets a new password. Only its hash is kept.

    `unit_path` is where its giver had the right to make it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    unit_path = models.CharField(max_length=255, blank=True)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.user} {self.issued_at:%d/%m/%Y}"
