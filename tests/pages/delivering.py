"""Pictures in the gallery, made without a provider: rows as settled, files really stored."""

import hashlib
import io
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from generations.models import Attempt, Delivery, OutputImage, SearchText
from generations.services.attempts.settle import settle_attempt
from generations.services.thumbnails import small_thumbnail_of
from tests import factories

COST = Decimal("0.018")


@lru_cache(maxsize=64)
def png(size: tuple[int, int] = (48, 32), colour: str = "tomato") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


@transaction.atomic
def deliver(user: Any, prompt: str = "A red kite", *, pictures: int = 1, **more: Any) -> Attempt:
    """A settled call with this many pictures; `content` (bytes), settings as for `submit`.

    In one step, so that a worker that hears the doorbell finds nothing left to do.
    """
    content = more.pop("content", None) or png()
    values = more.pop("values", {})
    generation = factories.submit(user, prompt, **more)
    attempt = factories.only_attempt(generation)
    factories.put_at(attempt, Attempt.Status.COLLECTING, percent=100)
    for position in range(pictures):
        factories.deliver(attempt, position, status=Delivery.Status.STORED)
        store(attempt, position, content, **values)
    settle_attempt(attempt)
    return attempt


def picture(user: Any, prompt: str = "A red kite", **more: Any) -> OutputImage:
    """One picture in the gallery."""
    return deliver(user, prompt, **more).images.get()


def store(attempt: Attempt, position: int, content: bytes, **values: Any) -> OutputImage:
    sha256 = hashlib.sha256(content).hexdigest()
    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
    thumbnail = _kept(f"thumbnails/{sha256[:2]}/{sha256}.webp", _small(content, 8))
    _kept(small_thumbnail_of(thumbnail), _small(content, 4))
    facts = {
        "file": _kept(f"originals/{sha256[:2]}/{sha256}.png", content),
        "thumbnail": thumbnail,
        "sha256": sha256,
        "byte_size": len(content),
        "width": width,
        "height": height,
    }
    return factories.store_image(attempt, position, **(facts | values))


def many(user: Any, count: int, **more: Any) -> list[OutputImage]:
    """Many pictures at little cost: the row of one settled picture, again and again."""
    first = picture(user, "A red kite", **more)
    attempt = first.attempt
    copies = [_copy_of(first, position) for position in range(1, count)]
    OutputImage.objects.bulk_create(copies)
    text = first.search_text.text
    SearchText.objects.bulk_create(SearchText(image=copy, text=text) for copy in copies)
    return list(OutputImage.objects.filter(attempt=attempt).order_by("pk"))


def _copy_of(image: OutputImage, position: int) -> OutputImage:
    copy = OutputImage.objects.get(pk=image.pk)
    copy.pk, copy.uuid, copy.position = None, uuid4(), position
    return copy


@lru_cache(maxsize=256)
def _small(content: bytes, side: int) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(content)).resize((side, side)).save(file, "WEBP")
    return file.getvalue()


def _kept(name: str, content: bytes) -> str:
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name
