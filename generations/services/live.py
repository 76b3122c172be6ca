"""Publishes live events; a lost one costs freshness, never truth (the database has it all)."""

import json
from functools import lru_cache
from uuid import UUID

import redis
import structlog
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from generations.services.patience import patience

CHANNEL = f"{settings.REDIS_PREFIX}:live"
CONTROL_CHANNEL = f"{settings.REDIS_PREFIX}:control"
CONNECTIONS = 16
WAIT_SECONDS = 2.0

log = structlog.get_logger(__name__)


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    # Hundreds of threads publish, each for less than a millisecond: they wait for a connection
    pool = redis.BlockingConnectionPool.from_url(
        settings.REDIS_URL,
        max_connections=CONNECTIONS,
        timeout=WAIT_SECONDS,
        socket_connect_timeout=1,
        socket_timeout=1,
        # Once more at once, for a connection that the server has closed; the default waits seconds
        retry=Retry(NoBackoff(), 1),
    )
    return redis.Redis(connection_pool=pool)


def publish_progress(
    *, user_id: int, generation_id: UUID, slot: int, phase: str, percent: int
) -> None:
    """How far one slot is: phase is an `Attempt.Phase`, percent 0 to 100."""
    _publish(
        CHANNEL,
        kind="progress",
        user=user_id,
        generation=str(generation_id),
        slot=slot,
        phase=phase,
        percent=percent,
    )


def publish_state(*, user_id: int, generation_id: UUID) -> None:
    """Something about a generation changed: a page fetches its card again. After commit."""
    _after_commit(kind="state", user=user_id, generation=str(generation_id))


def publish_images(*, user_id: int, generation_id: UUID) -> None:
    """New pictures are in the gallery, for everyone. After commit."""
    _after_commit(kind="images", user=user_id, generation=str(generation_id))


def publish_signed_out(*, user_id: int) -> None:
    """A person's sessions have ended: open streams look whether theirs has. After commit."""
    _after_commit(kind="signed-out", user=user_id)


def ask_to_cancel(*, generation_id: UUID) -> None:
    """Tells all workers that a running generation is to be canceled. After commit."""
    transaction.on_commit(
        lambda: _publish(CONTROL_CHANNEL, kind="cancel", generation=str(generation_id)),
        robust=True,
    )


def _after_commit(**event: object) -> None:
    transaction.on_commit(lambda: _publish(CHANNEL, **event), robust=True)


def _publish(channel: str, **event: object) -> None:
    if patience.is_lost:
        return
    try:
        _client().publish(channel, json.dumps(event))
    except redis.RedisError as error:
        patience.lose()
        log.warning("live_event_lost", error=type(error).__name__)
