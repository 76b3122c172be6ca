"""The files of the gallery in the storage: under their content's hash, or under a given name."""

import errno
import hashlib
import os
import time
import uuid
from pathlib import Path

from django.core.files.base import ContentFile
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
    if not (exists(name) and default_storage.size(name) == len(content)):
        save_named(name, content)
    return name


def save_named(name: str, content: bytes) -> None:
    """Keeps content under this name in place of what was there, whole or not at all."""
    try:
        if isinstance(default_storage, FileSystemStorage):
            _write_file(default_storage, name, content)
        else:
            _write_object(default_storage, name, content)
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


def _write_file(storage: FileSystemStorage, name: str, content: bytes) -> None:
    path = Path(storage.path(name))
    unfinished = Path(storage.path(f"{UNFINISHED}/{uuid.uuid4().hex}"))
    for folder in (path.parent, unfinished.parent):
        _make_folder(storage, folder)
    try:
        _write_through(unfinished, content, storage.file_permissions_mode)
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


def _write_through(path: Path, content: bytes, mode: int | None) -> None:
    with path.open("xb") as file:
        file.write(content)
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


def _write_object(storage: Storage, name: str, content: bytes) -> None:
    """An object store writes whole objects; one that does not overwrite is made to."""
    saved = storage.save(name, ContentFile(content))
    if saved != name:
        storage.delete(name)
        storage.save(name, ContentFile(content))
        storage.delete(saved)
