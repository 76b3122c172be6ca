"""Marking pictures as one's favourites, and taking the marks away."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from generations.access import member_required
from generations.forms.pictures import PicturesForm
from generations.models import OutputImage
from generations.selectors.images import visible_images
from generations.services.favourites import mark_favourites, unmark_favourites
from generations.views.done import Undo, done
from generations.views.selections import chosen_among, ids_of, not_chosen
from generations.views.way_back import way_back


@member_required
@require_POST
def favourite(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Takes `is_favourite`, "yes" or not; a script gets the button as it is now."""
    image = visible_images(request.user).filter(uuid=image_id).first()
    if image is None:
        raise Http404
    is_marked = request.POST.get("is_favourite") == "yes"
    (mark_favourites if is_marked else unmark_favourites)(user=request.user, images=[image])
    if request.htmx:  # type: ignore[attr-defined]
        context = {"image": image, "is_favourite": is_marked}
        return render(request, "images/_favourite_button.html", context)
    page = reverse("image", args=[image.uuid])
    return HttpResponseRedirect(way_back(request, otherwise=page), status=303)


@member_required
@require_POST
def favourites(request: HttpRequest) -> HttpResponse:
    """Takes `images` (public ids) and `is_favourite`, "yes" or not."""
    form = PicturesForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, form)
    images = list(chosen_among(visible_images(request.user), form))
    is_marked = request.POST.get("is_favourite") == "yes"
    said, undo = _marked(request, images) if is_marked else _unmarked(request, images)
    return done(request, said, undo=undo, otherwise=reverse("gallery"))


def _marked(request: HttpRequest, images: list[OutputImage]) -> tuple[str, Undo | None]:
    """The way back takes away only the marks that are new."""
    new = mark_favourites(user=request.user, images=images)
    words = ngettext(
        "%(n)d picture marked as favourite.", "%(n)d pictures marked as favourites.", len(new)
    )
    return words % {"n": len(new)}, _undo("no", new) if new else None


def _unmarked(request: HttpRequest, images: list[OutputImage]) -> tuple[str, Undo]:
    count = unmark_favourites(user=request.user, images=images)
    words = ngettext("Mark taken from %(n)d picture.", "Marks taken from %(n)d pictures.", count)
    return words % {"n": count}, _undo("yes", images)


def _undo(is_favourite: str, images: list[OutputImage]) -> Undo:
    fields = {"images": ids_of(images), "is_favourite": is_favourite}
    return Undo(address=reverse("favourites"), fields=fields)
