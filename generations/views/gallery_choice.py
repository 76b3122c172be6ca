"""Pictures of the gallery to choose from, for the composer's references."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.access import member_required
from generations.selectors.gallery import cursor_from, gallery_page
from generations.selectors.gallery_filters import GalleryFilters


@member_required
@never_cache
@require_safe
def gallery_choice(request: HttpRequest) -> HttpResponse:
    """A page of `?whose=mine` or the whole team's, older than `?before=`, as a fragment."""
    try:
        before = cursor_from(request.GET.get("before", ""))
    except ValueError:
        raise Http404 from None
    is_mine = request.GET.get("whose") == "mine"
    filters = GalleryFilters(person=request.user.pk) if is_mine else GalleryFilters()
    context = {"page": gallery_page(filters, before=before), "is_mine": is_mine}
    return render(request, "studio/_gallery_choice.html", context)
