"""Pictures taken away together: what a person asked for, and the ZIP that comes of it."""

import hashlib
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Bundle, OutputImage
from generations.services.bundles.archive import Archive, Entry
from generations.services.bundles.manifest import as_csv, as_json, manifest_row
from generations.services.copies.choices import Choice
from generations.services.copies.names import file_name
from generations.services.copies.recipes import for_taking_away
from generations.services.copies.sources import PlainBytes
from generations.services.copies.store import CopyFailed, ReadyCopy, copies_there, copy_of

# Long enough to go on with a download that broke off
BUNDLE_KEPT = timedelta(days=7)

# Goes up whenever the same pictures give other bytes
VERSION = 1

Found = Sequence[tuple[OutputImage, ReadyCopy | None]]
Copies = Sequence[tuple[OutputImage, ReadyCopy]]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """So many of the copies are made; `archive` and `etag` (strong) once all of them are."""

    done: int
    total: int
    archive: Archive | None = None
    etag: str = ""


def create_bundle(*, user: User, images: QuerySet[OutputImage], choice: Choice) -> Bundle:
    """Remembers which pictures, as they are now, and in what form; makes nothing yet."""
    return Bundle.objects.create(
        asked_by=user,
        pictures=list(images.order_by("pk").values_list("pk", flat=True)),
        form=choice.form,
        size=choice.size,
        is_told=choice.is_told,
    )


def prepare_bundle(bundle: Bundle, images: QuerySet[OutputImage], *, seconds: float) -> Progress:
    """Makes the copies that are not there for about so long, and the ZIP once all are.

    `images` are those that the person may see; the same pictures make the same ZIP to the byte,
    for as long as nothing that the manifest tells of them changes.
    """
    choice = Choice(form=bundle.form, size=bundle.size, is_told=bundle.is_told)
    pictures = for_taking_away(images.filter(pk__in=bundle.pictures)).order_by("pk")
    found = copies_there(pictures, choice)
    copies, missing = made_copies(found, choice, seconds)
    done, total = len(copies) + len(missing), len(found)
    if done < total:
        return Progress(done=done, total=total)
    archive, etag = _archive(copies, missing)
    return Progress(done=done, total=total, archive=archive, etag=etag)


def bundle_name(bundle: Bundle) -> str:
    """ "proofsheet_2026-11-22_1058_50-pictures.zip"."""
    asked_at = timezone.localtime(bundle.created_at).strftime("%Y-%m-%d_%H%M")
    return f"proofsheet_{asked_at}_{len(bundle.pictures)}-pictures.zip"


def remove_old_bundles(*, now: datetime) -> int:
    return Bundle.objects.filter(created_at__lt=now - BUNDLE_KEPT).delete()[0]


def made_copies(found: Found, choice: Choice, seconds: float) -> tuple[Copies, list[str]]:
    """The copies, made for about so long but always one; and the frames that have none."""
    deadline, may_go_on = time.monotonic() + seconds, True
    copies: list[tuple[OutputImage, ReadyCopy]] = []
    missing: list[str] = []
    for image, copy in found:
        if copy is not None:
            copies.append((image, copy))
        elif may_go_on:
            try:
                copies.append((image, copy_of(image, choice)))
            except CopyFailed:
                missing.append(image.frame_number)
            may_go_on = time.monotonic() < deadline
    return copies, missing


def _archive(copies: Copies, missing: Sequence[str]) -> tuple[Archive, str]:
    names = [
        file_name(image, copy.recipe.extension, size=copy.recipe.size) for image, copy in copies
    ]
    rows = [
        manifest_row(image, copy, name) for (image, copy), name in zip(copies, names, strict=True)
    ]
    told = as_json(rows, missing)
    latest = max((image.created_at for image, _copy in copies), default=timezone.now())
    entries = [
        _plain_entry("manifest.csv", as_csv(rows), latest),
        _plain_entry("manifest.json", told, latest),
        *(
            Entry(
                name=name,
                changed_at=timezone.localtime(image.created_at),
                crc32=copy.crc32,
                source=copy.source,
            )
            for (image, copy), name in zip(copies, names, strict=True)
        ),
    ]
    return Archive(entries), hashlib.sha256(b"%d:" % VERSION + told).hexdigest()


def _plain_entry(name: str, content: bytes, changed_at: datetime) -> Entry:
    return Entry(
        name=name,
        changed_at=timezone.localtime(changed_at),
        crc32=zlib.crc32(content),
        source=PlainBytes(content),
    )
