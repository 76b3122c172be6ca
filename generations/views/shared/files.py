"""The files of a link: each asks for the link first, and dies with it."""

from collections.abc import Callable
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.models import OutputImage, ShareLink
from generations.selectors.shared import place_of, shared_files
from generations.services.bundles.bundles import Progress
from generations.services.copies.marking import CannotMark
from generations.services.copies.sources import PlainBytes
from generations.services.copies.store import CopyFailed, ReadyCopy
from generations.services.share_links.archive import (
    archive_stem,
    picture_name,
    prepare_archive,
)
from generations.services.share_links.counting import count_download
from generations.services.share_links.pictures import (
    downloaded_copy,
    preview_copy,
    shown_copy,
    thumbnail_bytes,
    thumbnail_tag,
)
from generations.views.downloads import PREPARING_SECONDS
from generations.views.files import ASKED_AGAIN, StoredFile, send_file, send_whole
from generations.views.shared.doors import is_person, open_link

Copying = Callable[[], ReadyCopy]


@require_safe
def thumbnail(request: HttpRequest, token: str, image_id: UUID) -> HttpResponseBase:
    return send_whole(request, _thumbnail(request, token, image_id))


@require_safe
async def large(request: HttpRequest, token: str, image_id: UUID) -> HttpResponseBase:
    """To be looked at; a reduced copy where the link gives no download."""
    return await send_file(request, await sync_to_async(_large)(request, token, image_id))


@require_safe
async def preview(request: HttpRequest, token: str) -> HttpResponseBase:
    """The first picture for chats and mails; not there where the link has a password."""
    return await send_file(request, await sync_to_async(_preview)(request, token))


@require_safe
async def download(request: HttpRequest, token: str, image_id: UUID) -> HttpResponseBase:
    """The pixels of the original, where the link gives them."""
    link, stored = await sync_to_async(_download)(request, token, image_id)
    return await _counted(request, link, await send_file(request, stored))


@require_safe
async def archive(request: HttpRequest, token: str) -> HttpResponseBase:
    """The ZIP, or a part of it; a page that comes back by itself while copies are being made."""
    link, progress = await sync_to_async(_archive)(request, token)
    if progress.archive is None:
        context = {"link": link, "token": token, "progress": progress}
        return await sync_to_async(render)(request, "shared/preparing.html", context, status=202)
    stored = StoredFile(
        name="",
        content_type="application/zip",
        etag=f'"{progress.etag}"',
        shown_as=f"{archive_stem(link)}.zip",
        is_download=True,
        source=progress.archive,
        caching=ASKED_AGAIN,
    )
    return await _counted(request, link, await send_file(request, stored))


def _thumbnail(request: HttpRequest, token: str, image_id: UUID) -> StoredFile:
    image = _image_in(open_link(request, token), image_id)
    try:
        content = thumbnail_bytes(image)
    except (FileNotFoundError, CannotMark):
        raise Http404 from None
    return StoredFile(
        name="",
        content_type="image/webp",
        etag=thumbnail_tag(image),
        shown_as="picture-small.webp",
        source=PlainBytes(content),
        caching=ASKED_AGAIN,
    )


def _large(request: HttpRequest, token: str, image_id: UUID) -> StoredFile:
    link = open_link(request, token)
    image = _image_in(link, image_id)
    return _as_file(lambda: shown_copy(link, image), "picture.webp")


def _preview(request: HttpRequest, token: str) -> StoredFile:
    link = open_link(request, token)
    image = None if link.password else shared_files(link).first()
    if image is None:
        raise Http404
    return _as_file(lambda: preview_copy(link, image), "preview.jpg")


def _download(request: HttpRequest, token: str, image_id: UUID) -> tuple[ShareLink, StoredFile]:
    link = _giving(request, token)
    image = _image_in(link, image_id)
    place = place_of(link, image)
    copy = _made(lambda: downloaded_copy(image))
    name = picture_name(link, place.number if place else 0, copy.recipe.extension)
    return link, _stored(copy, name, is_download=True)


def _archive(request: HttpRequest, token: str) -> tuple[ShareLink, Progress]:
    link = _giving(request, token)
    progress = prepare_archive(link, shared_files(link), seconds=PREPARING_SECONDS)
    if not progress.total:
        raise Http404
    return link, progress


def _giving(request: HttpRequest, token: str) -> ShareLink:
    """The link, if guests may download from it."""
    link = open_link(request, token)
    if not link.allow_download:
        raise Http404
    return link


def _image_in(link: ShareLink, image_id: UUID) -> OutputImage:
    image = shared_files(link).filter(uuid=image_id).first()
    if image is None:
        raise Http404
    return image


def _as_file(make: Copying, name: str) -> StoredFile:
    return _stored(_made(make), name, is_download=False)


def _made(make: Copying) -> ReadyCopy:
    try:
        return make()
    except CopyFailed:
        raise Http404 from None


def _stored(copy: ReadyCopy, name: str, *, is_download: bool) -> StoredFile:
    return StoredFile(
        name=copy.file,
        content_type=copy.recipe.content_type,
        etag=f'"{copy.sha256}"',
        shown_as=name,
        is_download=is_download,
        source=copy.source,
        caching=ASKED_AGAIN,
    )


async def _counted(
    request: HttpRequest, link: ShareLink, answer: HttpResponseBase
) -> HttpResponseBase:
    """Counts a download that begins: not its later parts, and not what the browser had already."""
    begins = answer.status_code == 200 or (
        answer.status_code == 206 and answer["Content-Range"].startswith("bytes 0-")
    )
    if begins and is_person(request) and not (await request.auser()).is_authenticated:
        await sync_to_async(count_download)(link=link)
    return answer
