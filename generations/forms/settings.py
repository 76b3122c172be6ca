"""Checks the settings of a generation against what the chosen model takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from generations.forms.sizes import free_size_fault, parse_size
from generations.models import ImageModel
from generations.services.generation_settings import WORDS, GenerationSettings

FREE = "free"
AUTO = "auto"
NOTHING_ASKED = ("", AUTO)
COMPRESSED_FORMATS = ("jpeg", "webp")
TRANSPARENT_FORMATS = ("", "png", "webp")
GIF = "gif"

Raw = Mapping[str, Any]


class Faults(dict[str, str]):
    """A sentence for each field that cannot stay as it is."""

    def add(self, name: str, sentence: str) -> None:
        self.setdefault(name, sentence)


def check_settings(
    raw: Raw, image_model: ImageModel, *, reference_count: int = 0
) -> tuple[GenerationSettings, Faults]:
    """The settings as far as they are right, and what is wrong with the others.

    A setting that the model does not take is no fault while nothing is asked of it.
    """
    faults = Faults()
    words = {name: _word(raw, name, image_model, faults) for name in WORDS}
    settings = GenerationSettings(
        count=_count(raw, image_model, faults),
        size=_size(raw, image_model, faults),
        output_compression=_compression(raw, image_model, faults),
        partial_images=_partials(raw, image_model, faults),
        **words,
    )
    _check_together(settings, faults, reference_count=reference_count)
    return settings, faults


def default_word(name: str, choices: Sequence[str]) -> str:
    """What is chosen when nothing is asked: medium quality (its price is known), else auto."""
    if name == "quality" and "medium" in choices:
        return "medium"
    if AUTO in choices:
        return AUTO
    return "" if name != "quality" or not choices else choices[0]


def typed_text(raw: Raw, name: str) -> str:
    """What stands in a field; a zero is something, None is nothing."""
    value = raw.get(name)
    return "" if value is None else str(value).strip()


def _word(raw: Raw, name: str, image_model: ImageModel, faults: Faults) -> str:
    choices: list[str] = getattr(image_model, WORDS[name])
    word = typed_text(raw, name).lower()
    if word in choices:
        return word
    if word not in NOTHING_ASKED:
        faults.add(name, _not_taken(name, image_model, choices))
    return default_word(name, choices)


def _not_taken(name: str, image_model: ImageModel, choices: Sequence[str]) -> str:
    if not choices:
        return _("%(model)s has no choice of %(setting)s. Leave it out, or take another model.") % {
            "model": image_model.name,
            "setting": _label(name),
        }
    return _("Choose one of these: %(choices)s.") % {"choices": ", ".join(choices)}


def _label(name: str) -> str:
    return {
        "quality": _("quality"),
        "background": _("background"),
        "output_format": _("format"),
        "moderation": _("moderation"),
        "input_fidelity": _("fidelity to references"),
        "complexity": _("complexity"),
    }[name]


def _count(raw: Raw, image_model: ImageModel, faults: Faults) -> int:
    text = typed_text(raw, "count") or "1"
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= image_model.max_count:
        return int(text)
    faults.add(
        "count",
        _("Choose a number of pictures from 1 to %(most)d.") % {"most": image_model.max_count},
    )
    return 1


def _size(raw: Raw, image_model: ImageModel, faults: Faults) -> str:
    text = typed_text(raw, "size").lower()
    if text == FREE:
        text = f"{typed_text(raw, 'free_width')}x{typed_text(raw, 'free_height')}"
    if text in image_model.sizes:
        return text
    if text not in NOTHING_ASKED:
        return _free_size(text, image_model, faults)
    return AUTO if AUTO in image_model.sizes else next(iter(image_model.sizes), "")


def _free_size(text: str, image_model: ImageModel, faults: Faults) -> str:
    sides = parse_size(text)
    standard = f"{sides[0]}x{sides[1]}" if sides else ""
    if standard in image_model.sizes:
        return standard
    fault = _size_fault(sides, image_model)
    if fault:
        faults.add("size", fault)
        return ""
    return standard


def _size_fault(sides: tuple[int, int] | None, image_model: ImageModel) -> str:
    if not image_model.takes_free_size:
        known = ", ".join(size.replace("x", " × ") for size in image_model.sizes)
        if not known:
            return _("%(model)s has no choice of size.") % {"model": image_model.name}
        return _("Choose one of these sizes: %(sizes)s.") % {"sizes": known}
    if sides is None:
        return _("Write width and height as whole numbers of pixels, such as 1024 and 1536.")
    return free_size_fault(*sides)


def _compression(raw: Raw, image_model: ImageModel, faults: Faults) -> int | None:
    text = typed_text(raw, "output_compression")
    if not text:
        return None
    if not image_model.takes_compression:
        faults.add(
            "output_compression",
            _("%(model)s has no choice of compression. Leave it empty.")
            % {"model": image_model.name},
        )
    elif not (text.isascii() and text.isdigit() and int(text[:6]) <= 100):
        faults.add("output_compression", _("Write a whole number from 0 to 100."))
    else:
        return int(text)
    return None


def _partials(raw: Raw, image_model: ImageModel, faults: Faults) -> int:
    text, most = typed_text(raw, "partial_images") or "0", image_model.max_partial_images
    if text.isascii() and text.isdigit() and int(text[:6]) <= most:
        return int(text)
    if most:
        sentence = _("Choose a number of partial pictures from 0 to %(most)d.") % {"most": most}
    else:
        sentence = _("%(model)s sends no partial pictures. Leave them out.") % {
            "model": image_model.name
        }
    faults.add("partial_images", sentence)
    return 0


def _check_together(settings: GenerationSettings, faults: Faults, *, reference_count: int) -> None:
    """What each may be alone, but not beside the other."""
    if settings.background == "transparent" and settings.output_format not in TRANSPARENT_FORMATS:
        faults.add("output_format", _("A transparent background needs PNG or WebP."))
    is_compressed = settings.output_format in COMPRESSED_FORMATS
    if settings.output_compression is not None and not is_compressed:
        faults.add(
            "output_compression", _("Only JPEG and WebP are compressed. Leave it empty for PNG.")
        )
    if settings.output_format == GIF and settings.partial_images:
        faults.add("partial_images", _("GIF comes without partial pictures: take 0."))
    if reference_count and settings.moderation not in NOTHING_ASKED:
        faults.add("moderation", _("Moderation cannot be chosen with references: take “auto”."))
    if not reference_count and settings.input_fidelity not in NOTHING_ASKED:
        faults.add("input_fidelity", _("Fidelity needs a reference: add one, or leave it out."))
