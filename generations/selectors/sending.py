"""What people see of stopped sending and paused providers."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from generations.models import ProviderHealth, SendingStop


@dataclass(frozen=True)
class ProviderRow:
    """A provider as staff see it: `failures` in a row, `paused_until` when it is left in peace."""

    name: str
    failures: int
    paused_until: datetime | None
    last_code: str
    last_failed_at: datetime | None

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > timezone.now()

    @property
    def is_on_trial(self) -> bool:
        """The pause is over, and one call finds out whether it works again."""
        return self.paused_until is not None and not self.is_paused


def stop_in_force() -> SendingStop | None:
    return SendingStop.objects.filter(is_in_force=True).select_related("stopped_by").first()


def provider_rows() -> list[ProviderRow]:
    """Every provider that has a key, in the order of the settings."""
    known = ProviderHealth.objects.in_bulk(list(settings.PROVIDERS))
    return [_row(name, known.get(name)) for name in settings.PROVIDERS]


def paused_providers() -> list[ProviderRow]:
    return [row for row in provider_rows() if row.is_paused]


def _row(name: str, health: ProviderHealth | None) -> ProviderRow:
    if health is None:
        return ProviderRow(name, 0, None, "", None)
    return ProviderRow(
        name, health.failures, health.paused_until, health.last_code, health.last_failed_at
    )
