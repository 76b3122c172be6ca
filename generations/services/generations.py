"""Submit, retry and cancel generations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations.models import (
    Attempt,
    Generation,
    ImageModel,
    Project,
    ReferenceImage,
    ReferenceUse,
)
from generations.services import ledger, live, pricing, queue
from generations.services.attempts.settle import cancel_queued_attempt
from generations.services.attempts.standing import standing
from generations.services.budgets import warnings
from generations.services.budgets.asking import OverBudget, ask_budgets
from generations.services.generation_settings import GenerationSettings, settings_of
from generations.services.projects import must_name_project
from generations.services.spend.groups import group_for

__all__ = [
    "GenerationSettings",
    "OverBudget",
    "ReferencesGone",
    "cancel_generation",
    "retry_generation",
    "submit_generation",
]


class ProjectClosed(Exception):
    """Nothing new is submitted for this project; the argument is its name."""


class ProjectMissing(Exception):
    """Nothing new is submitted without a project any more."""


class ReferencesGone(Exception):
    """References were removed as unused in this very moment; `ids` are theirs."""

    def __init__(self, ids: set[UUID]) -> None:
        super().__init__(ids)
        self.ids = ids


log = structlog.get_logger(__name__)


def submit_generation(  # noqa: PLR0913  (all that a submission is)
    *,
    user: Any,
    submission_key: str,
    image_model: ImageModel,
    prompt: str,
    settings: GenerationSettings,
    references: Sequence[ReferenceImage] = (),
    mask: ReferenceImage | None = None,
    parent: Generation | None = None,
    project: Project | None = None,
    let_pass_by: Any = None,
) -> Generation:
    """Accepts a prompt: saves it, holds its price and rings for a worker, in one transaction.

    The same submission key of the same person returns the first's generation, however often
    and however simultaneously it comes. Raises OverBudget where a budget has no room for it,
    unless `let_pass_by` (staff) or a pass of the person lets it through, and ReferencesGone.
    """
    mine = Generation.objects.filter(requested_by=user, submission_key=submission_key)
    if (earlier := mine.first()) is not None:
        return earlier
    generation = Generation(
        requested_by=user,
        submission_key=submission_key,
        provider=image_model.provider,
        model=image_model.name,
        prompt=prompt,
        parent=parent,
        project=project,
        is_demo=_is_demo(image_model),
        **settings.as_fields(),
    )
    try:
        _save(generation, image_model, references, mask, let_pass_by)
    except IntegrityError:
        return mine.get()
    except OverBudget as over:
        _note_refusal(over, user.pk)
        log.info("submission_refused", budget=str(over.standing.budget.pk))
        raise
    log.info("generation_submitted", generation_id=str(generation.id), count=settings.count)
    return generation


def retry_generation(
    *, generation: Generation, by: Any = None, let_pass_by: Any = None
) -> list[Attempt]:
    """A new attempt, the next number, for each slot that delivered nothing (perhaps none).

    `by` is who asks; None is the person whose generation it is. Raises OverBudget as a submission
    does, ProjectClosed where its project is closed, ProjectMissing where it has none and needs one.
    """
    try:
        return _retry(generation, by, let_pass_by)
    except OverBudget as over:
        _note_refusal(over, generation.requested_by_id)
        raise


@transaction.atomic
def _retry(generation: Generation, by: Any, let_pass_by: Any) -> list[Attempt]:
    generation = Generation.objects.select_for_update().get(id=generation.id)
    if not generation.is_finished:
        return []
    retries = [_next_attempt(attempt) for attempt in _standing_without_picture(generation)]
    if retries:
        _ask_project(generation)
        calls = [attempt.estimate for attempt in retries]
        ask_budgets(generation, calls, by=by, let_pass_by=let_pass_by)
        generation.status = Generation.Status.QUEUED
        generation.cancel_requested_at = generation.finished_at = None
        generation.save(update_fields=["status", "cancel_requested_at", "finished_at"])
        _start(generation, retries)
    return retries


def _ask_project(generation: Generation) -> None:
    """What held when it was submitted need not hold any more."""
    if generation.project is not None and not generation.project.is_active:
        raise ProjectClosed(generation.project.name)
    if generation.project is None and must_name_project():
        raise ProjectMissing


def _note_refusal(over: OverBudget, person_id: int) -> None:
    """Outside the transaction that was taken back; asking for too much uses no budget up."""
    if over.is_used_up:
        warnings.note_stop(over.standing, caused_by_id=person_id)


def cancel_generation(*, generation: Generation) -> None:
    """Stops a generation: what is queued ends at once and free, what runs is asked to stop."""
    with transaction.atomic():
        current = Generation.objects.select_for_update().get(id=generation.id)
        if current.is_finished:
            return
        current.cancel_requested_at = current.cancel_requested_at or timezone.now()
        current.save(update_fields=["cancel_requested_at"])
        for attempt in current.attempts.filter(status=Attempt.Status.QUEUED):
            cancel_queued_attempt(attempt)
        live.ask_to_cancel(generation_id=current.id)
        live.publish_state(user_id=current.requested_by_id, generation_id=current.id)
    log.info("cancel_requested", generation_id=str(generation.id))


@transaction.atomic
def _save(
    generation: Generation,
    image_model: ImageModel,
    references: Sequence[ReferenceImage],
    mask: ReferenceImage | None,
    let_pass_by: Any,
) -> None:
    generation.save(force_insert=True)
    _use(generation, references, mask)
    estimate = pricing.estimate_call(
        image_model=image_model,
        settings=settings_of(generation),
        reference_count=len(references),
        prompt_tokens=pricing.text_tokens(generation.prompt),
    )
    ask_budgets(generation, [estimate] * generation.count, let_pass_by=let_pass_by)
    _start(
        generation,
        [
            Attempt(
                generation=generation,
                slot=slot,
                requested_by_id=generation.requested_by_id,
                provider=generation.provider,
                model=generation.model,
                estimate=estimate,
            )
            for slot in range(generation.count)
        ],
    )


def _use(
    generation: Generation, references: Sequence[ReferenceImage], mask: ReferenceImage | None
) -> None:
    """Locks them first, so that none is removed as unused before this is seen."""
    uses = [
        ReferenceUse(generation=generation, reference=reference, position=position)
        for position, reference in enumerate(references)
    ]
    if mask is not None:
        uses.append(ReferenceUse(generation=generation, reference=mask, position=0, is_mask=True))
    if wanted := {use.reference_id for use in uses}:
        rows = ReferenceImage.objects.filter(pk__in=wanted).order_by("pk")
        there = rows.select_for_update(no_key=True).values_list("pk", flat=True)
        if gone := wanted - set(there):
            raise ReferencesGone(gone)
    ReferenceUse.objects.bulk_create(uses)


def _start(generation: Generation, attempts: list[Attempt]) -> None:
    """Saves attempts with their holds, and rings once for each."""
    group = group_for(generation)
    for attempt in attempts:
        attempt.spend_group_id = group
        attempt.save(force_insert=True)
        ledger.hold(attempt)
    queue.ring(len(attempts))
    live.publish_state(user_id=generation.requested_by_id, generation_id=generation.id)


def _standing_without_picture(generation: Generation) -> list[Attempt]:
    attempts = standing(generation.attempts.order_by("slot", "number")).values()
    return [attempt for attempt in attempts if attempt.status != Attempt.Status.SUCCEEDED]


def _next_attempt(attempt: Attempt) -> Attempt:
    """The same slot once more, at the price that is valid now."""
    generation = attempt.generation
    image_model = ImageModel.objects.get(provider=generation.provider, name=generation.model)
    return Attempt(
        generation=generation,
        slot=attempt.slot,
        number=attempt.number + 1,
        requested_by_id=attempt.requested_by_id,
        provider=attempt.provider,
        model=attempt.model,
        estimate=pricing.estimate_once_more(generation=generation, image_model=image_model),
    )


def _is_demo(image_model: ImageModel) -> bool:
    endpoint = django_settings.PROVIDERS.get(image_model.provider)
    return endpoint is not None and endpoint.is_demo
