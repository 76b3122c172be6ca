"""What a generation asked for and what its attempts got, setting by setting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from generations.models import Attempt, Generation

# The settings that a provider may repeat in its answer
TOLD = ("size", "quality", "background", "output_format")
NOTHING_ASKED = ("", "auto")


@dataclass(frozen=True)
class AskedAndGot:
    """One setting; `got` is empty where no provider said anything."""

    name: str
    asked: str
    got: str = ""
    differs: bool = False


def asked_and_got(generation: Generation, attempts: Sequence[Attempt]) -> list[AskedAndGot]:
    rows = [_told(name, generation, attempts) for name in TOLD]
    compression = generation.output_compression
    rows += [
        AskedAndGot(_("Compression"), "" if compression is None else f"{compression} %"),
        AskedAndGot(_("Moderation"), generation.moderation),
        AskedAndGot(_("Fidelity to references"), generation.input_fidelity),
    ]
    return [
        AskedAndGot(_("Model"), generation.image_model),
        AskedAndGot(_("Pictures"), str(generation.count), str(_delivered(attempts))),
        *(row for row in rows if row.asked or row.got),
    ]


def _told(name: str, generation: Generation, attempts: Iterable[Attempt]) -> AskedAndGot:
    asked: str = getattr(generation, name)
    got = _sizes(attempts) if name == "size" else _words_of_providers(name, attempts)
    differs = bool(got) and asked not in NOTHING_ASKED and got != [asked]
    return AskedAndGot(_label(name), _words(asked), ", ".join(map(_words, got)), differs)


def _sizes(attempts: Iterable[Attempt]) -> list[str]:
    """The pictures' own sizes; what a provider says of them may be a mere ratio."""
    images = [image for attempt in attempts for image in attempt.images.all()]
    return list(dict.fromkeys(f"{image.width}x{image.height}" for image in images))


def _words_of_providers(name: str, attempts: Iterable[Attempt]) -> list[str]:
    return list(dict.fromkeys(text for attempt in attempts if (text := attempt.got.get(name))))


def _label(name: str) -> str:
    return {
        "size": _("Size"),
        "quality": _("Quality"),
        "background": _("Background"),
        "output_format": _("Format"),
    }[name]


def _words(text: str) -> str:
    return text.replace("x", " × ") if text[:1].isdigit() else text


def _delivered(attempts: Iterable[Attempt]) -> int:
    return sum(
        len(attempt.images.all())
        for attempt in attempts
        if attempt.status == Attempt.Status.SUCCEEDED
    )
