"""Collections: the list, one of them, and everything that changes them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import member_required
from generations.forms.collections import AdditionForm, CollectionForm
from generations.forms.downloads import DownloadForm
from generations.forms.pictures import PicturesForm
from generations.models import Collection, OutputImage
from generations.selectors.collections import (
    all_collections,
    behind,
    collections_to_choose,
    may_delete,
    next_to,
    pictures_of,
)
from generations.selectors.favourites import favourites_among
from generations.services.bundles.bundles import create_bundle
from generations.services.collections import (
    add_images,
    change_collection,
    create_collection,
    delete_collection,
    place_image,
    remove_images,
    set_cover,
)
from generations.views.done import Undo, done
from generations.views.selections import chosen_among, ids_of, not_chosen
from generations.views.way_back import way_back

PAGE_SIZE = 96


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def collections(request: HttpRequest) -> HttpResponse:
    """All of them; a POST with `name` makes one."""
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = create_collection(user=request.user, **form.cleaned_data)
        return _to(made)
    context = {"form": form, "collections": all_collections()}
    status = 422 if form.is_bound else 200
    return render(request, "collections/collections.html", context, status=status)


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def collection(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Its pictures in order; a POST with `name` renames it."""
    found = get_object_or_404(Collection.objects.select_related("project"), pk=collection_id)
    form = CollectionForm(request.POST if request.method == "POST" else None, collection=found)
    if request.method == "POST" and form.is_valid():
        change_collection(collection=found, **form.cleaned_data)
        return _to(found)
    pictures = Paginator(pictures_of(found), PAGE_SIZE)
    page = pictures.get_page(request.GET.get("page"))
    context = {
        "collection": found,
        "form": form,
        "page": page,
        "favourites": favourites_among(request.user, page),
        "collections_to_choose": [it for it in collections_to_choose() if it[0] != str(found.pk)],
        "may_delete": may_delete(request.user, found),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "collections/collection.html", context, status=status)


@member_required
@require_POST
def deletion(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """The collection alone: its pictures stay."""
    found = get_object_or_404(Collection, pk=collection_id)
    if not may_delete(request.user, found):
        raise Http404
    delete_collection(collection=found)
    words = _("The collection “%(name)s” is deleted; its pictures stay in the gallery.")
    return done(request, words % {"name": found.name}, otherwise=reverse("collections"))


@member_required
@require_POST
def additions(request: HttpRequest) -> HttpResponse:
    """Takes `images` (public ids) and `collection` (its id) or `name` (of a new one)."""
    form = AdditionForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, form)
    images = list(chosen_among(OutputImage.objects.in_gallery(), form).order_by("-pk"))
    named = form.cleaned_data["name"]
    into = form.cleaned_data["collection"] or create_collection(user=request.user, name=named)
    new = add_images(user=request.user, collection=into, images=images)
    said = _added_words(len(new)) % {"n": len(new), "name": into.name}
    undo = _undo_addition(into, new, is_made_now=form.cleaned_data["collection"] is None)
    return done(request, said, undo=undo, otherwise=_address(into))


@member_required
@require_POST
def removals(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Takes `images` (public ids) out of the collection."""
    found = get_object_or_404(Collection, pk=collection_id)
    form = PicturesForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, form)
    images = list(chosen_among(_images_in(found), form))
    count = remove_images(collection=found, images=images)
    words = ngettext(
        "%(n)d picture taken out; it stays in the gallery.",
        "%(n)d pictures taken out; they stay in the gallery.",
        count,
    )
    fields = {"images": ids_of(images), "collection": str(found.pk)}
    undo = Undo(address=reverse("collection-additions"), fields=fields)
    return done(request, words % {"n": count}, undo=undo, otherwise=_address(found))


@member_required
@require_POST
def order(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Puts `image` before or behind another (`before`, `after`), or a place `move`: earlier, later.

    A script that has moved the picture already gets an answer without content.
    """
    found = get_object_or_404(Collection, pk=collection_id)
    image = _image_in(found, request.POST.get("image", ""))
    if "move" in request.POST:
        target = next_to(found, image, is_later=request.POST["move"] == "later")
    elif "after" in request.POST:
        target = behind(found, _image_in(found, request.POST["after"]))
    else:
        target = _image_in(found, request.POST.get("before", ""))
    place_image(collection=found, image=image, before=target)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204)
    return HttpResponseRedirect(way_back(request, otherwise=_address(found)), status=303)


@member_required
@require_POST
def cover(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Takes `image`, one of the collection."""
    found = get_object_or_404(Collection, pk=collection_id)
    image = _image_in(found, request.POST.get("image", ""))
    set_cover(collection=found, image=image)
    messages.success(request, _("Picture %(frame)s is the cover.") % {"frame": image.frame_number})
    return HttpResponseRedirect(way_back(request, otherwise=_address(found)), status=303)


@member_required
@require_POST
def collection_bundles(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Takes `form`, `size`, `is_told`; leads to the ZIP of the collection as it is now."""
    found = get_object_or_404(Collection, pk=collection_id)
    form = DownloadForm(request.POST)
    frames = list(_images_in(found).values_list("pk", flat=True)[: settings.BUNDLE_MAX_PICTURES])
    if not form.is_valid() or not frames:
        raise Http404
    made = create_bundle(
        user=request.user,  # type: ignore[arg-type]
        images=OutputImage.objects.filter(pk__in=frames),
        choice=form.choice(),
    )
    return HttpResponseRedirect(reverse("bundle", args=[made.pk]), status=303)


def _added_words(count: int) -> str:
    if not count:
        return _("What you chose is in “%(name)s” already.")
    return ngettext(
        "%(n)d picture added to “%(name)s”.", "%(n)d pictures added to “%(name)s”.", count
    )


def _undo_addition(
    into: Collection, new: Sequence[OutputImage], *, is_made_now: bool
) -> Undo | None:
    """Takes out what is new in it; a collection that was made for it goes again."""
    if is_made_now:
        return Undo(address=reverse("collection-deletion", args=[into.pk]), fields={})
    if not new:
        return None
    address = reverse("collection-removals", args=[into.pk])
    return Undo(address=address, fields={"images": ids_of(new)})


def _images_in(found: Collection) -> Any:
    return OutputImage.objects.in_gallery().filter(collection_items__collection=found)


def _image_in(found: Collection, name: str) -> OutputImage:
    try:
        return get_object_or_404(_images_in(found), uuid=UUID(name))
    except ValueError:
        raise Http404 from None


def _to(found: Collection) -> HttpResponse:
    return HttpResponseRedirect(_address(found), status=303)


def _address(found: Collection) -> str:
    return reverse("collection", args=[found.pk])
