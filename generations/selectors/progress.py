"""How far generations are: one card for a page, a fragment, a snapshot and a script."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from generations.models import (
    Attempt,
    Delivery,
    Generation,
    ImageModel,
    OutputImage,
    ReferenceUse,
    Worker,
)
from generations.selectors.cards import Card
from generations.selectors.line import places_in_line
from generations.selectors.permitted_models import not_permitted_among
from generations.selectors.slots import Slot
from generations.services.attempts.standing import standing
from generations.services.price_list import price_lists
from generations.services.pricing import estimate_once_more

Status = Attempt.Status
WORKER_HEARD_WITHIN = timedelta(seconds=60)


def cards(generations: QuerySet[Generation]) -> list[Card]:
    """The cards of some generations, in their order, in a number of queries that does not grow."""
    rows = list(generations.prefetch_related(*_parts()))
    models = _models_of(rows)
    prices = _prices_of_retries(rows, models)
    forbidden = not_permitted_among(rows)
    late = _late_deliveries(_attempts_at(rows, Status.COLLECTING))
    waiting = _attempts_at(rows, Status.QUEUED)
    places = places_in_line() if waiting else {}
    is_heard = worker_is_heard() if waiting else True
    return [
        Card(
            generation=row,
            slots=_slots(row, places, late),
            attempts=list(row.attempts.all()),
            image_model=models.get((row.provider, row.model)),
            is_worker_heard=is_heard,
            call_price=prices.get(row.id),
            is_model_permitted=row.id not in forbidden,
        )
        for row in rows
    ]


def card_for(generation: Generation) -> Card:
    return cards(Generation.objects.filter(id=generation.id).select_related("requested_by"))[0]


def worker_is_heard() -> bool:
    since = timezone.now() - WORKER_HEARD_WITHIN
    return Worker.objects.filter(heard_at__gte=since, stopped_at=None).exists()


def _parts() -> list[Any]:
    return [
        Prefetch("attempts", Attempt.objects.order_by("slot", "number")),
        Prefetch("images", OutputImage.objects.order_by("pk")),
        Prefetch("reference_uses", ReferenceUse.objects.select_related("reference")),
    ]


def _models_of(rows: Sequence[Generation]) -> dict[tuple[str, str], ImageModel]:
    names = {row.model for row in rows}
    found = ImageModel.objects.filter(name__in=names) if names else []
    return {(model.provider, model.name): model for model in found}


def _prices_of_retries(
    rows: Sequence[Generation], models: dict[tuple[str, str], ImageModel]
) -> dict[UUID, Decimal | None]:
    """What one more call costs now, of each generation that ended with a slot without a picture."""
    pairs = [(row, models.get((row.provider, row.model))) for row in rows if _may_lack(row)]
    retried = {row: model for row, model in pairs if model}
    lists = price_lists(image_models=set(retried.values()), at=timezone.now()) if retried else {}
    return {
        row.id: estimate_once_more(generation=row, image_model=model, prices=lists[str(model)])
        for row, model in retried.items()
    }


def _may_lack(row: Generation) -> bool:
    attempts = standing(row.attempts.all()).values()
    return row.is_finished and any(it.status != Status.SUCCEEDED for it in attempts)


def _attempts_at(rows: Sequence[Generation], status: str) -> list[Attempt]:
    return [a for row in rows for a in row.attempts.all() if a.status == status]


def _late_deliveries(attempts: Sequence[Attempt]) -> dict[Any, Delivery]:
    """What could not be downloaded yet, by attempt: the one that is tried again next."""
    if not attempts:
        return {}
    failed = Delivery.objects.filter(
        attempt__in=attempts, status=Delivery.Status.PENDING, tries__gt=0, file=""
    )
    return {delivery.attempt_id: delivery for delivery in failed.order_by("-not_before")}


def _slots(generation: Generation, places: dict[Any, int], late: dict[Any, Delivery]) -> list[Slot]:
    images: dict[Any, list[OutputImage]] = defaultdict(list)
    for image in generation.images.all():
        images[image.attempt_id].append(image)
    attempts = generation.attempts.all()
    shape = _shape(generation)
    return [
        Slot(
            attempt,
            images[attempt.id],
            shape,
            place=places.get(attempt.id),
            late=late.get(attempt.id),
            earlier=[
                image
                for it in attempts
                if it.slot == attempt.slot and it != attempt and it.status == Status.SUCCEEDED
                for image in images[it.id]
            ],
        )
        for attempt in standing(attempts).values()
    ]


def _shape(generation: Generation) -> str | OutputImage:
    """The size that was asked for; where the provider decides, a picture that is already here."""
    if "x" in generation.size:
        return generation.size
    return next(iter(generation.images.all()), generation.size)
