"""Presets: saved from the composer; renamed, given to the team and deleted on their own page."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import editable_preset_for, member_required
from generations.forms.composer import FIELDS, ComposerForm
from generations.forms.presets import NewPresetForm, PresetNameForm
from generations.forms.projects import project_choices
from generations.models import Preset
from generations.selectors.presets import presets_of
from generations.selectors.studio import usable_models
from generations.services.presets import change_preset, create_preset, delete_preset


@member_required
@never_cache
@require_http_methods(["GET", "POST"])
def presets(request: HttpRequest) -> HttpResponse:
    """All presets; takes the composer with a name, and asks for the name where there is none."""
    if request.method == "GET":
        return _page(request)
    composer = ComposerForm(
        request.POST,
        image_models=usable_models(request.user),
        projects=project_choices(request.user),
    )
    data = request.POST if "name" in request.POST else None
    form = NewPresetForm(data, owner=request.user, composer=composer)
    if data is None:
        return render(request, "presets/new.html", _new(request, form))
    preset = _create(request, form) if form.is_valid() else None
    if request.htmx:  # type: ignore[attr-defined]
        return _saver(request, form, preset)
    if preset is None:
        return render(request, "presets/new.html", _new(request, form), status=422)
    return _to(f"{reverse('studio')}?preset={preset.id}")


@member_required
@never_cache
@require_POST
def preset(request: HttpRequest, preset_id: UUID) -> HttpResponse:
    """A new name, and whether the team may use it."""
    row = editable_preset_for(request.user, preset_id)
    form = PresetNameForm(request.POST, owner=row.owner, preset=row)
    if not (form.is_valid() and _change(row, form)):
        return _page(request, form, status=422)
    return _to(reverse("presets"))


@member_required
@require_POST
def deletion(request: HttpRequest, preset_id: UUID) -> HttpResponse:
    delete_preset(preset=editable_preset_for(request.user, preset_id))
    return _to(reverse("presets"))


def _create(request: HttpRequest, form: NewPresetForm) -> Preset | None:
    """None where the same name was saved by another press at this very moment."""
    try:
        with transaction.atomic():
            return create_preset(
                user=request.user,
                image_model=form.image_model,
                settings=form.settings,
                project=form.composer.project,
                **form.cleaned_data,
            )
    except IntegrityError:
        form.add_error("name", form.taken)
        return None


def _change(preset: Preset, form: PresetNameForm) -> bool:
    """False where the same name was taken by another press at this very moment."""
    try:
        with transaction.atomic():
            change_preset(preset=preset, **form.cleaned_data)
    except IntegrityError:
        form.add_error("name", form.taken)
        return False
    return True


def _saver(request: HttpRequest, form: NewPresetForm, preset: Preset | None) -> HttpResponse:
    """The menu with the new one in it, or the sentence at the name."""
    sent = None if preset else form
    context = {"preset_form": sent, "saved": preset, "presets": presets_of(request.user)}
    status = 200 if preset else 422
    return render(request, "presets/_menu_content.html", context, status=status)


def _new(request: HttpRequest, form: NewPresetForm) -> dict[str, Any]:
    typed = [(name, request.POST[name]) for name in FIELDS if name in request.POST]
    kept = [("kept_references", id_) for id_ in request.POST.getlist("kept_references")]
    return {"form": form, "typed": typed + kept}


def _page(
    request: HttpRequest, sent: PresetNameForm | None = None, status: int = 200
) -> HttpResponse:
    found = presets_of(request.user)
    forms = {row: _form_for(request.user, row, sent) for row in [*found.mine, *found.team]}
    context = {
        "mine": [(row, forms[row]) for row in found.mine],
        "team": [(row, forms[row]) for row in found.team],
    }
    return render(request, "presets/presets.html", context, status=status)


def _form_for(user: Any, row: Preset, sent: PresetNameForm | None) -> PresetNameForm | None:
    """The form of a preset that this person may change, as it was sent where it was."""
    if sent is not None and sent.preset == row:
        return sent
    return PresetNameForm(owner=row.owner, preset=row) if row.may_be_edited_by(user) else None


def _to(address: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(address, status=303)
