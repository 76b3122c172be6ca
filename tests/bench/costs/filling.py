"""A ledger of millions of lines over a year, fast: rows written past Django, the sums rebuilt."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from generations.models import (
    Attempt,
    Collection,
    CollectionItem,
    Generation,
    ImageModel,
    LedgerEntry,
    OutputImage,
    Project,
    SpendGroup,
)
from generations.services.pricing import share_cost
from generations.services.spend.past import sum_up_the_past
from generations.services.spend.rebuild import rebuild_sums
from tests.bench.costs.by_sql import fill_by_sql
from tests.bench.gallery.filling import PLACEHOLDER
from tests.bench.gallery.filling import _insert as insert
from tests.bench.gallery.filling import _unguarded as unguarded
from tests.bench.gallery.prompts import Prompts

PEOPLE, PROJECTS, COLLECTIONS, PER_COLLECTION = 50, 6, 200, 100
DAYS = 365
BATCH = 4000
LINES_EACH = 3
FAILURES = [("moderation", 4), ("output_moderation", 2), ("no_image", 1), ("provider_failed", 1)]
COSTS = [Decimal(cost) for cost in ("0.009", "0.0131", "0.0178", "0.026", "0.0534", "0.2113")]
Row = dict[str, Any]


def fill(lines: int, *, days: int = DAYS, people: int = PEOPLE, is_demo: bool = False) -> None:
    """About so many ledger lines, the last of them written a moment ago."""
    maker = _Maker(lines // LINES_EACH, days=days, people=people, is_demo=is_demo)
    if connection.vendor == "postgresql":
        fill_by_sql(maker.facts())
    else:
        with unguarded():
            for start in range(0, maker.attempts, BATCH):
                with transaction.atomic():
                    maker.write(range(start, min(start + BATCH, maker.attempts)))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        rebuild_sums()
    maker.put_into_collections()
    # As the hourly tidy does
    sum_up_the_past(now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class _Maker:
    """The people, what they work for and with, and what they made."""

    def __init__(self, attempts: int, *, days: int, people: int, is_demo: bool) -> None:
        self.attempts, self._is_demo = attempts, is_demo
        self._random, self._prompts = Random(7), Prompts()
        names = [f"person{number}" for number in range(people)]
        User.objects.bulk_create([User(username=it) for it in names], ignore_conflicts=True)
        self._people = list(User.objects.filter(username__in=names))
        self._models = list(ImageModel.objects.values_list("provider", "name"))[:6]
        self._projects = [
            Project.objects.create(name=f"Project {number}", created_by=self._people[0])
            for number in range(PROJECTS)
        ]
        self._groups: dict[Any, int] = {}
        self._start = timezone.now() - timedelta(days=days)
        self._step = timedelta(days=days) / attempts
        self._frames = count(OutputImage.objects.count() + 1)
        self._numbers = count(LedgerEntry.objects.count() + 1)

    def facts(self) -> dict[str, Any]:
        """The same for `by_sql`."""
        codes = [code for code, weight in FAILURES for _ in range(weight)]
        lists = {
            "people": [person.pk for person in self._people],
            "models": [f"{provider}/{model}" for provider, model in self._models],
            "projects": [project.pk for project in self._projects],
            "costs": COSTS,
            "codes": codes,
        }
        return lists | {
            "start": self._start,
            "step": self._step.total_seconds(),
            "count": self.attempts,
            "spread": len(self._people) / 6,
            "last": len(self._people) - 1,
            "model_count": len(self._models),
            "project_count": len(self._projects) + 1,
            "cost_count": len(COSTS),
            "code_count": len(codes),
        }

    def write(self, numbers: Iterable[int]) -> None:
        tables: dict[Any, list[Row]] = {
            it: [] for it in (Generation, Attempt, LedgerEntry, OutputImage)
        }
        for number in numbers:
            self._story(tables, self._start + number * self._step, number)
        for model, rows in tables.items():
            insert(model, rows)

    def put_into_collections(self) -> None:
        """The latest pictures, some of them in two."""
        frames = list(OutputImage.objects.order_by("-pk").values_list("pk", flat=True)[:200_000])
        person = self._people[0]
        made = Collection.objects.bulk_create(
            Collection(name=f"Collection {it}", created_by=person) for it in range(COLLECTIONS)
        )
        CollectionItem.objects.bulk_create(
            (
                CollectionItem(collection=it, image_id=frame, position=place, added_by=person)
                for it in made
                for place, frame in enumerate(
                    self._random.sample(frames, min(PER_COLLECTION, len(frames)))
                )
            ),
            batch_size=2000,
        )

    def _story(self, tables: dict[Any, list[Row]], moment: datetime, number: int) -> None:
        generation = self._generation(moment, number)
        cost = self._random.choices(COSTS, weights=[300, 300, 200, 150, 49, 1])[0]
        code = self._code()
        pictures = 0 if code else self._random.choice([1, 1, 2])
        attempt = self._attempt(generation, cost, code, pictures)
        tables[Generation].append(generation)
        tables[Attempt].append(attempt)
        tables[LedgerEntry] += self._lines(generation, attempt, cost)
        shares = share_cost(cost, pictures)
        for position, share in enumerate(shares):
            tables[OutputImage].append(self._image(generation, attempt, position, share))

    def _code(self) -> str:
        if self._random.random() > 0.05:
            return ""
        codes, weights = zip(*FAILURES, strict=True)
        return str(self._random.choices(codes, weights=weights)[0])

    def _generation(self, moment: datetime, number: int) -> Row:
        provider, model = self._random.choice(self._models)
        # People differ: the first ones make much more than the last
        place = min(int(self._random.expovariate(6 / len(self._people))), len(self._people) - 1)
        project = self._random.choice([None, *self._projects[: 1 + place % PROJECTS]])
        return {
            "id": uuid.uuid4(),
            "requested_by_id": self._people[place].pk,
            "submission_key": uuid.uuid4().hex,
            "status": Generation.Status.SUCCEEDED,
            "provider": provider,
            "model": model,
            "project_id": project and project.pk,
            "prompt": self._prompts.next(number, is_long_ago=False),
            "is_demo": self._is_demo,
            "created_at": moment,
            "finished_at": moment + timedelta(seconds=30),
        }

    def _attempt(self, generation: Row, cost: Decimal, code: str, pictures: int) -> Row:
        moment = generation["created_at"]
        return {
            "id": uuid.uuid4(),
            "generation_id": generation["id"],
            "slot": 0,
            "status": "failed" if code else "succeeded",
            "requested_by_id": generation["requested_by_id"],
            "provider": generation["provider"],
            "model": generation["model"],
            "spend_group_id": self._group(generation),
            "created_at": moment,
            "sent_at": moment,
            "finished_at": moment + timedelta(seconds=30),
            "charged": "yes",
            "code": code,
            "picture_count": pictures,
            "estimate": cost,
            "cost": cost,
        }

    def _group(self, generation: Row) -> int:
        names = ("requested_by_id", "provider", "model", "project_id", "is_demo")
        key = tuple(generation[name] for name in names)
        if key not in self._groups:
            values = dict(zip(("person_id", *names[1:]), key, strict=True))
            self._groups[key] = SpendGroup.objects.create(**values).pk
        return self._groups[key]

    def _lines(self, generation: Row, attempt: Row, cost: Decimal) -> Iterator[Row]:
        ended = attempt["finished_at"]
        for kind, amount, moment in [
            ("hold", cost, attempt["created_at"]),
            ("release", -cost, ended),
            ("charge", cost, ended),
        ]:
            yield {
                "id": next(self._numbers),
                "attempt_id": attempt["id"],
                "kind": kind,
                "amount": amount,
                "is_demo": generation["is_demo"],
                "spend_group_id": attempt["spend_group_id"],
                "created_at": moment,
            }

    def _image(self, generation: Row, attempt: Row, position: int, cost: Decimal | None) -> Row:
        frame = next(self._frames)
        sha256 = f"{frame:064x}"
        is_kept = self._random.random() > 0.15
        return {
            "id": frame,
            "uuid": uuid.uuid4(),
            "generation_id": generation["id"],
            "attempt_id": attempt["id"],
            "position": position,
            "file": f"originals/{sha256[:2]}/{sha256}.png",
            "thumbnail": f"thumbnails/{sha256[:2]}/{sha256}.webp",
            "placeholder": PLACEHOLDER,
            "sha256": sha256,
            "content_type": "image/png",
            "byte_size": 1_500_000,
            "width": 1024,
            "height": 1024,
            "cost": cost,
            "created_at": attempt["finished_at"],
            "is_in_gallery": is_kept,
            "trashed_at": None if is_kept else attempt["finished_at"],
            "requested_by_id": generation["requested_by_id"],
            "image_model": f"{generation['provider']}/{generation['model']}",
            "ratio": "square",
        }
