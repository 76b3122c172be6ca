"""Sends pictures: after a permission check, in pieces, never a whole file in memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.encoding import iri_to_uri
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from generations.models import OutputImage
from generations.selectors.trash import showable_images
from generations.services.copies.names import file_name
from generations.services.copies.recipes import EXTENSIONS
from generations.services.copies.sources import Source, StoredBytes
from generations.services.originals import exists
from generations.services.thumbnails import SMALL_WIDTH, small_thumbnail_of
from generations.views.ranges import ByteRange, RangeNotSatisfiable, asked_range

__all__ = ["ASKED_AGAIN", "EXTENSIONS", "StoredFile", "send_file", "send_whole"]

# The content of a name never changes: it stands for the SHA-256 of the picture
KEPT = "private, max-age=31536000, immutable"
# The content of an address may change, with settings or with what is known of a picture
ASKED_AGAIN = "private, no-cache"
# A picture runs nothing and loads nothing, whatever its bytes may pretend to be
POLICY = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class StoredFile:
    """A file as it is to be sent; `content_type` comes from the verified row.

    `name` is its place in the storage; empty where only `source` has its bytes.
    """

    name: str
    content_type: str
    etag: str
    shown_as: str
    is_download: bool = False
    source: Source | None = None
    caching: str = KEPT


@require_safe
@login_required
async def image_file(request: HttpRequest, image_id: UUID) -> HttpResponseBase:
    """The original, byte for byte, to be shown."""
    image = await _image_for(request, image_id)
    return await send_file(request, untouched(image))


@require_safe
@login_required
def image_thumbnail(request: HttpRequest, image_id: UUID) -> HttpResponseBase:
    """With `?small=yes` the smaller one, where the picture has two."""
    image = get_object_or_404(showable_images(request.user), uuid=image_id)
    name, width = image.thumbnail, settings.THUMBNAIL_WIDTH
    if "small" in request.GET and exists(small := small_thumbnail_of(name)):
        name, width = small, SMALL_WIDTH
    stored = StoredFile(
        name=name,
        content_type="image/webp",
        etag=f'"{image.sha256}-{width}"',
        shown_as=f"proofsheet-{image.frame_number}-small.webp",
    )
    return send_whole(request, stored)


def untouched(image: OutputImage, **more: Any) -> StoredFile:
    """The original, byte for byte, under a name that says what it is."""
    return StoredFile(
        name=image.file,
        content_type=image.content_type,
        etag=f'"{image.sha256}"',
        shown_as=file_name(image, EXTENSIONS.get(image.content_type, "bin")),
        **more,
    )


async def send_file(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """The file, a part of it, or word that the browser has it already; 404 where it is gone."""
    answer = _without_reading(request, stored) or await _opened(request, stored)
    return _with_rules(answer, stored)


def send_whole(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """As `send_file`, for a small one: at once, without a change of threads for each step."""
    return _with_rules(_without_reading(request, stored) or _whole(stored), stored)


def _without_reading(request: HttpRequest, stored: StoredFile) -> HttpResponseBase | None:
    answer: HttpResponseBase | None = get_conditional_response(request, etag=stored.etag)
    return answer or _handed_over(stored)


def _with_rules(answer: HttpResponseBase, stored: StoredFile) -> HttpResponseBase:
    answer["ETag"] = stored.etag
    answer["Cache-Control"] = stored.caching
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


async def _image_for(request: HttpRequest, image_id: UUID) -> OutputImage:
    user = await request.auser()
    image = await showable_images(user).select_related("generation").filter(uuid=image_id).afirst()
    if image is None:
        raise Http404
    return image


def _handed_over(stored: StoredFile) -> HttpResponse | None:
    """The answer that lets the front server send the file, where X_ACCEL_PREFIX names its place."""
    if not settings.X_ACCEL_PREFIX or not stored.name:
        return None
    answer = HttpResponse(headers=_describe(stored))
    answer["X-Accel-Redirect"] = iri_to_uri(f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{stored.name}")
    return answer


def _whole(stored: StoredFile) -> HttpResponse:
    try:
        source = stored.source or _in_storage(stored.name)
        content = b"".join(source.pieces(0, source.size))
    except FileNotFoundError:
        raise Http404 from None
    headers = _describe(stored) | {"Content-Length": str(len(content))}
    return HttpResponse(content, headers=headers)


async def _opened(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    try:
        source = stored.source or await sync_to_async(_in_storage)(stored.name)
    except FileNotFoundError:
        raise Http404 from None
    try:
        part = asked_range(request, size=source.size, etag=stored.etag)
    except RangeNotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{source.size}"})
    return _answer(request, stored, source, part)


def _in_storage(name: str) -> StoredBytes:
    return StoredBytes(name, default_storage.size(name))


def _answer(
    request: HttpRequest, stored: StoredFile, source: Source, part: ByteRange
) -> HttpResponseBase:
    headers = _describe(stored) | {"Content-Length": str(part.length), "Accept-Ranges": "bytes"}
    if part.is_part:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{part.size}"
    status = 206 if part.is_part else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    pieces: Iterator[bytes] | AsyncIterator[bytes] = source.pieces(part.first, part.length)
    if isinstance(request, ASGIRequest):
        # Under ASGI a plain iterator would be read whole before the first byte goes out
        pieces = _one_by_one(pieces)  # type: ignore[arg-type]
    return StreamingHttpResponse(pieces, status=status, headers=headers)


def _describe(stored: StoredFile) -> dict[str, str]:
    return {
        "Content-Type": stored.content_type,
        "Content-Disposition": content_disposition_header(stored.is_download, stored.shown_as)
        or "inline",
    }


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece
