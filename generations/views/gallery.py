"""The gallery, its further pages, and word of new pictures; filters stand in the address."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from generations.forms.gallery import GalleryForm
from generations.selectors.favourites import favourites_among
from generations.selectors.gallery import GalleryPage, count_newer, cursor_from, gallery_page
from generations.views.narrowing import filters_of, gallery_form


@require_safe
@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """The page; `?before=` and `?after=` lead to older and newer pictures."""
    before, after = _cursor(request, "before"), _cursor(request, "after")
    form = gallery_form(request)
    page = gallery_page(filters_of(form), before=before, after=after)
    if not page.days and (before is not None or after is not None):
        return redirect(f"{reverse('gallery')}?{form.query}".rstrip("?&"))
    return render(request, "gallery/gallery.html", _context(request, form, page))


@require_safe
@login_required
def gallery_more(request: HttpRequest) -> HttpResponse:
    """The pictures older than `?before=` and the way to the next ones, as a fragment."""
    before, form = _cursor(request, "before"), gallery_form(request)
    page = gallery_page(filters_of(form), before=before)
    return render(request, "gallery/_more.html", _context(request, form, page))


@require_safe
@login_required
def gallery_news(request: HttpRequest) -> HttpResponse:
    """How many pictures came after frame `?after=`, as a fragment; empty when none did."""
    after, form = _cursor(request, "after"), gallery_form(request)
    count = count_newer(after or 0, filters_of(form))
    return render(request, "gallery/_news.html", {"count": count, "query": form.query})


def _cursor(request: HttpRequest, name: str) -> int | None:
    try:
        return cursor_from(request.GET.get(name, ""))
    except ValueError:
        raise Http404 from None


def _context(request: HttpRequest, form: GalleryForm, page: GalleryPage) -> dict[str, object]:
    return {
        "favourites": favourites_among(request.user, page.images),
        "form": form,
        "page": page,
        "query": form.query,
        "today": timezone.localdate(),
    }
