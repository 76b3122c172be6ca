"""What people take away: one picture in a form of their choice, or several in a ZIP."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generations.access import bundle_for, member_required
from generations.forms.downloads import BundleForm, DownloadForm, too_many
from generations.models import Bundle, OutputImage
from generations.selectors.images import visible_images
from generations.services.bundles.bundles import (
    Progress,
    bundle_name,
    create_bundle,
    prepare_bundle,
)
from generations.services.copies.choices import ORIGINAL, Choice
from generations.services.copies.names import file_name
from generations.services.copies.recipes import for_taking_away
from generations.services.copies.store import CopyFailed, ReadyCopy, copy_of
from generations.views.bodies import readable_body
from generations.views.files import ASKED_AGAIN, StoredFile, send_file, untouched

# Shorter than any server in front waits for the first byte
PREPARING_SECONDS = 5.0


@require_safe
@login_required
async def image_download(request: HttpRequest, image_id: UUID) -> HttpResponseBase:
    """One picture, byte for byte or as `form` and `size` say, under a name that says what it is."""
    form = DownloadForm(request.GET)
    if not form.is_valid():
        raise Http404
    user = await request.auser()
    images = for_taking_away(visible_images(user)).filter(uuid=image_id)
    image = await images.afirst()
    if image is None:
        raise Http404
    choice = form.choice()
    if choice.form == ORIGINAL:
        return await send_file(request, untouched(image, is_download=True, caching=ASKED_AGAIN))
    copy = await sync_to_async(_copy_of)(image, choice)
    return await send_file(request, _as_file(image, copy))


def unreadable(request: HttpRequest, _sentence: str) -> HttpResponse:
    return _refused(request, too_many())


@member_required
@require_POST
@readable_body(unreadable)
def bundles(request: HttpRequest) -> HttpResponse:
    """Takes `images` (public ids), `form`, `size`, `is_told`; leads to the ZIP of them."""
    form = BundleForm(request.POST)
    if not form.is_valid():
        return _refused(request, *form.sentences())
    images = visible_images(request.user).filter(uuid__in=form.cleaned_data["images"])
    if not images.exists():
        raise Http404
    made = create_bundle(
        user=request.user,  # type: ignore[arg-type]
        images=images,
        choice=form.choice(),
    )
    address = reverse("bundle", args=[made.id])
    if request.htmx:  # type: ignore[attr-defined]
        return JsonResponse({"address": address})
    return HttpResponseRedirect(address, status=303)


@require_safe
@login_required
async def bundle(request: HttpRequest, bundle_id: UUID) -> HttpResponseBase:
    """The ZIP, or a part of it; a page that comes back by itself while copies are being made.

    A script is told only how far it is. Where every picture was removed since, there is nothing
    to fetch.
    """
    user = await request.auser()
    found = await sync_to_async(bundle_for)(user, bundle_id)
    progress = await sync_to_async(_prepared)(found, user)
    if not progress.total:
        raise Http404
    if request.htmx:  # type: ignore[attr-defined]
        return JsonResponse({"done": progress.done, "total": progress.total})
    if progress.archive is None:
        return await sync_to_async(render)(
            request, "bundles/preparing.html", {"progress": progress}, status=202
        )
    stored = StoredFile(
        name="",
        content_type="application/zip",
        etag=f'"{progress.etag}"',
        shown_as=bundle_name(found),
        is_download=True,
        source=progress.archive,
        caching=ASKED_AGAIN,
    )
    return await send_file(request, stored)


def _copy_of(image: OutputImage, choice: Choice) -> ReadyCopy:
    try:
        return copy_of(image, choice)
    except CopyFailed:
        raise Http404 from None


def _as_file(image: OutputImage, copy: ReadyCopy) -> StoredFile:
    recipe = copy.recipe
    return StoredFile(
        name=copy.file,
        content_type=recipe.content_type,
        etag=f'"{copy.sha256}"',
        shown_as=file_name(image, recipe.extension, size=recipe.size),
        is_download=True,
        source=copy.source,
        caching=ASKED_AGAIN,
    )


def _prepared(found: Bundle, user: object) -> Progress:
    return prepare_bundle(found, visible_images(user), seconds=PREPARING_SECONDS)


def _refused(request: HttpRequest, *sentences: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return JsonResponse({"said": " ".join(sentences)}, status=422)
    return render(request, "bundles/refused.html", {"sentences": sentences}, status=422)
