"""Whether calls go out at all, and how each provider has been doing."""

from django.conf import settings
from django.db import models


class SendingStop(models.Model):
    """One stop of all sending by staff; at most one is in force."""

    is_in_force = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    stopped_at = models.DateTimeField(auto_now_add=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_in_force"],
                condition=models.Q(is_in_force=True),
                name="one_stop_at_a_time",
            )
        ]


class ProviderHealth(models.Model):
    """How often a provider has failed in a row, and until when it is left in peace.

    working ──(so many failures in a row)──► paused ──(time is up)──► tried with one call
       ▲                                        ▲                         │        │
       └────────────────(it answers)────────────┼─────────────────────────┘        │
                                                └────────(it fails: longer)────────┘
    """

    provider = models.CharField(max_length=40, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    last_code = models.CharField(max_length=40, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
