"""Pictures side by side."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from generations.access import member_required
from generations.forms.pictures import PicturesForm
from generations.selectors.comparison import FEWEST, MOST, comparison_of
from generations.selectors.images import visible_images
from generations.views.selections import not_chosen


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """Takes `images`, two to four public ids; a form that chose them is led to their address."""
    form = PicturesForm(request.POST if request.method == "POST" else request.GET)
    if form.is_valid() and not FEWEST <= len(form.cleaned_data["images"]) <= MOST:
        form.add_error(None, _("Two to four pictures are compared: select so many."))
    if not form.is_valid():
        return not_chosen(request, form)
    chosen = form.cleaned_data["images"]
    if request.method == "POST":
        return _to(chosen)
    images = visible_images(request.user).filter(uuid__in=chosen)
    comparison = comparison_of(images)
    if len(comparison.pictures) < len(chosen):
        raise Http404
    return render(request, "images/compare.html", {"comparison": comparison})


def _to(chosen: set[UUID]) -> HttpResponse:
    query = urlencode({"images": ",".join(sorted(str(it) for it in chosen))})
    return HttpResponseRedirect(f"{reverse('compare')}?{query}", status=303)
