"""The page of one picture."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from generations.models import OutputImage
from generations.selectors.asked import asked_and_got_of_image
from generations.selectors.collections import collections_of, collections_to_choose
from generations.selectors.family import family_of
from generations.selectors.favourites import favourites_among
from generations.selectors.gallery import EVERYTHING, PAGE_SIZE, count_newer, neighbours
from generations.selectors.gallery_filters import GalleryFilters
from generations.selectors.images import (
    image_receipt,
    image_with_story,
    reference_uses,
    siblings,
)
from generations.selectors.trash import removable_images
from generations.views.narrowing import filters_of, gallery_form

# A prompt that is longer would make an address that proxies refuse
LONGEST_PROMPT_IN_ADDRESS = 2000


@require_safe
@login_required
def image(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """The picture large, with prompt, settings, references and receipt.

    Filters of the gallery in the address say among which pictures the neighbours are.
    """
    found = image_with_story(request.user, image_id)
    if found is None:
        raise Http404
    query, filters = _narrowing(request)
    newer, older = neighbours(found, filters)
    context = {
        "image": found,
        "generation": found.generation,
        "newer": newer,
        "older": older,
        "query": query,
        "asked_and_got": asked_and_got_of_image(found),
        "references": reference_uses(found.generation),
        "receipt": image_receipt(found),
        "gallery_url": _place_in_gallery(found, query, filters),
        "use_again_url": _use_again_url(request, found),
        "is_favourite": found.pk in favourites_among(request.user, [found]),
        "collections": collections_of(found),
        "collections_to_choose": collections_to_choose(),
        "compare_url": _compare_url(found),
        "family": family_of(found),
        "may_remove": removable_images(request.user).filter(pk=found.pk).exists(),
        "may_see_generation": _may_see_generation(request, found),
    }
    return render(request, "images/image.html", context)


def _narrowing(request: HttpRequest) -> tuple[str, GalleryFilters]:
    """The filters of the gallery that one comes from, as in its address, and as they narrow."""
    if not request.GET:
        return "", EVERYTHING
    form = gallery_form(request)
    return form.query, filters_of(form)


def _place_in_gallery(found: OutputImage, query: str, filters: GalleryFilters) -> str:
    """The gallery page that shows this picture."""
    is_on_first_page = count_newer(found.pk, filters) < PAGE_SIZE
    cursor = "" if is_on_first_page else f"before={found.pk + 1}"
    page = f"{reverse('gallery')}?{query}{cursor}".rstrip("?&")
    return f"{page}#picture-{found.pk}"


def _compare_url(found: OutputImage) -> str:
    """This picture beside others of its generation; empty where there is none."""
    others = siblings(found)
    if not others:
        return ""
    ids = ",".join(str(image.uuid) for image in [found, *others])
    return f"{reverse('compare')}?{urlencode({'images': ids})}"


def _may_see_generation(request: HttpRequest, found: OutputImage) -> bool:
    return request.user.is_staff or found.generation.requested_by_id == request.user.pk


def _use_again_url(request: HttpRequest, found: OutputImage) -> str:
    """The studio with the same settings, or with the same prompt where that is all one may see."""
    if _may_see_generation(request, found):
        return f"{reverse('studio')}?{urlencode({'from': found.generation_id})}"
    prompt = found.generation.prompt
    if len(prompt) > LONGEST_PROMPT_IN_ADDRESS:
        return ""
    return f"{reverse('studio')}?{urlencode({'prompt': prompt})}"
