"""How the composer starts: from an earlier generation, a preset, an address, or the draft."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest

from generations.access import generation_for, preset_for, reference_for
from generations.forms.composer import ComposerForm, initial_from
from generations.forms.projects import project_choices
from generations.models import Draft, Preset
from generations.selectors import studio as selectors
from generations.selectors.family import image_named
from generations.views.composer import MOST_REFERENCES, kept_pictures


def fresh_composer(request: HttpRequest) -> ComposerForm:
    """What the address names goes before the draft; without both, the model used last."""
    for name, start in STARTS.items():
        if name in request.GET:
            return start(request)
    return _from_rest(request)


def _from_rest(request: HttpRequest) -> ComposerForm:
    draft = Draft.objects.filter(person=request.user.pk).first()
    if draft is not None:
        return _from_draft(request, draft)
    return _composer(request, {"model": selectors.last_model_of(request.user)})


def _from_generation(request: HttpRequest) -> ComposerForm:
    generation = generation_for(request.user, request.GET["from"])
    uses = list(generation.reference_uses.select_related("reference"))
    form = _composer(
        request,
        initial_from(generation),
        references=[use.reference for use in uses if not use.is_mask],
        masks={use.reference.mask_of_id: use.reference for use in uses if use.is_mask},
    )
    form.check_start()
    return form


def _from_preset(request: HttpRequest) -> ComposerForm:
    """Its settings, and its prompt where it has one, beside the references that are there."""
    preset = preset_for(request.user, request.GET["preset"])
    there = _from_rest(request)
    form = _composer(
        request,
        preset.settings | _beside_settings(preset, there),
        references=there.references,
        masks=there.masks,
    )
    form.check_start()
    return form


def _beside_settings(preset: Preset, there: ComposerForm) -> dict[str, str]:
    """The prompt and the project stay as they are where the preset has none."""
    return {
        "model": preset.image_model,
        "prompt": preset.prompt or there.raw.get("prompt", ""),
        "project": str(preset.project_id or there.chosen_project),
    }


def _from_address(request: HttpRequest) -> ComposerForm:
    initial = {
        "prompt": request.GET.get("prompt", "").replace("\0", ""),
        "model": request.GET.get("model") or selectors.last_model_of(request.user),
    }
    return _composer(request, initial)


def _from_pictures(request: HttpRequest) -> ComposerForm:
    """Named references beside what is there; with `vary`, the prompt and settings of a picture.

    Those stand on the picture's page, so that whoever may see it may take them.
    """
    names = dict.fromkeys(request.GET.getlist("reference")[:MOST_REFERENCES])
    named = [reference_for(request.user, name) for name in names]
    if "vary" not in request.GET:
        form = _from_rest(request)
        form.add_references(named)
        return form
    varied = image_named(request.user, request.GET["vary"])
    if varied is None:
        raise Http404
    # The picture as a reference says where the new ones come from
    initial = initial_from(varied.generation) | {"parent": ""}
    return _composer(request, initial, references=named)


def _from_draft(request: HttpRequest, draft: Draft) -> ComposerForm:
    kept = kept_pictures(request.user, draft.references, draft.masks)
    form = _composer(request, draft.fields, references=kept.references, masks=kept.masks)
    for name, sentence in kept.faults:
        form.add_fault(name, sentence)
    form.check_start()
    return form


def _composer(request: HttpRequest, initial: dict[str, Any], **pictures: Any) -> ComposerForm:
    return ComposerForm(
        image_models=selectors.usable_models(request.user),
        initial=initial,
        projects=project_choices(request.user),
        **pictures,
    )


STARTS: dict[str, Callable[[HttpRequest], ComposerForm]] = {
    "from": _from_generation,
    "preset": _from_preset,
    "reference": _from_pictures,
    "vary": _from_pictures,
    "prompt": _from_address,
    "model": _from_address,
}
