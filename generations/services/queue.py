"""The one door to the broker, a doorbell: a message names no attempt, and may be lost."""

from functools import partial

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

RUN_NEXT = "generations.run_next"
SWEEP = "generations.sweep"
TIDY = "generations.tidy"

log = structlog.get_logger(__name__)


def ring(times: int = 1, *, delay_seconds: float = 0) -> None:
    """Wakes workers after commit, once for each attempt that waits."""
    transaction.on_commit(partial(_ring, times, delay_seconds), robust=True)


def _ring(times: int, delay_seconds: float) -> None:
    try:
        for _ in range(times):
            current_app.send_task(
                RUN_NEXT,
                countdown=delay_seconds or None,
                expires=delay_seconds + 4 * settings.SWEEP_SECONDS,
                ignore_result=True,
                retry=False,
            )
    except (KombuError, RedisError, OSError) as error:
        # The sweep rings again
        log.warning("doorbell_lost", error=type(error).__name__)
