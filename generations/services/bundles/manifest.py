"""What is in a bundle, picture by picture: for spreadsheets (CSV) and for programs (JSON)."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from generations.models import OutputImage
from generations.services.copies.store import ReadyCopy
from generations.services.spreadsheets import csv_pieces

SETTINGS = ("size", "quality", "background", "output_format", "output_compression")
KNOWN, UNKNOWN = "known", "unknown"

Row = dict[str, Any]


def manifest_row(image: OutputImage, copy: ReadyCopy, name: str) -> Row:
    """One picture; asked settings are empty where the provider decided. Amounts are in USD."""
    generation = image.generation
    author = generation.requested_by
    return {
        "file": name,
        "frame": image.frame_number,
        "id": str(image.uuid),
        "prompt": generation.prompt,
        "revised_prompt": image.attempt.got.get("revised_prompt", ""),
        "provider": generation.provider,
        "model": generation.model,
        **{f"asked_{setting}": getattr(generation, setting) for setting in SETTINGS},
        "width": image.width,
        "height": image.height,
        "cost_usd": None if image.cost is None else f"{image.cost:f}",
        "cost_certainty": UNKNOWN if image.cost is None else KNOWN,
        "is_demo": generation.is_demo,
        "author": author.get_full_name() or author.get_username(),
        "created_at": timezone.localtime(image.created_at).isoformat(timespec="seconds"),
        "sha256": copy.sha256,
        "original_sha256": image.sha256,
    }


def as_json(rows: Sequence[Row], missing: Iterable[str]) -> bytes:
    """`missing` are the frames that were asked for and whose files are gone."""
    content = {"pictures": rows, "missing": list(missing)}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(rows: Sequence[Row]) -> bytes:
    """One line for each picture, under the names of its facts."""
    return b"".join(csv_pieces(list(rows[0]) if rows else [], (row.values() for row in rows)))
