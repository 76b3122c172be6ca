"""Copies of pictures: made once, kept for as long as there is room, the least used go first."""

import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Sum
from django.utils import timezone

from generations.models import Copy, OutputImage
from generations.services.copies.choices import CLEAN, ORIGINAL, Choice
from generations.services.copies.cleaning import FORMS, cleaned
from generations.services.copies.converting import converted
from generations.services.copies.locks import one_at_a_time
from generations.services.copies.marking import CannotMark, marked
from generations.services.copies.recipes import Recipe, recipe_for
from generations.services.copies.sources import MadeBytes, Source, StoredBytes
from generations.services.originals import delete, exists, read_bytes, save_named, size_of
from generations.services.pictures import PictureRefused, reading_room

# Nothing that somebody may just be fetching is swept
REST = timedelta(hours=1)
# How exactly the last use is written down
TOUCH = timedelta(minutes=10)

log = structlog.get_logger(__name__)


class CopyFailed(Exception):
    """There is no such copy: the original is gone from the storage, or cannot be read."""


@dataclass(frozen=True, kw_only=True)
class ReadyCopy:
    """A copy that can be sent; `file` names it in the storage where it is a file as it is."""

    recipe: Recipe
    source: Source
    sha256: str
    crc32: int
    file: str


def copy_of(image: OutputImage, choice: Choice) -> ReadyCopy:
    """A picture of `for_taking_away` in the chosen form, made now unless it is there already.

    Of several who ask at once one makes it and the others wait. Raises CopyFailed.
    """
    recipe = recipe_for(image, choice)
    copy = _found(image, recipe) or _made_once(image, recipe)
    _touch([copy])
    return _ready(image, recipe, copy)


def copies_there(
    images: Iterable[OutputImage], choice: Choice
) -> list[tuple[OutputImage, ReadyCopy | None]]:
    """Each picture with its copy, None where it is yet to be made; one query for all."""
    recipes = [(image, recipe_for(image, choice)) for image in images]
    hashes = {image.sha256 for image, _recipe in recipes}
    rows = {
        (copy.original_sha256, copy.recipe): copy
        for copy in Copy.objects.filter(original_sha256__in=hashes)
    }
    found = [
        (image, recipe, _whole(image, rows.get((image.sha256, recipe.name))))
        for image, recipe in recipes
    ]
    _touch([copy for _image, _recipe, copy in found if copy is not None])
    return [(image, _ready(image, recipe, copy) if copy else None) for image, recipe, copy in found]


def forget_copies(sha256: str) -> None:
    """Drops every copy of an original, for when it is deleted."""
    _drop(Copy.objects.filter(original_sha256=sha256))


def sweep_copies(*, now: datetime) -> int:
    """Drops the least recently used files beyond COPIES_MAX_BYTES; answers how many."""
    files = Copy.objects.exclude(file="")
    size = files.aggregate(size=Sum("byte_size"))["size"] or 0
    swept = []
    for copy in files.filter(used_at__lt=now - REST).order_by("used_at").iterator():
        if size <= settings.COPIES_MAX_BYTES:
            break
        swept.append(copy)
        size -= copy.byte_size
    _drop(swept)
    return len(swept)


def _drop(copies: Iterable[Copy]) -> None:
    """The file first: a row without a file makes it again, a file without a row stays for ever."""
    for copy in copies:
        if copy.file:
            delete(copy.file)
        Copy.objects.filter(pk=copy.pk, used_at=copy.used_at).delete()


def _found(image: OutputImage, recipe: Recipe) -> Copy | None:
    row = Copy.objects.filter(original_sha256=image.sha256, recipe=recipe.name).first()
    return _whole(image, row)


def _whole(image: OutputImage, copy: Copy | None) -> Copy | None:
    """The row, if what it is made of or where it is kept is still there."""
    return copy if copy and exists(copy.file or image.file) else None


