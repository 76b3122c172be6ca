"""Months that are closed: no ledger line counts in them any more."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from generations.models.fields import ExactMoneyField
from generations.models.ledger import LedgerIsAppendOnly


class ClosedMonth(models.Model):
    """A month of the team's time zone, by its first day, that somebody closed; never opened again.

    `spent` is what it had cost by then (USD, without demo); it is what it goes on costing.
    """

    first_day = models.DateField(primary_key=True)
    spent = ExactMoneyField()
    note = models.CharField(max_length=200, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-first_day"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly
