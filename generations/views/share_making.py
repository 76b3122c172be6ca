"""Making a link: from one picture, from a selection, or from a collection."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import member_required
from generations.forms.pictures import PicturesForm
from generations.forms.projects import project_choices
from generations.forms.share_links import ShareForm
from generations.models import Collection, OutputImage, ShareLink
from generations.selectors.collections import pictures_of
from generations.selectors.share_links import images_to_share
from generations.services.share_links.links import share_collection, share_images
from generations.views.selections import ids_of, not_chosen

# So many are shown above the form, the others counted
PICTURES_SHOWN = 12


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form for `images` (public ids; by POST where they are many) or a `collection`."""
    return _answer(request, request.POST if request.method == "POST" else request.GET, makes=False)


@member_required
@require_POST
def making(request: HttpRequest) -> HttpResponse:
    """Takes that form; leads to the link's page, where its address stands."""
    return _answer(request, request.POST, makes=True)


def _answer(request: HttpRequest, data: QueryDict, *, makes: bool) -> HttpResponse:
    collection = _collection(data.get("collection", ""))
    if collection is None:
        chosen = PicturesForm(data)
        if not chosen.is_valid():
            return not_chosen(request, chosen)
        images = list(images_to_share(list(chosen.cleaned_data["images"])))
    else:
        images = list(pictures_of(collection)[: settings.BUNDLE_MAX_PICTURES])
    if not images:
        raise Http404
    form = ShareForm(
        data if makes else None,
        title=collection.name if collection else "",
        project_id=_project_id(request, collection),
    )
    if makes and form.is_valid():
        made = _make(request, form, images, collection)
        return HttpResponseRedirect(reverse("share-link", args=[made.pk]), status=303)
    return _ask(request, form, images, collection, status=422 if makes else 200)


def _project_id(request: HttpRequest, collection: Collection | None) -> Any:
    """That of the collection, else the person's own."""
    if collection is not None and collection.project_id is not None:
        return collection.project_id
    return project_choices(request.user).default or None


def _make(
    request: HttpRequest,
    form: ShareForm,
    images: list[OutputImage],
    collection: Collection | None,
) -> ShareLink:
    decided: dict[str, Any] = {
        "user": request.user,
        "settings": form.settings(),
        "password": form.new_password() or "",
    }
    if collection is not None:
        return share_collection(collection=collection, **decided)
    return share_images(images=images, **decided)


def _ask(
    request: HttpRequest,
    form: ShareForm,
    images: list[OutputImage],
    collection: Collection | None,
    status: int,
) -> HttpResponse:
    context = {
        "form": form,
        "collection": collection,
        "ids": "" if collection else ids_of(images),
        "shown": images[:PICTURES_SHOWN],
        "more": len(images[PICTURES_SHOWN:]),
        "count": len(images),
    }
    return render(request, "share_links/new.html", context, status=status)


def _collection(text: str) -> Collection | None:
    if not text:
        return None
    try:
        return get_object_or_404(Collection, pk=UUID(text))
    except ValueError:
        raise Http404 from None
