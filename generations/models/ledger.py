"""The ledger: every line of money, written once."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generations.models.fields import MoneyField
from generations.models.generation import Attempt


class LedgerIsAppendOnly(Exception):
    """A ledger line was to be changed or deleted; a correction is a new line."""


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly

    def delete(self) -> NoReturn:
        raise LedgerIsAppendOnly


class LedgerEntry(models.Model):
    """One line about one attempt, in USD: + is money set aside or spent, − is given back.

    hold (+) before the call, release (−) of the same amount after it, charge (+) of the real
    cost, adjustment (±) by a person with a reason. At most one hold, release and charge an attempt.
    `spend_group` is where the line is counted; who writes one past the service leaves it empty.
    """

    class Kind(models.TextChoices):
        HOLD = "hold", _("hold")
        RELEASE = "release", _("release")
        CHARGE = "charge", _("charge")
        ADJUSTMENT = "adjustment", _("adjustment")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="ledger_entries")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = MoneyField()
    is_demo = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    spend_group = models.ForeignKey(
        "generations.SpendGroup",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # For which moment it counts: when it was written, or, where a person books about a call of an
    # earlier month that is open, when that was sent
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    written_at = models.DateTimeField(auto_now_add=True, null=True)
    # The month that it is about, by its first day, where that was closed when it was written
    late_for = models.DateField(null=True, blank=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "kind"],
                condition=models.Q(kind__in=["hold", "release", "charge"]),
                name="one_hold_release_charge_an_attempt",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="adjustment")
                | models.Q(kind="release", amount__lte=0)
                | models.Q(kind__in=["hold", "charge"], amount__gte=0),
                name="ledger_signs",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="ledger_by_time"),
            models.Index(fields=["spend_group", "created_at"], name="ledger_of_a_group"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly
