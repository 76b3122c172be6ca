"""All pictures of a link in one ZIP: nothing in it says more than the link does."""

import hashlib
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from generations.models import OutputImage, ShareLink
from generations.services.bundles.archive import Archive, Entry
from generations.services.bundles.bundles import Copies, Progress, made_copies
from generations.services.copies.names import words_of
from generations.services.copies.store import copies_there
from generations.services.share_links.pictures import DOWNLOADED

# Goes up whenever the same pictures give other bytes
VERSION = 1


def prepare_archive(link: ShareLink, images: QuerySet[OutputImage], *, seconds: float) -> Progress:
    """Makes the copies that are not there for about so long, and the ZIP once all are.

    `images` are those of the link as they are now (`for_marking`); a file that is gone is left out.
    """
    found = copies_there(images, DOWNLOADED)
    copies, missing = made_copies(found, DOWNLOADED, seconds)
    done, total = len(copies) + len(missing), len(found)
    if done < total:
        return Progress(done=done, total=total)
    numbers = {image.pk: number for number, (image, _copy) in enumerate(found, start=1)}
    archive, etag = _archive(link, copies, numbers)
    return Progress(done=done, total=total, archive=archive, etag=etag)


def picture_name(link: ShareLink, number: int, extension: str) -> str:
    """ "winter-programme_03.png": the link's title and the place, never the prompt."""
    return f"{archive_stem(link)}_{number:02d}.{extension}"


def archive_stem(link: ShareLink) -> str:
    return words_of(link.title) or words_of(_("Pictures"))


def _archive(link: ShareLink, copies: Copies, numbers: dict[int, int]) -> tuple[Archive, str]:
    # One moment for all: when a picture was made is nothing that the link tells
    made_at = timezone.localtime(link.created_at)
    entries = [
        Entry(
            name=picture_name(link, numbers[image.pk], copy.recipe.extension),
            changed_at=made_at,
            crc32=copy.crc32,
            source=copy.source,
        )
        for image, copy in copies
    ]
    return Archive(entries), _tag(entries, copies)


def _tag(entries: Sequence[Entry], copies: Copies) -> str:
    content = [
        f"{entry.name}:{copy.sha256}" for entry, (_image, copy) in zip(entries, copies, strict=True)
    ]
    return hashlib.sha256(f"{VERSION}:{content}".encode()).hexdigest()
