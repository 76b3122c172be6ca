"""Sends pictures: after a permission check, in pieces, never a whole file in memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.encoding import iri_to_uri
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from generations.models import OutputImage
from generations.selectors.images import visible_images
from generations.views.ranges import ByteRange, RangeNotSatisfiable, asked_range

PIECE = 256 * 1024
NAME_LENGTH = 60
# The content of a name never changes: it stands for the SHA-256 of the picture
KEPT = "private, max-age=31536000, immutable"
# A picture runs nothing and loads nothing, whatever its bytes may pretend to be
POLICY = "default-src 'none'; sandbox"
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
}


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage as it is to be sent; `content_type` comes from the verified row."""

    name: str
    content_type: str
    etag: str
    shown_as: str
    is_download: bool = False


@require_safe
@login_required
async def image_file(request: HttpRequest, image_id: UUID) -> HttpResponseBase:
    """The original, byte for byte, to be shown."""
    image = await _image_for(request, image_id)
    return await send_file(request, _original(image))


@require_safe
@login_required
async def image_download(request: HttpRequest, image_id: UUID) -> HttpResponseBase:
    """The original, byte for byte, to be kept under a name that says what it is."""
    image = await _image_for(request, image_id)
    return await send_file(request, _original(image, is_download=True))


@require_safe
@login_required
async def image_thumbnail(request: HttpRequest, image_id: UUID) -> HttpResponseBase:
    image = await _image_for(request, image_id)
    stored = StoredFile(
        name=image.thumbnail,
        content_type="image/webp",
        etag=f'"{image.sha256}-{settings.THUMBNAIL_WIDTH}"',
        shown_as=f"proofsheet-{image.frame_number}-small.webp",
    )
    return await send_file(request, stored)


async def send_file(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """The file, a part of it, or word that the browser has it already; 404 where it is gone."""
    answer: HttpResponseBase | None = get_conditional_response(request, etag=stored.etag)
    if answer is None:
        answer = _handed_over(stored) or await _opened(request, stored)
    answer["ETag"] = stored.etag
    answer["Cache-Control"] = KEPT
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


async def _image_for(request: HttpRequest, image_id: UUID) -> OutputImage:
    user = await request.auser()
    image = await visible_images(user).select_related("generation").filter(uuid=image_id).afirst()
    if image is None:
        raise Http404
    return image


def _original(image: OutputImage, *, is_download: bool = False) -> StoredFile:
    return StoredFile(
        name=image.file,
        content_type=image.content_type,
        etag=f'"{image.sha256}"',
        shown_as=_file_name(image),
        is_download=is_download,
    )


def _file_name(image: OutputImage) -> str:
    """Frame number and first words: "proofsheet-0412-a-red-kite.png"."""
    words = slugify(image.generation.prompt[: 4 * NAME_LENGTH], allow_unicode=True)
    parts = ["proofsheet", image.frame_number, words[:NAME_LENGTH].strip("-_")]
    extension = EXTENSIONS.get(image.content_type, "bin")
    return f"{'-'.join(part for part in parts if part)}.{extension}"


def _handed_over(stored: StoredFile) -> HttpResponse | None:
    """The answer that lets the front server send the file, where X_ACCEL_PREFIX names its place."""
    if not settings.X_ACCEL_PREFIX:
        return None
    answer = HttpResponse(headers=_describe(stored))
    answer["X-Accel-Redirect"] = iri_to_uri(f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{stored.name}")
    return answer


async def _opened(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    try:
        file = await sync_to_async(default_storage.open)(stored.name)
        size = await sync_to_async(lambda: file.size)()
    except FileNotFoundError:
        raise Http404 from None
    try:
        part = asked_range(request, size=size, etag=stored.etag)
    except RangeNotSatisfiable:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return _answer(request, stored, file, part)


def _answer(
    request: HttpRequest, stored: StoredFile, file: Any, part: ByteRange
) -> HttpResponseBase:
    headers = _describe(stored) | {"Content-Length": str(part.length), "Accept-Ranges": "bytes"}
    if part.is_part:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{part.size}"
    status = 206 if part.is_part else 200
    if request.method == "HEAD":
        file.close()
        return HttpResponse(status=status, headers=headers)
    # Under ASGI a plain iterator would be read whole before the first byte goes out
    pieces = _pieces_async if isinstance(request, ASGIRequest) else _pieces
    return StreamingHttpResponse(pieces(file, part), status=status, headers=headers)


def _describe(stored: StoredFile) -> dict[str, str]:
    return {
        "Content-Type": stored.content_type,
        "Content-Disposition": content_disposition_header(stored.is_download, stored.shown_as)
        or "inline",
    }


async def _pieces_async(file: BinaryIO, part: ByteRange) -> AsyncIterator[bytes]:
    pieces = _pieces(file, part)
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def _pieces(file: BinaryIO, part: ByteRange) -> Iterator[bytes]:
    with file:
        file.seek(part.first)
        left = part.length
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
