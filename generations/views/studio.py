"""The studio: the composer, and my running and latest generations."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import reswap, retarget

from generations.access import generation_for, member_required
from generations.forms.composer import ComposerForm, as_uuid
from generations.forms.projects import project_choices
from generations.forms.uploads import upload_limits
from generations.selectors import studio as selectors
from generations.selectors.presets import presets_of
from generations.views.bodies import readable_body
from generations.views.composer import composer_of
from generations.views.composer_starts import fresh_composer
from generations.views.scripts import is_script


@member_required
@never_cache
@require_GET
def studio(request: HttpRequest) -> HttpResponse:
    return studio_page(request, fresh_composer(request))


@member_required
@never_cache
@require_GET
def estimate(request: HttpRequest) -> HttpResponse:
    """What the chosen settings will cost, and each model's price with them."""
    form = ComposerForm(
        request.GET,
        image_models=selectors.usable_models(request.user),
        projects=project_choices(request.user),
    )
    form.reference_count = len(set(request.GET.getlist("kept_references")))
    return render(request, "studio/_estimate.html", {"form": form, "is_update": True})


@member_required
@never_cache
@require_GET
def under_way(request: HttpRequest) -> HttpResponse:
    """How many generations run, and what is held for them."""
    context = {"under_way": selectors.under_way(request.user)}
    return render(request, "studio/_under_way_words.html", context)


@member_required
@never_cache
@require_GET
def finished(request: HttpRequest) -> JsonResponse:
    """What a hidden tab asks: which of these generations of mine have ended, and how, in words."""
    ids = [row_id for name in request.GET.getlist("generation") if (row_id := as_uuid(name))]
    said = [
        {
            "generation": str(card.generation.id),
            "said": render_to_string("generations/_said.html", {"card": card}).strip(),
        }
        for card in selectors.finished_among(request.user, ids)
    ]
    return JsonResponse({"finished": said})


def unreadable(request: HttpRequest, sentence: str) -> HttpResponse:
    """The composer with a sentence, for a body of which nothing could be read."""
    form = fresh_composer(request)
    form.add_fault("references", sentence)
    return ask_again(request, form)


@member_required
@never_cache
@require_http_methods(["GET", "POST"])
@readable_body(unreadable)
def composer(request: HttpRequest) -> HttpResponse:
    """The settings of the model that was chosen, with everything that was typed."""
    if request.method == "GET":
        return redirect("studio")
    form = composer_of(request)
    form.is_asked = False
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "studio/_settings.html", {"form": form, "is_update": True})
    return studio_page(request, form)


def ask_again(request: HttpRequest, form: ComposerForm) -> HttpResponse:
    """The composer with a sentence at each field that has to change; scripts get the sentences."""
    if is_script(request):
        return JsonResponse({"errors": form.errors}, status=422)
    if not request.htmx:  # type: ignore[attr-defined]
        return studio_page(request, form, status=422)
    response = render(request, "studio/_composer.html", _composer_context(form), status=422)
    return reswap(retarget(response, "#composer"), "outerHTML")


def studio_page(request: HttpRequest, form: ComposerForm, *, status: int = 200) -> HttpResponse:
    context = _composer_context(form) | {
        "feed": selectors.latest_of(request.user, before=_before(request)),
        "is_earlier": "before" in request.GET,
        "under_way": selectors.under_way(request.user),
        "presets": presets_of(request.user),
    }
    return render(request, "studio/studio.html", context, status=status)


def _composer_context(form: ComposerForm) -> dict[str, Any]:
    return {
        "form": form,
        "upload_limits": upload_limits(),
        "upload_bytes": settings.UPLOAD_MAX_BYTES,
    }


def _before(request: HttpRequest) -> Any:
    """The moment before which older generations are shown: that of one of mine."""
    if not request.GET.get("before"):
        return None
    generation = generation_for(request.user, request.GET["before"])
    if generation.requested_by_id != request.user.id:
        raise Http404
    return generation.created_at
