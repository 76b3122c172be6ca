"""The disk under the pictures is full, read-only, or too small for a file."""

import os
import resource
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from generations.models import Generation
from tests.factories import CHAT, IMAGES
from tests.faults.table.own_database import own_database
from tests.faults.table.place import Place
from tests.faults.table.rows import NotCaused


class SmallDisk:
    """A file system of a few megabytes in memory (tmpfs)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leaves not a byte."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in (65536, 1):
                _write_all(file.fileno(), b"x" * size)

    def free(self) -> None:
        self._ballast.unlink()

    def remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


@contextmanager
def small_disk(folder: Path, *, megabytes: int = 16) -> Iterator[SmallDisk]:
    """Mounts it at the folder; only root may."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NotCaused("no mount program") from error
    if done.returncode:
        raise NotCaused(f"no small disk may be mounted: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        # Lazily: somebody may still be writing
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full_while_saving(place: Place) -> Sequence[Generation]:
    """no byte free (tmpfs) when the bytes of a picture come, and room again seconds later"""
    return _full_for_seconds(place, IMAGES)


def full_while_fetching(place: Place) -> Sequence[Generation]:
    """no byte free (tmpfs) when a picture is downloaded, and room again seconds later"""
    return _full_for_seconds(place, CHAT)


def full_and_killed(place: Place) -> Sequence[Generation]:
    """no byte free when a picture is downloaded; SIGKILL; room again, and another worker"""
    disk = place.enter(small_disk(place.media))
    worker = place.worker()
    generation = place.submit("slow 1")
    place.all_reached(generation)
    disk.fill()
    place.wait_for(lambda: generation.attempts.get().deliveries.filter(tries__gt=0).exists())
    worker.kill()
    disk.free()
    place.worker()
    return [generation]


def read_only(place: Place) -> Sequence[Generation]:
    """remounted read-only when pictures come, and writable again seconds later"""
    disk = place.enter(small_disk(place.media))
    place.worker()
    generations = [place.submit("slow 1", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*generations)
    disk.remount("ro")
    time.sleep(5)
    disk.remount("rw")
    return generations


def no_large_files(place: Place) -> Sequence[Generation]:
    """the worker may write no file beyond 20 KB (RLIMIT_FSIZE) for seconds"""
    worker = place.worker()
    generations = [place.submit("slow 1", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*generations)
    _, most = resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (20_000, most))
    time.sleep(5)
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (most, most))
    return generations


def full_under_the_database(place: Place) -> Sequence[Generation]:
    """no byte free (tmpfs) where the SQLite file lies, while calls run"""
    folder = place.folder / "small"
    disk = place.enter(small_disk(folder))
    database = place.enter(own_database(place, folder))
    place.worker(DATABASE_URL=database.url)
    generations = [place.submit("hold 40", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*generations)
    disk.fill()
    place.world.demo.release()
    time.sleep(4)
    disk.free()
    return generations


def _full_for_seconds(place: Place, model: str) -> Sequence[Generation]:
    disk = place.enter(small_disk(place.media))
    place.worker()
    generation = place.submit("hold 40", model=model)
    place.all_reached(generation)
    disk.fill()
    place.world.demo.release()
    time.sleep(5)
    assert not generation.images.exists(), "There was room after all"
    disk.free()
    return [generation]


def _write_all(descriptor: int, piece: bytes) -> None:
    try:
        while os.write(descriptor, piece):
            pass
    except OSError:
        # Full
        return
