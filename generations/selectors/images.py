"""One picture with all that is known about it: settings, references, receipt, neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from generations.models import Attempt, Generation, LedgerEntry, OutputImage, ReferenceUse

FORMAT_NAMES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
}
AUTO = "auto"


@dataclass(frozen=True)
class Fact:
    """One setting as it was asked for and as it came; empty is unknown."""

    name: str
    asked: str
    got: str = ""
    differs: bool = False


@dataclass(frozen=True)
class ImageReceipt:
    """The ledger lines of the call that brought this picture, and the picture's share of it."""

    lines: Sequence[LedgerEntry]
    total: Decimal | None
    share: Decimal | None
    picture_count: int
    is_demo: bool


def visible_images(user: Any) -> QuerySet[OutputImage]:
    """Gallery pictures for everybody; what is still being settled, for who asked and for staff."""
    if user.is_staff:
        return OutputImage.objects.all()
    settled = Q(attempt__status=Attempt.Status.SUCCEEDED)
    return OutputImage.objects.filter(settled | Q(generation__requested_by=user))


def image_with_story(user: Any, uuid: UUID) -> OutputImage | None:
    """The picture with its call, its generation and the person; None if there is none for them."""
    images = visible_images(user).select_related("attempt", "generation__requested_by")
    return images.filter(uuid=uuid).first()


def neighbours(image: OutputImage) -> tuple[OutputImage | None, OutputImage | None]:
    """The gallery's next newer and next older picture."""
    gallery = OutputImage.objects.in_gallery().only("uuid")
    newer = gallery.filter(pk__gt=image.pk).order_by("pk").first()
    older = gallery.filter(pk__lt=image.pk).order_by("-pk").first()
    return newer, older


def reference_uses(generation: Generation) -> Sequence[ReferenceUse]:
    return list(generation.reference_uses.select_related("reference"))


def image_receipt(image: OutputImage) -> ImageReceipt:
    lines = list(image.attempt.ledger_entries.order_by("pk"))
    return ImageReceipt(
        lines=lines,
        total=sum((line.amount for line in lines), Decimal(0)) if lines else None,
        share=image.cost,
        picture_count=image.attempt.images.count(),
        is_demo=image.generation.is_demo,
    )


def image_facts(image: OutputImage) -> list[Fact]:
    """Settings asked and got, side by side; `differs` where another one came than was named."""
    generation, got = image.generation, image.attempt.got
    facts = [
        Fact(_("Model"), generation.image_model),
        _size_fact(image),
        _said_fact(_("Quality"), generation.quality, got.get("quality", "")),
        _said_fact(_("Background"), generation.background, _background(image)),
        _format_fact(image),
        *_only_asked(generation),
        Fact(_("Time"), "", _duration(image.attempt)),
    ]
    return [fact for fact in facts if fact.asked or fact.got]


def _size_fact(image: OutputImage) -> Fact:
    asked, got = image.generation.size, f"{image.width}x{image.height}"
    differs = asked not in ("", AUTO, got)
    return Fact(_("Size"), _size_words(asked or AUTO), _size_words(got), differs)


def _size_words(size: str) -> str:
    return size.replace("x", " × ") if size[:1].isdigit() else size


def _said_fact(name: str, asked: str, got: str) -> Fact:
    differs = bool(got) and asked not in ("", AUTO, got)
    return Fact(name, asked or (AUTO if got else ""), got, differs)


def _background(image: OutputImage) -> str:
    if image.is_transparent:
        return "transparent"
    return "opaque" if image.generation.background else ""


def _format_fact(image: OutputImage) -> Fact:
    asked = FORMAT_NAMES.get(f"image/{image.generation.output_format}", "")
    got = FORMAT_NAMES.get(image.content_type, image.content_type)
    size = filesizeformat(image.byte_size)
    differs = asked not in ("", got)
    return Fact(_("Format"), asked or AUTO, f"{got}, {size}", differs)


def _only_asked(generation: Generation) -> Iterator[Fact]:
    """Settings that no provider repeats in its answer."""
    if generation.output_compression is not None:
        yield Fact(_("Compression"), f"{generation.output_compression} %")
    if generation.moderation:
        yield Fact(_("Moderation"), generation.moderation)
    if generation.input_fidelity:
        yield Fact(_("Input fidelity"), generation.input_fidelity)


def _duration(attempt: Attempt) -> str:
    if not attempt.sent_at or not attempt.finished_at:
        return ""
    seconds = (attempt.finished_at - attempt.sent_at).total_seconds()
    return _("%(seconds).1f s") % {"seconds": seconds}
