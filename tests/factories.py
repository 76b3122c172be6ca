"""Rows for tests, made as the services make them; each takes only what a test cares about."""

import uuid
from decimal import Decimal
from typing import Any

from PIL import Image

from generations.models import Attempt, Delivery, Generation, ImageModel, OutputImage, Preset
from generations.services.generation_settings import GenerationSettings
from generations.services.generations import submit_generation
from generations.services.presets import create_preset
from tests.pictures.makers import encoded

CHAT = "demo/gpt-4o-image-vip"
IMAGES = "demo/gpt-image-2.5-flare"


def image_model(name: str = CHAT) -> ImageModel:
    """A seeded model by provider/name."""
    provider, _, model = name.partition("/")
    return ImageModel.objects.get(provider=provider, name=model)


def submit(user: Any, prompt: str = "A red kite", model: str = CHAT, **more: Any) -> Generation:
    """A generation as a person submits it; settings by name, `references`, `mask`, `key`."""
    outside = {
        name: more.pop(name)
        for name in ("references", "mask", "parent", "project", "let_pass_by")
        if name in more
    }
    return submit_generation(
        user=user,
        submission_key=more.pop("key", uuid.uuid4().hex),
        image_model=image_model(model),
        prompt=prompt,
        settings=GenerationSettings(**more),
        **outside,
    )


def preset(user: Any, name: str = "Posters", model: str = CHAT, **more: Any) -> Preset:
    """A preset as a person saves it; settings by name, `prompt`, `is_team`."""
    return create_preset(
        user=user,
        name=name,
        is_team=more.pop("is_team", False),
        prompt=more.pop("prompt", "Flat poster colours"),
        image_model=image_model(model),
        settings=GenerationSettings(**more),
    )


def only_attempt(generation: Generation) -> Attempt:
    return generation.attempts.get()


def put_at(attempt: Attempt, status: str, **values: Any) -> Attempt:
    """Puts an attempt into a state as if the story so far had led there."""
    Attempt.objects.filter(id=attempt.id).update(status=status, **values)
    attempt.refresh_from_db()
    return attempt


def deliver(attempt: Attempt, position: int = 0, **where: Any) -> Delivery:
    return Delivery.objects.create(attempt=attempt, position=position, **where)


def store_image(attempt: Attempt, position: int = 0, **values: Any) -> OutputImage:
    """A stored picture of an attempt; its files are only named, not written."""
    defaults = {
        "generation": attempt.generation,
        "file": "originals/aa/aa.png",
        "thumbnail": "thumbnails/aa/aa.webp",
        "placeholder": "data:image/webp;base64,UklGRg==",
        "sha256": "a" * 64,
        "content_type": "image/png",
        "byte_size": 1000,
        "width": 1024,
        "height": 1024,
    }
    return OutputImage.objects.create(attempt=attempt, position=position, **(defaults | values))


def ledger_lines(generation: Generation) -> list[tuple[str, Decimal]]:
    """Kind and amount of each line of a generation, in order."""
    attempts = generation.attempts.order_by("slot", "number")
    return [
        (line.kind, line.amount)
        for attempt in attempts
        for line in attempt.ledger_entries.order_by("pk")
    ]


def png(color: str = "red", side: int = 64) -> bytes:
    """A small picture of one colour."""
    return encoded(Image.new("RGB", (side, side), color))


def transparent_png(side: int = 64) -> bytes:
    """A picture of which nothing is opaque, as a mask that lets everything be repainted."""
    return encoded(Image.new("RGBA", (side, side), (0, 0, 0, 0)))
