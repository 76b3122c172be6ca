"""References: stored as soon as they are chosen, shown to those who may see them."""

from urllib.parse import urlencode
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.access import member_required, reference_for
from generations.forms.uploads import upload_fault
from generations.models import ReferenceImage
from generations.selectors.family import image_named
from generations.services.pictures import PictureRefused, reading_room
from generations.services.references import reference_from_image
from generations.views.bodies import readable_body
from generations.views.composer import (
    MOST_REFERENCES,
    clean_name,
    store_mask_upload,
    store_upload,
)
from generations.views.files import EXTENSIONS, StoredFile, send_file


def unreadable(request: HttpRequest, sentence: str) -> HttpResponse:
    return _answer(request, [], [sentence])


@member_required
@require_http_methods(["GET", "POST"])
@readable_body(unreadable)
def references(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return redirect("studio")
    stored: list[ReferenceImage] = []
    faults: list[str] = []
    for file in request.FILES.getlist("references")[:MOST_REFERENCES]:
        try:
            stored.append(store_upload(request.user, file))
        except PictureRefused as refused:
            faults.append(upload_fault(clean_name(file), refused))
    if not stored and not faults:
        faults.append(_("No file arrived. Choose a picture and add it again."))
    return _answer(request, stored, faults)


@member_required
@require_POST
def image_references(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """A picture of the gallery as a reference; leads to the studio, with `vary` to its settings."""
    image = image_named(request.user, str(image_id))
    if image is None:
        raise Http404
    try:
        with reading_room.taken(image.byte_size):
            reference = reference_from_image(user=request.user, image=image)  # type: ignore[arg-type]
    except FileNotFoundError:
        raise Http404 from None
    except PictureRefused as refused:
        return _answer(request, [], [upload_fault(image.frame_number, refused)])
    if request.htmx:  # type: ignore[attr-defined]
        return _answer(request, [reference], [])
    query = {"reference": reference.id} | ({"vary": image.uuid} if "vary" in request.POST else {})
    return HttpResponseRedirect(f"{reverse('studio')}?{urlencode(query)}", status=303)


@member_required
@require_POST
@readable_body(unreadable)
def masks(request: HttpRequest, reference_id: UUID) -> HttpResponse:
    """A mask painted in the browser, kept in the size in which its reference is sent."""
    reference = reference_for(request.user, reference_id)
    file = request.FILES.get("mask")
    if file is None:
        return _answer(request, [], [_("No mask arrived. Send it again.")])
    try:
        mask = store_mask_upload(request.user, file, mask_of=reference)
    except PictureRefused as refused:
        return _answer(request, [], [upload_fault(clean_name(file), refused)])
    return render(request, "studio/_mask.html", {"mask": mask})


@require_safe
@login_required
async def reference_file(request: HttpRequest, reference_id: UUID) -> HttpResponseBase:
    """A reference as it is sent to providers."""
    user = await request.auser()
    reference = await sync_to_async(reference_for)(user, reference_id)
    stored = StoredFile(
        name=reference.file,
        content_type=reference.content_type,
        etag=f'"{reference.sha256}"',
        shown_as=f"reference-{reference.sha256[:12]}.{EXTENSIONS[reference.content_type]}",
    )
    return await send_file(request, stored)


def _answer(request: HttpRequest, stored: list[ReferenceImage], faults: list[str]) -> HttpResponse:
    context = {"references": stored, "faults": faults}
    status = 422 if faults else 200
    return render(request, "studio/_uploaded.html", context, status=status)
