"""Generations: submit, look, cancel, try again."""

from typing import Any, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from generations.access import generation_for, member_required
from generations.forms.budgets import refusal_words
from generations.forms.composer import ComposerForm
from generations.forms.projects import GenerationProjectForm
from generations.models import Attempt, Generation, ImageModel, OutputImage
from generations.selectors.asked import asked_and_got
from generations.selectors.attempt_costs import attempt_cost
from generations.selectors.cards import Card
from generations.selectors.family import parent_named
from generations.selectors.progress import card_for
from generations.selectors.receipts import Receipt, receipt_for
from generations.selectors.studio import under_way
from generations.services.drafts import discard_draft
from generations.services.generations import (
    OverBudget,
    ProjectClosed,
    ProjectMissing,
    ReferencesGone,
    cancel_generation,
    retry_generation,
    submit_generation,
)
from generations.services.projects import change_project_of
from generations.views.bodies import readable_body
from generations.views.composer import composer_of
from generations.views.files import POLICY
from generations.views.scripts import is_script
from generations.views.studio import ask_again, unreadable


@member_required
@never_cache
@require_http_methods(["GET", "POST"])
@readable_body(unreadable)
def generations(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return redirect("studio")
    earlier = _submitted_before(request)
    if earlier is not None:
        return _accepted(request, earlier)
    form = composer_of(request)
    if not form.is_valid():
        return ask_again(request, form)
    try:
        generation = _submit(request, form)
    except OverBudget as over:
        form.add_fault("budget", refusal_words(over, reader=request.user))
        return ask_again(request, form)
    except ReferencesGone as gone:
        form.lose_references(gone.ids)
        return ask_again(request, form)
    if not is_script(request):
        discard_draft(user=request.user)
    return _accepted(request, generation)


@member_required
@never_cache
@require_GET
def generation(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    row = generation_for(request.user, generation_id)
    return render(request, "generations/generation.html", _story(row))


@member_required
@never_cache
@require_GET
def story(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    """What the page says below the card, as a fragment."""
    row = generation_for(request.user, generation_id)
    return render(request, "generations/_story.html", _story(row))


@member_required
@never_cache
@require_GET
def card(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    row = generation_for(request.user, generation_id)
    return render(request, "generations/_card.html", {"card": card_for(row)})


@member_required
@never_cache
@require_GET
def status(request: HttpRequest, generation_id: UUID) -> JsonResponse:
    row = generation_for(request.user, generation_id)
    return JsonResponse(_status(card_for(row), receipt_for(row)))


@member_required
@require_POST
def cancellation(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    row = generation_for(request.user, generation_id)
    cancel_generation(generation=row)
    return _changed(request, row)


@member_required
@require_POST
def retries(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    row = generation_for(request.user, generation_id)
    if not card_for(row).may_retry:
        return _changed(request, row)
    try:
        retry_generation(generation=row, by=request.user, let_pass_by=_let_pass_by(request))
    except OverBudget as over:
        sentence = refusal_words(over, reader=request.user)
        return _refused(request, row, "budget", sentence, may_pass=True)
    except ProjectClosed as closed:
        sentence = _("The project %(name)s is closed. Use “Edit and retry” and choose another.")
        return _refused(request, row, "project", sentence % {"name": closed})
    except ProjectMissing:
        sentence = _("Every generation needs a project now. Use “Edit and retry” and choose one.")
        return _refused(request, row, "project", sentence)
    return _changed(request, row)


@member_required
@require_POST
def project(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    """The project of what the generation costs from now on."""
    row = generation_for(request.user, generation_id)
    form = GenerationProjectForm(request.POST, generation=row)
    if not form.is_valid():
        context = _story(row) | {"project_form": form}
        return render(request, "generations/generation.html", context, status=422)
    change_project_of(generation=row, project=form.cleaned_data["project"], by=request.user)
    return _see_other(row)


@member_required
@never_cache
@require_GET
def partial(request: HttpRequest, generation_id: UUID, slot: int) -> HttpResponse:
    """The picture of a slot as far as it is painted."""
    row = generation_for(request.user, generation_id)
    attempt = row.attempts.filter(slot=slot).order_by("-number").first()
    if attempt is None or not attempt.partial_file:
        raise Http404
    try:
        with default_storage.open(attempt.partial_file) as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(
        content, content_type="image/png", headers={"Content-Security-Policy": POLICY}
    )


def _story(row: Generation) -> dict[str, Any]:
    # The card first: one that is not final yet asks again, one that is finds the receipt final
    card = card_for(row)
    receipt = receipt_for(row)
    attempts = [part.attempt for part in receipt.parts]
    return {
        "card": card,
        "receipt": receipt,
        "asked_and_got": asked_and_got(row, attempts),
        "project_form": GenerationProjectForm(generation=row),
    }


def _submitted_before(request: HttpRequest) -> Generation | None:
    """What the same press of the button has submitted already: asked before all else."""
    key = request.POST.get("submission_key", "")
    if not key or "\0" in key:
        return None
    return Generation.objects.filter(requested_by_id=request.user.pk, submission_key=key).first()


def _submit(request: HttpRequest, form: ComposerForm) -> Generation:
    return submit_generation(
        user=request.user,
        submission_key=form.cleaned_data["submission_key"],
        image_model=cast(ImageModel, form.image_model),
        prompt=form.cleaned_data["prompt"],
        settings=form.settings,
        references=form.references,
        mask=form.mask,
        parent=parent_named(request.user, request.POST.get("parent", "")),
        project=form.project,
        let_pass_by=_let_pass_by(request),
    )


def _let_pass_by(request: HttpRequest) -> Any:
    """Staff may go beyond a budget, and say so with a button of their own."""
    is_asked = request.POST.get("let_pass") == "yes"
    return request.user if is_asked and request.user.is_staff else None


def _accepted(request: HttpRequest, row: Generation) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return _see_other(row)
    context = {
        "card": card_for(row),
        "under_way": under_way(request.user),
        "fresh_key": ComposerForm(image_models=()).fresh_key,
    }
    return render(request, "studio/_accepted.html", context)


def _changed(request: HttpRequest, row: Generation) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return _see_other(row)
    return render(request, "generations/_card.html", {"card": card_for(row)})


def _refused(
    request: HttpRequest, row: Generation, field: str, sentence: str, *, may_pass: bool = False
) -> HttpResponse:
    """The card, or the page, with what was in the way of another try; scripts get the sentence."""
    if is_script(request):
        return JsonResponse({"errors": {field: [sentence]}}, status=422)
    said = {"refusal": sentence, "may_pass": may_pass}
    if request.htmx:  # type: ignore[attr-defined]
        context = {"card": card_for(row)} | said
        return render(request, "generations/_card.html", context, status=422)
    return render(request, "generations/generation.html", _story(row) | said, status=422)


def _see_other(row: Generation) -> HttpResponse:
    response = redirect("generation", row.id)
    response.status_code = 303
    return response


def _status(card: Card, receipt: Receipt) -> dict[str, Any]:
    return {
        "id": str(card.generation.id),
        "status": card.generation.status,
        "percent": card.percent,
        "place": card.place,
        "images": [_image(image) for image in card.images],
        "attempts": [_attempt(attempt) for attempt in card.attempts],
        "total_cost": _amount(card.cost),
        "held": _amount(receipt.held),
        "is_demo": card.generation.is_demo,
    }


def _image(image: OutputImage) -> dict[str, Any]:
    return {
        "id": str(image.uuid),
        "file_url": reverse("image-file", args=[image.uuid]),
        "sha256": image.sha256,
        "width": image.width,
        "height": image.height,
        "cost": _amount(image.cost),
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "slot": attempt.slot,
        "number": attempt.number,
        "status": attempt.status,
        "code": attempt.code,
        "charged": attempt.charged or None,
        "cost": _amount(attempt_cost(attempt)),
    }


def _amount(amount: Any) -> str | None:
    return None if amount is None else f"{amount:.6f}"
