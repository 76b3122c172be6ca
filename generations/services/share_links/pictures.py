"""The forms in which guests get pictures: always copies, marked, with nothing else in them."""

from django.conf import settings

from generations.models import OutputImage, ShareLink
from generations.services.copies.choices import CLEAN, SIZES, Choice
from generations.services.copies.marking import marked
from generations.services.copies.marks import machine_made_mark
from generations.services.copies.store import ReadyCopy, copy_of
from generations.services.originals import read_bytes

# The longest side of what is shown where guests may not download
REDUCED_SIDE = 1024
# What chats and mails show of a link
PREVIEW_SIDE = 1200
# What guests download, alone and in the ZIP
DOWNLOADED = Choice(form=CLEAN)


def thumbnail_bytes(image: OutputImage) -> bytes:
    """The thumbnail with the mark in it (WebP); FileNotFoundError where it is gone."""
    mark = machine_made_mark(is_composite=_is_composite(image))
    return marked(read_bytes(image.thumbnail), "image/webp", mark)


def thumbnail_tag(image: OutputImage) -> str:
    """The same tag, the same bytes."""
    kind = "c" if _is_composite(image) else "t"
    return f'"{image.sha256}-{settings.THUMBNAIL_WIDTH}-{kind}"'


def shown_copy(link: ShareLink, image: OutputImage) -> ReadyCopy:
    """The picture to be looked at; clearly smaller than the original where that is not given.

    Raises CopyFailed.
    """
    side = SIZES["large"] if link.allow_download else reduced_side(image)
    return copy_of(image, Choice(form="webp", side=side))


def reduced_side(image: OutputImage) -> int:
    """Never more than three quarters of the picture, however small it is."""
    return max(1, min(REDUCED_SIDE, max(image.width, image.height) * 3 // 4))


def preview_copy(link: ShareLink, image: OutputImage) -> ReadyCopy:
    """A JPEG for chats and mails, which know little else. Raises CopyFailed."""
    side = PREVIEW_SIDE if link.allow_download else min(PREVIEW_SIDE, reduced_side(image))
    return copy_of(image, Choice(form="jpeg", side=side))


def downloaded_copy(image: OutputImage) -> ReadyCopy:
    """The pixels of the original. Raises CopyFailed."""
    return copy_of(image, DOWNLOADED)


def _is_composite(image: OutputImage) -> bool:
    return bool(image.is_composite)  # type: ignore[attr-defined]
