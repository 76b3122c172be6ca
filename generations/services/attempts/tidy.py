"""Drops the files that calls left behind: nobody needs them any more."""

from contextlib import suppress
from uuid import UUID

from django.core.files.storage import default_storage

from generations.models import Attempt, Delivery
from generations.services.originals import delete


def remove_arrived_copies() -> int:
    """Pictures that arrived and lie in the gallery by now; answers how many.

    A worker drops them right after it settles, unless it dies in between.
    """
    copies = [name for name in _names_in("arrived") if _is_stored(name)]
    for name in copies:
        delete(f"arrived/{name}")
    return len(copies)


def remove_partial_pictures() -> int:
    """Previews of calls that ended without a picture; answers how many."""
    previews = [name for name in _names_in("partials") if _has_ended(name.removesuffix(".png"))]
    for name in previews:
        delete(f"partials/{name}")
    return len(previews)


def _names_in(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def _is_stored(name: str) -> bool:
    attempt, _, position = name.rpartition("-")
    with suppress(ValueError):
        return Delivery.objects.filter(
            attempt=UUID(attempt), position=int(position), status=Delivery.Status.STORED
        ).exists()
    return False


def _has_ended(attempt: str) -> bool:
    with suppress(ValueError):
        unfinished = Attempt.UNFINISHED
        return Attempt.objects.filter(id=UUID(attempt)).exclude(status__in=unfinished).exists()
    return False
