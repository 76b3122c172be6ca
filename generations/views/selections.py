"""What forms with several chosen pictures have in common."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from generations.forms.pictures import PicturesForm
from generations.models import OutputImage


def chosen_among(images: QuerySet[OutputImage], form: PicturesForm) -> QuerySet[OutputImage]:
    """Those of the chosen pictures that are among these; Http404 where none is."""
    chosen = images.filter(uuid__in=form.cleaned_data["images"])
    if not chosen.exists():
        raise Http404
    return chosen


def ids_of(images: Sequence[OutputImage]) -> str:
    """Public ids as the field `images` takes them."""
    return " ".join(str(image.uuid) for image in images)


def not_chosen(request: HttpRequest, form: PicturesForm) -> HttpResponse:
    """What has to change, and the way back; a script gets the sentence alone."""
    if request.htmx:  # type: ignore[attr-defined]
        return JsonResponse({"said": " ".join(form.sentences())}, status=422)
    context = {"sentences": form.sentences()}
    return render(request, "errors/not_chosen.html", context, status=422)
