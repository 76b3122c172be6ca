"""What a person found out about the money of an unconfirmed attempt."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from generations.models.fields import MoneyField
from generations.models.generation import Attempt
from generations.models.ledger import LedgerIsAppendOnly


class Settlement(models.Model):
    """Who settled an unconfirmed attempt, when, how and why; one for each attempt, never changed.

    `amount` is what was charged (USD); None when nothing was, or when nobody knows how much.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="settlement")
    is_charged = models.BooleanField()
    amount = MoneyField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(is_charged=True, amount__gt=0),
                name="settled_amount_was_charged",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly
