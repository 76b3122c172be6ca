"""Drops the copies that crashes left: pictures that arrived and lie in the gallery by now."""

from contextlib import suppress
from uuid import UUID

from django.core.files.storage import default_storage

from generations.models import Delivery
from generations.services.originals import delete


def remove_arrived_copies() -> int:
    """A worker drops them right after it settles, unless it dies in between; answers how many."""
    copies = [name for name in _arrived() if _is_stored(name)]
    for name in copies:
        delete(f"arrived/{name}")
    return len(copies)


def _arrived() -> list[str]:
    try:
        return list(default_storage.listdir("arrived")[1])
    except FileNotFoundError:
        return []


def _is_stored(name: str) -> bool:
    attempt, _, position = name.rpartition("-")
    with suppress(ValueError):
        return Delivery.objects.filter(
            attempt=UUID(attempt), position=int(position), status=Delivery.Status.STORED
        ).exists()
    return False