def _made_once(image: OutputImage, recipe: Recipe) -> Copy:
    with one_at_a_time(f"{image.sha256}-{recipe.name}"):
        return _found(image, recipe) or _made(image, recipe)


def _made(image: OutputImage, recipe: Recipe) -> Copy:
    try:
        facts, content = _facts(image, recipe)
    except (FileNotFoundError, CannotMark, PictureRefused) as error:
        log.warning("copy_failed", image=image.frame_number, error=repr(error)[:200])
        raise CopyFailed from error
    copy, _is_new = Copy.objects.update_or_create(
        original_sha256=image.sha256,
        recipe=recipe.name,
        defaults=facts | {"used_at": timezone.now()},
    )
    if copy.file:
        save_named(copy.file, content)
    if not exists(image.file):
        # Deleted for good meanwhile, and its copies forgotten before this one was written
        _drop([copy])
        raise CopyFailed
    return copy


def _facts(image: OutputImage, recipe: Recipe) -> tuple[dict[str, object], bytes]:
    if recipe.form == ORIGINAL:
        return _measured(image), b""
    content = made_bytes(image.file, image.content_type, recipe)
    facts = {
        "file": _place(image, recipe) if recipe.is_kept else "",
        "byte_size": len(content),
        "crc32": zlib.crc32(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return facts, content


def _measured(image: OutputImage) -> dict[str, object]:
    """Reads an original once, in pieces, for the sum that a ZIP wants."""
    crc32, size = 0, 0
    with default_storage.open(image.file) as file:
        for piece in file.chunks():
            crc32, size = zlib.crc32(piece, crc32), size + len(piece)
    return {"file": "", "byte_size": size, "crc32": crc32, "sha256": image.sha256}


def made_bytes(original: str, content_type: str, recipe: Recipe) -> bytes:
    """A marked or converted copy of the original under this name; no database in it.

    Waits until there is memory for reading it.
    """
    with reading_room.taken(size_of(original)):
        content = read_bytes(original)
        if recipe.is_kept:
            content, content_type = (
                converted(content, form=recipe.form, side=recipe.side),
                recipe.content_type,
            )
        elif recipe.form == CLEAN:
            content = cleaned(content, content_type)
        return _marked(content, content_type, recipe)


def _marked(content: bytes, content_type: str, recipe: Recipe) -> bytes:
    """Without touching a pixel, unless the file is not built as its format asks."""
    try:
        return marked(content, content_type, recipe.mark)
    except CannotMark:
        if content_type not in FORMS:
            raise
    anew = converted(content, form=FORMS[content_type], side=None)
    return marked(anew, content_type, recipe.mark)


def _place(image: OutputImage, recipe: Recipe) -> str:
    return f"copies/{image.sha256[:2]}/{image.sha256}-{recipe.name}.{recipe.extension}"


def _ready(image: OutputImage, recipe: Recipe, copy: Copy) -> ReadyCopy:
    make = partial(made_bytes, image.file, image.content_type, recipe)
    source: Source
    if recipe.form == ORIGINAL:
        source = StoredBytes(image.file, copy.byte_size)
    elif copy.file:
        source = StoredBytes(copy.file, copy.byte_size, partial(_save_again, copy.file, make))
    else:
        source = MadeBytes(make, copy.byte_size)
    return ReadyCopy(
        recipe=recipe,
        source=source,
        sha256=copy.sha256,
        crc32=copy.crc32,
        file=image.file if recipe.form == ORIGINAL else copy.file,
    )


def _save_again(name: str, make: Callable[[], bytes]) -> None:
    with one_at_a_time(name):
        if not exists(name):
            save_named(name, make())


def _touch(copies: Iterable[Copy]) -> None:
    """Writes down the use, not more often than need be."""
    now = timezone.now()
    stale = [copy.pk for copy in copies if copy.used_at < now - TOUCH]
    if stale:
        Copy.objects.filter(pk__in=stale).update(used_at=now)
