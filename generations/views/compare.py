"""Pictures side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from generations.access import member_required
from generations.forms.pictures import PicturesForm
from generations.selectors.comparison import FEWEST, MOST, comparison_of
from generations.selectors.images import visible_images
from generations.views.selections import not_chosen


@member_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Takes `images`, two to four public ids."""
    form = PicturesForm(request.GET)
    if form.is_valid() and not FEWEST <= len(form.cleaned_data["images"]) <= MOST:
        form.add_error(None, _("Two to four pictures are compared: select so many."))
    if not form.is_valid():
        return not_chosen(request, form)
    chosen = form.cleaned_data["images"]
    images = visible_images(request.user).filter(uuid__in=chosen)
    comparison = comparison_of(images)
    if len(comparison.pictures) < len(chosen):
        raise Http404
    return render(request, "images/compare.html", {"comparison": comparison})
