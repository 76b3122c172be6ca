"""The one door to the broker, a doorbell: a message names no attempt, and may be lost."""

from functools import lru_cache, partial
from typing import cast

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import KombuError
from kombu.pools import ProducerPool, producers
from redis.exceptions import RedisError

from generations.services.patience import patience

RUN_NEXT = "generations.run_next"
SWEEP = "generations.sweep"
TIDY = "generations.tidy"
PURGE = "generations.purge"
SEND_MAIL = "generations.send_mail"
WAIT_SECONDS = 1.0

log = structlog.get_logger(__name__)


def ring(times: int = 1, *, delay_seconds: float = 0) -> None:
    """Wakes workers after commit, once for each attempt that waits."""
    transaction.on_commit(partial(_ring, times, delay_seconds), robust=True)


def ring_for_mail() -> None:
    """Wakes a worker after commit, to send what waits; the sweep rings again where this is lost."""
    transaction.on_commit(partial(_ring, 1, 0, SEND_MAIL), robust=True)


def _ring(times: int, delay_seconds: float, task: str = RUN_NEXT) -> None:
    if patience.is_lost:
        return
    try:
        with _producers().acquire(block=True, timeout=WAIT_SECONDS) as producer:
            for _ in range(times):
                current_app.send_task(
                    task,
                    countdown=delay_seconds or None,
                    expires=delay_seconds + 4 * settings.SWEEP_SECONDS,
                    ignore_result=True,
                    retry=False,
                    producer=producer,
                )
    except (KombuError, RedisError, OSError) as error:
        # The sweep rings again
        patience.lose()
        log.warning("doorbell_lost", error=type(error).__name__)


@lru_cache(maxsize=1)
def _producers() -> ProducerPool:
    """Connections that soon give up: a worker waits long for its broker, a page does not."""
    impatient = {
        "socket_timeout": WAIT_SECONDS,
        "socket_connect_timeout": WAIT_SECONDS,
        "max_retries": 0,
    }
    connection = current_app.connection_for_write(transport_options=impatient)
    return cast(ProducerPool, producers[connection])
