"""A provider's own record of what it billed, as staff import it, and how ours differs from it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.fields import MoneyField
from generations.models.generation import Attempt


class UsageColumns(models.Model):
    """Which columns a provider's export has; remembered from one import to the next."""

    provider = models.SlugField(max_length=40, primary_key=True)
    columns = models.JSONField(default=dict)


class UsageImport(models.Model):
    """One export of a provider. Its lines count from `read_at` on; before, it is only a file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.SlugField(max_length=40)
    file = models.CharField(max_length=200)
    file_name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    first_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    line_count = models.PositiveIntegerField(default=0)
    # Lines that an earlier import had brought, or that stood in this one twice
    known_count = models.PositiveIntegerField(default=0)
    agreed_count = models.PositiveIntegerField(default=0)
    billed = MoneyField(default=0)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "sha256"], name="one_import_a_file")
        ]


class UsageLine(models.Model):
    """One line of a provider's record: what it billed (USD) for one call, as it says."""

    usage_import = models.ForeignKey(UsageImport, on_delete=models.PROTECT, related_name="lines")
    provider = models.SlugField(max_length=40)
    # In the file, from 1; the head of the table counts
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    model = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    amount = MoneyField()
    # The same line in another file has the same
    fingerprint = models.CharField(max_length=64)
    attempt = models.ForeignKey(
        Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="usage_lines"
    )
    # A later record says otherwise of the same request at the same moment: this counts no more
    replaced_by = models.ForeignKey(
        UsageImport,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaced_lines",
    )

    class Meta:
        ordering = ["usage_import", "number"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "fingerprint"], name="one_usage_line")
        ]


class UsageDifference(models.Model):
    """What a provider's record says otherwise than ours of one attempt, and the likely cause.

    `billed` is the provider's word, `ours` what the attempt cost when it was compared; None is
    unknown. Without an attempt it is a line that no call of ours explains.
    """

    class Cause(models.TextChoices):
        PRICE = "price", _("Another amount")
        ROUNDING = "rounding", _("Rounded differently")
        THOUGHT_FREE = "thought_free", _("Charged, and we thought it was free")
        NO_AMOUNT = "no_amount", _("Charged, and we knew no amount")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed, and charged")
        UNCONFIRMED_NOT_LISTED = "unconfirmed_not_listed", _("Unconfirmed, and not listed")
        NOT_LISTED = "not_listed", _("Charged here, and not listed")
        UNDER_WAY = "under_way", _("Still under way here")
        NOT_OURS = "not_ours", _("No call of ours")

    usage_import = models.ForeignKey(
        UsageImport, on_delete=models.PROTECT, related_name="differences"
    )
    cause = models.CharField(max_length=30, choices=Cause)
    attempt = models.ForeignKey(
        Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    line = models.ForeignKey(
        UsageLine, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    billed = MoneyField()
    ours = MoneyField(null=True, blank=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["usage_import", "attempt"], name="one_difference_of_an_attempt"
            )
        ]
        indexes = [models.Index(fields=["usage_import", "cause"], name="differences_by_cause")]
