"""Files stand whole under their names, or not at all."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation

from generations.services import originals
from tests.support.disk import room_for
from tests.support.processes import wait_until

CONTENT = b"the same bytes again and again" * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()
WRITER = """
import itertools, os, sys
import django
django.setup()
from generations.services.originals import store_bytes
sys.stdout.write("ready\\n"); sys.stdout.flush()
for _ in itertools.count():
    store_bytes("originals", os.urandom(3_000_000), extension="bin")
"""


@pytest.fixture
def folder(settings):
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def object_store(settings):
    """A storage that is no folder and gives a second file of a name another name."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"default": memory}


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_content_is_kept_under_its_hash():
    name = originals.store_bytes("originals", CONTENT, extension="png")
    assert name == f"originals/{DIGEST[:2]}/{DIGEST}.png"
    assert originals.read_bytes(name) == CONTENT


def test_the_same_content_twice_is_one_file(folder):
    name = originals.store_bytes("originals", CONTENT, extension="png")
    first = (folder / name).stat()
    assert originals.store_bytes("originals", CONTENT, extension="png") == name
    assert files_in(folder) == [name]
    assert (folder / name).stat().st_ino == first.st_ino


def test_a_half_file_of_another_time_is_made_whole(folder):
    name = originals.store_bytes("originals", CONTENT, extension="png")
    (folder / name).write_bytes(CONTENT[:50])
    originals.store_bytes("originals", CONTENT, extension="png")
    assert originals.read_bytes(name) == CONTENT


def test_a_named_file_takes_the_place_of_the_one_before(folder):
    for content in (b"first, and longer", b"second"):
        originals.save_named("arrived/1-0", content)
    assert originals.read_bytes("arrived/1-0") == b"second"
    assert files_in(folder) == ["arrived/1-0"]


def test_a_deleted_file_is_gone_and_may_be_deleted_again():
    originals.save_named("arrived/1-0", CONTENT)
    originals.delete("arrived/1-0")
    originals.delete("arrived/1-0")
    assert not originals.exists("arrived/1-0")
    with pytest.raises(FileNotFoundError):
        originals.read_bytes("arrived/1-0")


def test_the_permissions_that_the_operator_asks_for_hold(folder, settings):
    settings.FILE_UPLOAD_PERMISSIONS, settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o640, 0o750
    originals.save_named("arrived/1-0", CONTENT)
    assert (folder / "arrived/1-0").stat().st_mode & 0o777 == 0o640
    assert (folder / "arrived").stat().st_mode & 0o777 == 0o750


def test_a_full_disk_is_told_and_leaves_nothing(folder):
    with room_for(1000), pytest.raises(originals.StorageFull, match="arrived/1-0"):
        originals.save_named("arrived/1-0", CONTENT)
    assert files_in(folder) == []


def test_a_full_disk_leaves_the_file_that_was_there(folder):
    originals.save_named("partials/1.png", b"before")
    with room_for(1000), pytest.raises(originals.StorageFull):
        originals.save_named("partials/1.png", CONTENT)
    assert originals.read_bytes("partials/1.png") == b"before"


def test_a_storage_that_cannot_be_written_is_told(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "arrived").write_text("a file where the folder should be")
    with pytest.raises(originals.StorageFailed):
        originals.save_named("arrived/1-0", CONTENT)


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "arrived/../../outside"])
def test_no_name_leads_out_of_the_storage(name):
    with pytest.raises(SuspiciousFileOperation):
        originals.save_named(name, CONTENT)


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_whole_files_only(folder):
    for milliseconds in (15, 40, 65):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            stdout=subprocess.PIPE,
            env=os.environ | {"MEDIA_ROOT": str(folder)},
        )
        assert writer.stdout.readline() == b"ready\n"
        wait_until(lambda: stored_in(folder), of=writer)
        time.sleep(milliseconds / 1000)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    for path in stored_in(folder):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
    originals.remove_unfinished(older_than_seconds=0)
    assert files_in(folder / originals.UNFINISHED) == []


def stored_in(folder):
    return [path for path in folder.glob("originals/*/*") if path.is_file()]


def test_what_is_being_written_is_not_cleared_away(folder):
    (folder / originals.UNFINISHED).mkdir(parents=True)
    (folder / originals.UNFINISHED / "now").write_bytes(CONTENT)
    assert originals.remove_unfinished(older_than_seconds=3600) == 0
    assert files_in(folder) == [f"{originals.UNFINISHED}/now"]


@pytest.mark.usefixtures("object_store")
def test_another_storage_keeps_the_same_promises():
    name = originals.store_bytes("originals", CONTENT, extension="png")
    assert originals.store_bytes("originals", CONTENT, extension="png") == name
    originals.save_named("partials/1.png", b"first")
    originals.save_named("partials/1.png", b"second")
    assert originals.read_bytes(name) == CONTENT
    assert originals.read_bytes("partials/1.png") == b"second"
    assert originals.remove_unfinished(older_than_seconds=0) == 0
    originals.delete("partials/1.png")
    assert not originals.exists("partials/1.png")
