"""Very many pictures, fast: rows of a few shared files, written past Django."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from itertools import count
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Field, Model
from django.utils import timezone

from generations.models import (
    Attempt,
    Generation,
    ImageModel,
    OutputImage,
    Ratio,
    SearchText,
)
from generations.services.search_text import search_text
from tests.bench.gallery.prompts import Prompts

PEOPLE = 50
PICTURES_EACH = 4
YEARS = 3
SIZES = [(1024, 1024), (1536, 1024), (1024, 1536), (1792, 1024), (1024, 1792)]
COSTS = [Decimal(cost) for cost in ("0.009", "0.013", "0.018", "0.026", "0.053", "0.211")]
PLACEHOLDER = "data:image/webp;base64," + "UklGRmQAAABXRUJQVlA4IFgAAABwAwCdASoQABAA" * 4
BATCH = 5000
SQLITE_END = "INSERT INTO search_pieces (search_pieces) VALUES ('rebuild')"
POSTGRESQL_END = (
    "SELECT setval(pg_get_serial_sequence('generations_outputimage', 'id'), max(id))"
    " FROM generations_outputimage"
)

Row = dict[str, Any]


def fill(pictures: int) -> None:
    """Adds pictures, four to a generation, the last of them made a moment ago."""
    maker = _Maker(pictures // PICTURES_EACH)
    statements = import_module("generations.migrations.0011_search_index")
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor, _unguarded():
        for statement in statements.SQLITE_BACK if is_sqlite else statements.POSTGRESQL_BACK:
            cursor.execute(statement)
        for start in range(0, maker.generations, BATCH):
            with transaction.atomic():
                maker.write(range(start, min(start + BATCH, maker.generations)))
        for statement in statements.SQLITE if is_sqlite else statements.POSTGRESQL:
            cursor.execute(statement)
        cursor.execute(SQLITE_END if is_sqlite else POSTGRESQL_END)
        # PostgreSQL does it by itself, a minute after so many rows
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


class _Maker:
    """The people, and what they made with which model."""

    def __init__(self, generations: int) -> None:
        self.generations = generations
        self._random = Random(5)
        self._prompts = Prompts()
        names = [f"person{number}" for number in range(PEOPLE)]
        User.objects.bulk_create([User(username=it) for it in names], ignore_conflicts=True)
        self._people = list(User.objects.filter(username__in=names).values_list("pk", flat=True))
        self._models = list(ImageModel.objects.values_list("provider", "name"))[:6]
        self._start = timezone.now() - timedelta(days=365 * YEARS)
        self._step = timedelta(days=365 * YEARS) / generations
        self._frames = count(OutputImage.objects.count() + 1)

    def write(self, numbers: Iterable[int]) -> None:
        generations = [self._generation(number) for number in numbers]
        attempts = [self._attempt(it) for it in generations]
        pairs = zip(generations, attempts, strict=True)
        images = [image for pair in pairs for image in self._images(*pair)]
        texts = {it["id"]: search_text(it["prompt"]) for it in generations}
        _insert(Generation, generations)
        _insert(Attempt, attempts)
        _insert(OutputImage, images)
        _insert(
            SearchText,
            [{"image_id": it["id"], "text": texts[it["generation_id"]]} for it in images],
        )

    def _generation(self, number: int) -> Row:
        provider, model = self._random.choice(self._models)
        is_long_ago = number < self.generations // 3
        return {
            "id": uuid.uuid4(),
            "requested_by_id": self._random.choice(self._people),
            "submission_key": uuid.uuid4().hex,
            "status": Generation.Status.SUCCEEDED,
            "provider": provider,
            "model": model,
            "prompt": self._prompts.next(number, is_long_ago=is_long_ago),
            "created_at": self._start + number * self._step,
        }

    def _attempt(self, generation: Row) -> Row:
        return {
            "id": uuid.uuid4(),
            "generation_id": generation["id"],
            "slot": 0,
            "status": Attempt.Status.SUCCEEDED,
            "requested_by_id": generation["requested_by_id"],
            "provider": generation["provider"],
            "created_at": generation["created_at"],
            "charged": "yes",
        }

    def _images(self, generation: Row, attempt: Row) -> Iterator[Row]:
        width, height = self._random.choices(SIZES, weights=[40, 30, 20, 9, 1])[0]
        cost = self._random.choices(COSTS, weights=[300, 300, 200, 150, 49, 1])[0]
        for position in range(PICTURES_EACH):
            sha256 = f"{self._random.getrandbits(256):064x}"
            yield {
                "id": next(self._frames),
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
                "width": width,
                "height": height,
                "is_transparent": self._random.random() < 0.01,
                "cost": cost,
                "created_at": generation["created_at"],
                "is_in_gallery": True,
                "requested_by_id": generation["requested_by_id"],
                "image_model": f"{generation['provider']}/{generation['model']}",
                "ratio": Ratio.of(width, height).value,
            }


def _insert(model: type[Model], rows: Sequence[Row]) -> None:
    """With the model's own defaults where a row says nothing."""
    fields = [field for field in model._meta.concrete_fields if field.column]
    names = [connection.ops.quote_name(field.column) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    values = ([_value(field, row) for field in fields] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
            cursor.executemany(statement, values)
            return
        with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


def _value(field: Field, row: Row) -> Any:
    value = row[field.attname] if field.attname in row else field.get_default()
    return field.get_db_prep_save(value, connection)


@contextmanager
def _unguarded() -> Iterator[None]:
    """Without looking up every reference: they are right as they are made."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET maintenance_work_mem = '512MB'")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("RESET session_replication_role")
