"""A generation is one submission; an attempt is one call to a provider for one of its slots."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.fields import MoneyField
from generations.models.project import Project
from generations.providers.base import Charged


class Generation(models.Model):
    """One submitted prompt with its settings, for `count` pictures.

    queued ──► running ──► succeeded (at least one picture)
      │           ├──────► failed (no picture; its attempts say why)
      └───────────┴──────► canceled (no picture, and a person asked to stop)
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        CANCELED = "canceled", _("Canceled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="generations"
    )
    submission_key = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)

    # What was asked; empty is "not sent, the provider decides"
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=100)
    prompt = models.TextField()
    count = models.PositiveSmallIntegerField(default=1)
    size = models.CharField(max_length=12, blank=True)
    quality = models.CharField(max_length=10, blank=True)
    background = models.CharField(max_length=12, blank=True)
    output_format = models.CharField(max_length=5, blank=True)
    output_compression = models.PositiveSmallIntegerField(null=True, blank=True)
    moderation = models.CharField(max_length=10, blank=True)
    input_fidelity = models.CharField(max_length=10, blank=True)
    complexity = models.CharField(max_length=10, blank=True)
    partial_images = models.PositiveSmallIntegerField(default=0)
    references = models.ManyToManyField(
        "generations.ReferenceImage", through="generations.ReferenceUse", blank=True
    )

    # The generation whose prompt and settings this one started from
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    # What it is for; never changed, so that its costs stay where they are
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="generations"
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requested_by", "submission_key"], name="one_generation_a_submission"
            )
        ]
        indexes = [models.Index(fields=["requested_by", "-created_at"], name="latest_of_a_person")]

    @property
    def is_finished(self) -> bool:
        return self.status not in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def image_model(self) -> str:
        """The model as forms and pages name it: provider/name."""
        return f"{self.provider}/{self.model}"


class Attempt(models.Model):
    """One call to a provider for one slot of a generation; a retry is the next number.

    queued ──► calling ──► collecting ──► succeeded
      │ ▲         │  │          │
      │ └─────────┤  └──► unconfirmed (sent, no answer; perhaps charged) ──► settled by a person
      │ not sent, └─────► failed (code, charged: yes | no)
      │ or a 429          (also from collecting: paid, and no picture could be fetched)
      └─────────────────► canceled (before it was sent: free; after: charged as the model says)

    `sent_at` is committed before the first byte goes out: a dead worker's attempt without it was
    never sent and is queued again; with it, it is never sent again.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        CALLING = "calling", _("Calling")
        COLLECTING = "collecting", _("Collecting")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        CANCELED = "canceled", _("Canceled")

    class Phase(models.TextChoices):
        """How far the provider says that a running call is."""

        SENT = "sent", _("Sent")
        QUEUED = "queued", _("Queued at the provider")
        PAINTING = "painting", _("Painting")

    UNFINISHED = (Status.QUEUED, Status.CALLING, Status.COLLECTING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="attempts")
    slot = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    phase = models.CharField(max_length=10, choices=Phase, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)

    # Copied from the generation, so that a claim and the health of the models read one table
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=100)
    # Where its money is counted; stays as it is when the generation's project changes
    spend_group = models.ForeignKey(
        "generations.SpendGroup",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    # The claim
    worker = models.ForeignKey(
        "generations.Worker", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    not_before = models.DateTimeField(null=True, blank=True)
    sends = models.PositiveSmallIntegerField(default=0)

    # What happened
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True)
    charged = models.CharField(
        max_length=10, blank=True, choices=[(word.value, word.value) for word in Charged]
    )
    detail = models.TextField(blank=True)
    provider_request_id = models.CharField(max_length=200, blank=True)
    said = models.TextField(blank=True)
    partial_file = models.CharField(max_length=200, blank=True)
    usage = models.JSONField(null=True, blank=True)
    got = models.JSONField(default=dict, blank=True)
    # Delivered; stays as it is when a picture is deleted later
    picture_count = models.PositiveSmallIntegerField(default=0)

    # Money: what was held, and what it cost in the end; None is unknown, not zero
    estimate = MoneyField(null=True, blank=True)
    cost = MoneyField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "slot", "number"], name="one_attempt_a_number"
            )
        ]
        indexes = [
            models.Index(
                fields=["status", "requested_by", "created_at"],
                name="attempts_to_claim",
                condition=models.Q(status__in=["queued", "calling", "collecting"]),
            ),
            models.Index(
                fields=["charged", "-created_at"],
                name="unconfirmed_attempts",
                condition=models.Q(status="unconfirmed"),
            ),
            models.Index(fields=["finished_at"], name="attempts_that_ended"),
            # In words that SQLite finds again: it does not see that one status is among several
            models.Index(
                fields=["created_at"],
                name="attempts_under_way",
                condition=models.Q(finished_at=None),
            ),
            # Charged, and nobody knows how much
            models.Index(
                fields=["finished_at"],
                name="unpriced_attempts",
                condition=models.Q(charged="yes", cost=None),
            ),
        ]

    @property
    def is_finished(self) -> bool:
        return self.status not in self.UNFINISHED

    @property
    def is_settled(self) -> bool:
        """Unconfirmed, and a person has found out whether it was charged."""
        return self.status == self.Status.UNCONFIRMED and self.charged != Charged.UNKNOWN
