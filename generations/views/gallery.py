"""The gallery, its further pages, and word of new pictures."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from generations.selectors.gallery import GalleryPage, count_newer, cursor_from, gallery_page


@require_safe
@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """The page; `?before=` and `?after=` lead to older and newer pictures."""
    page = gallery_page(before=_cursor(request, "before"), after=_cursor(request, "after"))
    if not page.days and request.GET:
        return redirect("gallery")
    return render(request, "gallery/gallery.html", _context(page))


@require_safe
@login_required
def gallery_more(request: HttpRequest) -> HttpResponse:
    """The pictures older than `?before=` and the way to the next ones, as a fragment."""
    before = _cursor(request, "before")
    return render(request, "gallery/_more.html", _context(gallery_page(before=before)))


@require_safe
@login_required
def gallery_news(request: HttpRequest) -> HttpResponse:
    """How many pictures came after frame `?after=`, as a fragment; empty when none did."""
    count = count_newer(_cursor(request, "after") or 0)
    return render(request, "gallery/_news.html", {"count": count})


def _cursor(request: HttpRequest, name: str) -> int | None:
    try:
        return cursor_from(request.GET.get(name, ""))
    except ValueError:
        raise Http404 from None


def _context(page: GalleryPage) -> dict[str, object]:
    return {"page": page, "today": timezone.localdate()}
