"""Marking a picture as one's favourite, and taking the mark away."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generations.access import member_required
from generations.selectors.images import visible_images
from generations.services.favourites import mark_favourite, unmark_favourite
from generations.views.way_back import way_back


@member_required
@require_POST
def favourite(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Takes `is_favourite`, "yes" or not; a script gets the button as it is now."""
    image = visible_images(request.user).filter(uuid=image_id).first()
    if image is None:
        raise Http404
    is_marked = request.POST.get("is_favourite") == "yes"
    (mark_favourite if is_marked else unmark_favourite)(user=request.user, image=image)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"image": image, "is_favourite": is_marked}
        return render(request, "images/_favourite_button.html", context)
    page = reverse("image", args=[image.uuid])
    return HttpResponseRedirect(way_back(request, otherwise=page), status=303)
