"""Settings that must fit together, checked before anything starts."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_time_limits(**_: Any) -> list[CheckMessage]:
    """A call must end before its task is given up, and that before a message is delivered again.

    With the last two the wrong way round, one call would be made several times and paid for each.
    """
    names = ["PROVIDER_DEADLINE_SECONDS", "CELERY_TASK_SOFT_TIME_LIMIT", "CELERY_TASK_TIME_LIMIT"]
    limits = [(name, getattr(settings, name)) for name in names]
    limits.append(("CELERY visibility_timeout", _visibility_timeout()))
    return _in_order(limits, "generations.E001")


@register()
def check_idle_limit(**_: Any) -> list[CheckMessage]:
    """Silence must be noticed before the whole call is out of time."""
    names = ["PROVIDER_CONNECT_SECONDS", "PROVIDER_IDLE_SECONDS", "PROVIDER_DEADLINE_SECONDS"]
    return _in_order([(name, getattr(settings, name)) for name in names], "generations.E002")


@register()
def check_heartbeat(**_: Any) -> list[CheckMessage]:
    """A worker that beats in time must never be taken for lost."""
    twice = ("twice WORKER_BEAT_SECONDS", 2 * settings.WORKER_BEAT_SECONDS)
    return _in_order(
        [twice, ("WORKER_LOST_SECONDS", settings.WORKER_LOST_SECONDS)], "generations.E003"
    )


def _visibility_timeout() -> float:
    options: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return float(options["visibility_timeout"])


def _in_order(limits: Sequence[tuple[str, float]], identity: str) -> list[CheckMessage]:
    """An error for each neighbour that is not above the one before it."""
    errors: list[CheckMessage] = []
    for (name, value), (next_name, next_value) in pairwise(limits):
        if value >= next_value:
            fault = f"{name}: {value:g} s is not below {next_name}, {next_value:g} s"
            errors.append(Error(fault, hint="Lower the first or raise the second", id=identity))
    return errors
