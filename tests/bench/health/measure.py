"""The health of the models, read again and again over attempts of a year."""

import logging
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import median

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from generations.models import Attempt, Generation, ImageModel
from generations.selectors.model_health import health_rows, read_model_health
from tests.bench.figures import p95
from tests.bench.measure import database

BATCH = 4000
ATTEMPTS_EACH = 4
ENDS = ["succeeded", "failed", "unconfirmed", "canceled"]


def measure(*, attempts: int, days: int, times: int) -> None:
    logging.disable(logging.WARNING)
    with database():
        _fill(attempts, days)
        counted = sum(health.attempts for health in read_model_health().values())
        taken = [_milliseconds() for _ in range(times)]
        _say(f"{attempts:,} attempts over {days} days, {counted:,} in the period")
        _say(f"{connection.vendor}: middle {median(taken):.1f} ms, p95 {p95(taken):.1f} ms")
        _say(health_rows().explain())


def _milliseconds() -> float:
    start = time.perf_counter()
    read_model_health()
    return (time.perf_counter() - start) * 1000


def _fill(attempts: int, days: int) -> None:
    """Evenly over the days, past the services."""
    random, person = Random(7), User.objects.create(username="person")
    models = list(ImageModel.objects.all()[:6])
    step, start = timedelta(days=days) / attempts, timezone.now() - timedelta(days=days)
    for first in range(0, attempts, BATCH):
        generations = [
            _generation(person, random.choice(models), first + number)
            for number in range(BATCH // ATTEMPTS_EACH)
        ]
        Generation.objects.bulk_create(generations)
        Attempt.objects.bulk_create(_attempts(generations, random, start + first * step, step))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _generation(person: User, model: ImageModel, number: int) -> Generation:
    return Generation(
        requested_by=person,
        submission_key=f"{number}",
        status=Generation.Status.SUCCEEDED,
        provider=model.provider,
        model=model.name,
        prompt="A red kite",
    )


def _attempts(
    generations: Sequence[Generation], random: Random, start: datetime, step: timedelta
) -> Iterator[Attempt]:
    for number in range(len(generations) * ATTEMPTS_EACH):
        generation = generations[number // ATTEMPTS_EACH]
        end = random.choices(ENDS, weights=[90, 7, 1, 2])[0]
        sent_at = start + number * step
        yield Attempt(
            generation=generation,
            slot=number % ATTEMPTS_EACH,
            requested_by=generation.requested_by,
            provider=generation.provider,
            model=generation.model,
            status=end,
            sent_at=sent_at,
            finished_at=sent_at + timedelta(seconds=random.uniform(8, 90)),
            charged="unknown" if end == "unconfirmed" else "yes",
            picture_count=int(end == "succeeded"),
            estimate=Decimal("0.009"),
            cost=None if end == "unconfirmed" else Decimal("0.009"),
        )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
