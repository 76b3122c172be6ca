"""Stops and resumes sending: for everything by staff, for one provider when it keeps failing."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations.models import ProviderHealth, SendingStop
from generations.models.audit_actions import Action
from generations.providers.base import Code, ProviderError
from generations.services import audit, queue

FIRST_PAUSE_SECONDS = 30
LONGEST_PAUSE_SECONDS = 600

# What says that a provider is in trouble, whoever asks and whatever for
TROUBLE = frozenset(
    {
        Code.CONNECT_FAILED,
        Code.KEY_WRONG,
        Code.NO_CREDIT,
        Code.PROVIDER_DOWN,
        Code.CONNECTION_LOST,
        Code.SILENT,
        Code.DEADLINE,
        Code.SERVER_ERROR,
        Code.UNREADABLE_ANSWER,
    }
)
# What says nothing about it
NEUTRAL = frozenset({Code.RATE_LIMITED, Code.CANCELED, Code.INTERNAL, Code.PROVIDER_NOT_SET})

log = structlog.get_logger(__name__)


def stop_sending(*, by: Any, reason: str) -> SendingStop:
    """No new call goes out until somebody resumes; what is running or paid for is finished."""
    try:
        with transaction.atomic():
            stop = SendingStop.objects.create(stopped_by=by, reason=reason)
            audit.record(actor=by, action=Action.SENDING_STOPPED, details={"reason": reason})
    except IntegrityError:
        return SendingStop.objects.get(is_in_force=True)
    log.warning("sending_stopped", by=by.pk)
    return stop


def resume_sending(*, by: Any) -> None:
    """Lets calls go out again; does nothing when they do."""
    with transaction.atomic():
        in_force = SendingStop.objects.filter(is_in_force=True)
        if in_force.update(is_in_force=False, resumed_by=by, resumed_at=timezone.now()):
            audit.record(actor=by, action=Action.SENDING_RESUMED)
    queue.ring(settings.WORKER_CONCURRENCY)
    log.warning("sending_resumed", by=by.pk)


@transaction.atomic
def resume_provider(*, provider: str, by: Any) -> None:
    """Forgets a provider's failures, for staff who know that it works again."""
    paused = ProviderHealth.objects.filter(provider=provider, paused_until__isnull=False)
    if paused.exists():
        subject = audit.Subject("provider", provider, provider)
        audit.record(actor=by, action=Action.PROVIDER_RESUMED, subject=subject)
    ProviderHealth.objects.filter(provider=provider).update(failures=0, paused_until=None)
    queue.ring(settings.WORKER_CONCURRENCY)


def is_stopped() -> bool:
    return SendingStop.objects.filter(is_in_force=True).exists()


def room_at_providers(now: datetime) -> dict[str, int]:
    """How many calls may be under way at each provider that is in trouble: 0 while it is paused,
    then 1 to see whether it works again. Providers that work are not in it.
    """
    in_trouble = ProviderHealth.objects.filter(paused_until__isnull=False)
    # A longer pause was written down by a clock that was set back since
    latest = now + timedelta(seconds=LONGEST_PAUSE_SECONDS)
    return {
        provider: 0 if paused_until and now < paused_until <= latest else 1
        for provider, paused_until in in_trouble.values_list("provider", "paused_until")
    }


def note_outcome(*, provider: str, error: ProviderError | None) -> None:
    """Learns from the end of a call, good (`error` is None) or bad."""
    if error is not None and error.code in NEUTRAL:
        return
    if error is not None and error.code in TROUBLE:
        _note_trouble(provider, error.code)
        return
    recovered = ProviderHealth.objects.filter(provider=provider, failures__gt=0)
    if recovered.update(failures=0, paused_until=None):
        queue.ring(settings.WORKER_CONCURRENCY)


@transaction.atomic
def _note_trouble(provider: str, code: Code) -> None:
    ProviderHealth.objects.get_or_create(provider=provider)
    health = ProviderHealth.objects.select_for_update().get(provider=provider)
    now = timezone.now()
    if health.paused_until is not None and health.paused_until > now:
        # A call from before the pause: it tells nothing new
        return
    health.failures += 1
    health.last_code, health.last_failed_at = code, now
    if 0 < settings.PROVIDER_PAUSE_AFTER <= health.failures:
        _pause(health, now)
    health.save()


def _pause(health: ProviderHealth, now: datetime) -> None:
    doublings = min(health.failures - settings.PROVIDER_PAUSE_AFTER, 10)
    seconds = min(FIRST_PAUSE_SECONDS * 2**doublings, LONGEST_PAUSE_SECONDS)
    health.paused_until = now + timedelta(seconds=seconds)
    queue.ring(delay_seconds=seconds)
    log.warning("provider_paused", provider=health.provider, seconds=seconds, code=health.last_code)
