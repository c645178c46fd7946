"""Rules that change: versioned packs with a source, dates and a confidence tag."""

from django.db import models
from django.db.models import F, Q

from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import DatedModel
from nennep.core.permissions import Permission
from nennep.policies.choices import ARTICLE_LIMIT, NAME_LIMIT, NUMBER_LIMIT, Confidence


class PolicyPackQuerySet(models.QuerySet["PolicyPack"]):
    def visible_to(self, actor: Actor) -> "PolicyPackQuerySet":
        """Central packs are everybody's; local ones belong to those who may read that unit's policies."""
        return self.filter(Q(organization=None) | actor.scope(Permission.POLICIES_READ, "organization__path"))


class PolicyPack(DatedModel):
    """One document's rules, in force from a day on. `organization` is None for the central pack.

    Append-only once used: a change is a new pack with the same code and a later `valid_from`.
    """

    code = TypedLine(max_length=60)
    title = TypedLine(max_length=NAME_LIMIT)
    document_number = TypedLine(max_length=NUMBER_LIMIT)
    issued_on = models.DateField(null=True)
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, related_name="policy_packs"
    )

    objects = PolicyPackQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from", "organization"], name="pack_one_version"),
            models.UniqueConstraint(
                fields=["code", "valid_from"], condition=Q(organization=None), name="pack_one_central_version"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="pack_to_after_from"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PolicyRule(models.Model):
    """One key of a pack. `value` is a JSON value whose shape the key's reader in `policies/rules/shapes.py` states."""

    pack = models.ForeignKey(PolicyPack, on_delete=models.CASCADE, related_name="rules")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    article = TypedLine(max_length=ARTICLE_LIMIT, blank=True)
    confidence = models.CharField(max_length=1, choices=Confidence)

    class Meta:
        ordering = ["pack", "key"]
        constraints = [models.UniqueConstraint(fields=["pack", "key"], name="rule_once_in_pack")]

    def __str__(self) -> str:
        return self.key
