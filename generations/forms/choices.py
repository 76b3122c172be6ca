"""The settings of the composer as a page draws them: only what the chosen model takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from generations.forms.settings import AUTO, FREE, default_word, typed_text
from generations.forms.sizes import parse_size
from generations.models import ImageModel

Raw = Mapping[str, Any]
AS_IT_IS = ("", AUTO, "0")


@dataclass(frozen=True)
class Choice:
    """One of few: what is sent, what is read, and a note for those who want to know more."""

    value: str
    label: str
    is_chosen: bool
    note: str = ""


class SettingChoices:
    """The controls for one model, with what was typed kept as far as the model takes it."""

    def __init__(self, raw: Raw, image_model: ImageModel) -> None:
        self._raw = raw
        self.image_model = image_model

    def sizes(self) -> list[Choice]:
        chosen = self._chosen_size()
        choices = [_size_choice(size, size == chosen) for size in self.image_model.sizes]
        if self.image_model.takes_free_size:
            choices.append(Choice(FREE, _("W × H"), chosen == FREE))
        return choices

    def free_size(self) -> tuple[str, str]:
        """Width and height as typed, or as a first proposal."""
        sides = parse_size(self._text("size"))
        if sides:
            return str(sides[0]), str(sides[1])
        return self._text("free_width") or "1920", self._text("free_height") or "1088"

    def free_shape(self) -> str:
        return "x".join(self.free_size())

    def counts(self) -> list[Choice]:
        return self._numbers("count", 1, self.image_model.max_count)

    def qualities(self) -> list[Choice]:
        # The provider's "auto" decides the price by itself: offered only where it was asked for
        asked = self._text("quality")
        words = [word for word in self.image_model.qualities if word != AUTO or asked == AUTO]
        return self._words("quality", words)

    def backgrounds(self) -> list[Choice]:
        return self._words("background", self.image_model.backgrounds)

    def output_formats(self) -> list[Choice]:
        return self._words("output_format", self.image_model.output_formats, first=True)

    def moderations(self) -> list[Choice]:
        return self._words("moderation", self.image_model.moderations)

    def input_fidelities(self) -> list[Choice]:
        words = self.image_model.input_fidelities
        return self._words("input_fidelity", ["", *words] if words else [])

    def complexities(self) -> list[Choice]:
        words = self.image_model.complexities
        return self._words("complexity", ["", *words] if words else [])

    def partial_images(self) -> list[Choice]:
        return self._numbers("partial_images", 0, self.image_model.max_partial_images)

    def output_compression(self) -> str:
        return self._text("output_compression")

    def has_more(self) -> bool:
        model = self.image_model
        return bool(
            model.moderations
            or model.input_fidelities
            or model.complexities
            or model.max_partial_images
            or model.takes_compression
            or model.takes_mask
        )

    def is_more_open(self) -> bool:
        """Whether something under "More settings" is not as it is by itself."""
        names = ("moderation", "input_fidelity", "complexity", "partial_images")
        asked = [self._text(name) for name in names]
        return bool(self.output_compression() or any(word not in AS_IT_IS for word in asked))

    def _words(self, name: str, words: Sequence[str], *, first: bool = False) -> list[Choice]:
        asked = self._text(name)
        default = words[0] if first and words else default_word(name, words)
        chosen = asked if asked in words else default
        return [Choice(word, word_label(word), word == chosen) for word in words]

    def _numbers(self, name: str, least: int, most: int) -> list[Choice]:
        if most <= least:
            return []
        known = [str(number) for number in range(least, most + 1)]
        asked = self._text(name)
        chosen = asked if asked in known else known[0]
        return [Choice(number, number, number == chosen) for number in known]

    def _chosen_size(self) -> str:
        asked = self._text("size")
        if asked in self.image_model.sizes:
            return asked
        if self.image_model.takes_free_size and (asked == FREE or parse_size(asked)):
            return FREE
        return AUTO if AUTO in self.image_model.sizes else next(iter(self.image_model.sizes), "")

    def _text(self, name: str) -> str:
        return typed_text(self._raw, name)


def word_label(word: str) -> str:
    """The API's own word as people read it."""
    labels = {
        "": _("Default"),
        "auto": _("Auto"),
        "low": _("Low"),
        "medium": _("Medium"),
        "high": _("High"),
        "xhigh": _("Extra"),
        "max": _("Max"),
        "opaque": _("Opaque"),
        "transparent": _("Transparent"),
        "png": "PNG",
        "jpeg": "JPEG",
        "webp": "WebP",
        "gif": "GIF",
        "svg": "SVG",
    }
    return labels.get(word, word)


def _size_choice(size: str, is_chosen: bool) -> Choice:
    sides = parse_size(size)
    if sides is None:
        return Choice(size, word_label(size), is_chosen)
    width, height = sides
    return Choice(size, _ratio_label(width, height), is_chosen, f"{width} × {height}")


def _ratio_label(width: int, height: int) -> str:
    for wide, high in ((1, 1), (3, 2), (2, 3), (4, 3), (3, 4), (16, 9), (9, 16)):
        if width * high == height * wide:
            return f"{wide}:{high}"
    return f"{width} × {height}"
