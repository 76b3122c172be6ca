"""What the site needs beside its web server, and whether it is there."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from generations.models import Worker

HEARD_SECONDS = 60


def missing_parts() -> list[str]:
    """The parts that do not answer now, of "database", "broker" and "worker"."""
    checks = {"database": _database_answers, "broker": _broker_answers, "worker": worker_is_heard}
    return [name for name, is_there in checks.items() if not is_there()]


def worker_is_heard(*, host: str = "") -> bool:
    """Whether any worker, or one of that host, said in the last minute that it lives."""
    since = timezone.now() - timedelta(seconds=HEARD_SECONDS)
    name = f"{host}:" if host else ""
    workers = Worker.objects.filter(heard_at__gte=since, stopped_at=None, name__startswith=name)
    try:
        return workers.exists()
    except (DatabaseError, InterfaceError):
        return False


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return False
    return True


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
