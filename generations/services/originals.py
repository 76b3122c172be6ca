"""The files of the gallery in the storage: under their content's hash, or under a given name."""

import errno
import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage

# Where files wait until they are complete; on the same filesystem as their final place
UNFINISHED = "unfinished"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StorageFailed(OSError):
    """A file could not be written; nothing of it stands under its name."""


class StorageFull(StorageFailed):
    """There is no room left for a file; nothing of it stands under its name."""


def store_bytes(prefix: str, content: bytes, *, extension: str, sha256: str = "") -> str:
    """Keeps content under its SHA-256 and answers the name; the same content twice is one file.

    A crash leaves the whole file or none. `sha256` saves counting it again.
    """
    digest = sha256 or hashlib.sha256(content).hexdigest()
    name = f"{prefix}/{digest[:2]}/{digest}.{extension}"
    store_named(name, content)
    return name


def store_named(name: str, content: bytes) -> None:
    """Keeps content under a name that always stands for it, unless it is there."""
    if not (exists(name) and default_storage.size(name) == len(content)):
        save_named(name, content)


def save_named(name: str, content: bytes) -> None:
    """Keeps content under this name in place of what was there, whole or not at all."""
    with saving(name) as file:
        file.write(content)


@contextmanager
def saving(name: str) -> Iterator[IO[bytes]]:
    """A file to write, which takes its name when the block has ended well, whole or not at all.

    Raises StorageFailed; what else is raised in the block passes, and nothing is kept.
    """
    try:
        with _unnamed_file(name) as file:
            yield file
    except OSError as error:
        kind = StorageFull if error.errno in FULL else StorageFailed
        raise kind(error.errno, error.strerror, name) from error


def read_bytes(name: str) -> bytes:
    """The whole file; FileNotFoundError where there is none."""
    with default_storage.open(name) as file:
        return bytes(file.read())


def size_of(name: str) -> int:
    """In bytes; FileNotFoundError where there is none."""
    return default_storage.size(name)


def exists(name: str) -> bool:
    return default_storage.exists(name)


def delete(name: str) -> None:
    """Removes a file; one that is not there is no fault."""
    default_storage.delete(name)


def remove_unfinished(*, older_than_seconds: float) -> int:
    """Clears away what crashes left half written; answers how many files."""
    if not isinstance(default_storage, FileSystemStorage):
        return 0
    folder, limit = Path(default_storage.path(UNFINISHED)), time.time() - older_than_seconds
    left = [path for path in folder.glob("*") if path.stat().st_mtime < limit]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _unnamed_file(name: str) -> AbstractContextManager[IO[bytes]]:
    if isinstance(default_storage, FileSystemStorage):
        return _local_file(default_storage, name)
    return _object(default_storage, name)


@contextmanager
def _local_file(storage: FileSystemStorage, name: str) -> Iterator[IO[bytes]]:
    path = Path(storage.path(name))
    unfinished = Path(storage.path(f"{UNFINISHED}/{uuid.uuid4().hex}"))
    for folder in (path.parent, unfinished.parent):
        _make_folder(storage, folder)
    try:
        with unfinished.open("xb") as file:
            yield file
            _write_through(file, unfinished, storage.file_permissions_mode)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _make_folder(storage: FileSystemStorage, folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if storage.directory_permissions_mode is not None:
        folder.chmod(storage.directory_permissions_mode)
    _sync_folder(folder.parent)


def _write_through(file: IO[bytes], path: Path, mode: int | None) -> None:
    file.flush()
    if mode is not None:
        path.chmod(mode)
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Makes a new name in a folder survive a power cut, where the system can do that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _object(storage: Storage, name: str) -> Iterator[IO[bytes]]:
    """An object store writes whole objects; one that does not overwrite is made to."""
    with tempfile.TemporaryFile() as file:
        yield file
        content = File(file)
        saved = storage.save(name, content)
        if saved != name:
            storage.delete(name)
            storage.save(name, content)
            storage.delete(saved)
