"""What was asked for and what came, setting by setting: of a generation, and of one picture."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from generations.models import Attempt, Generation, OutputImage

FORMAT_NAMES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
}
AUTO = "auto"
# The API's own words, as a sentence has them
WORDS = {
    AUTO: pgettext_lazy("setting", "auto"),
    "low": pgettext_lazy("setting", "low"),
    "medium": pgettext_lazy("setting", "medium"),
    "high": pgettext_lazy("setting", "high"),
    "opaque": pgettext_lazy("setting", "opaque"),
    "transparent": pgettext_lazy("setting", "transparent"),
}
NOTHING_ASKED = ("", AUTO)


@dataclass(frozen=True)
class AskedAndGot:
    """One setting; `got` is empty where nothing is known, `differs` where something else came."""

    name: str
    asked: str
    got: str = ""
    differs: bool = False


def asked_and_got(generation: Generation, attempts: Sequence[Attempt]) -> list[AskedAndGot]:
    """Of a generation; `attempts` are all of its calls, with their pictures."""
    delivered = [attempt for attempt in attempts if attempt.status == Attempt.Status.SUCCEEDED]
    images = [image for attempt in attempts for image in attempt.images.all()]
    count = sum(len(attempt.images.all()) for attempt in delivered)
    return [
        AskedAndGot(_("Model"), generation.image_model),
        AskedAndGot(_("Pictures"), str(generation.count), str(count)),
        *_project(generation),
        *_settings(generation, attempts, images),
    ]


def asked_and_got_of_image(image: OutputImage) -> list[AskedAndGot]:
    """Of one picture, with its file's size and its call's time."""
    generation, attempt = image.generation, image.attempt
    rows = [
        AskedAndGot(_("Model"), generation.image_model),
        *_project(generation),
        *_settings(generation, [attempt], [image]),
        AskedAndGot(_("File"), "", filesizeformat(image.byte_size)),
        AskedAndGot(_("Time"), "", _duration(attempt)),
    ]
    return [row for row in rows if row.asked or row.got]


def _project(generation: Generation) -> list[AskedAndGot]:
    return [AskedAndGot(_("Project"), generation.project.name)] if generation.project else []


def _settings(
    generation: Generation, attempts: Sequence[Attempt], images: Sequence[OutputImage]
) -> list[AskedAndGot]:
    """What a picture shows by itself goes before what its provider says of it."""
    sizes = _distinct(f"{image.width}x{image.height}" for image in images)
    formats = _distinct(FORMAT_NAMES.get(one.content_type, one.content_type) for one in images)
    rows = [
        _compared(_("Size"), generation.size, sizes),
        _compared(_("Quality"), generation.quality, _told("quality", attempts)),
        _compared(_("Background"), generation.background, _backgrounds(generation, images)),
        _compared(_("Format"), _format_name(generation.output_format), formats),
        *_only_asked(generation),
        _partial_images(generation, attempts),
    ]
    return [row for row in rows if row.asked or row.got]


def _compared(name: str, asked: str, got: Sequence[str]) -> AskedAndGot:
    differs = bool(got) and asked not in NOTHING_ASKED and list(got) != [asked]
    shown = asked or (AUTO if got else "")
    return AskedAndGot(name, in_words(shown), ", ".join(map(in_words, got)), differs)


def _told(name: str, attempts: Iterable[Attempt]) -> list[str]:
    return _distinct(text for attempt in attempts if (text := attempt.got.get(name)))


def _backgrounds(generation: Generation, images: Iterable[OutputImage]) -> list[str]:
    """A picture without a clear part is worth a word only where a background was asked for."""
    shown = ("transparent" if image.is_transparent else "opaque" for image in images)
    return _distinct(word for word in shown if generation.background or word == "transparent")


def _format_name(word: str) -> str:
    return FORMAT_NAMES.get(f"image/{word}", word)


def _only_asked(generation: Generation) -> Iterator[AskedAndGot]:
    """Settings that no provider repeats in its answer."""
    if generation.output_compression is not None:
        yield AskedAndGot(_("Compression"), f"{generation.output_compression} %")
    yield AskedAndGot(_("Moderation"), in_words(generation.moderation))
    yield AskedAndGot(_("Fidelity to references"), in_words(generation.input_fidelity))
    yield AskedAndGot(_("Complexity"), in_words(generation.complexity))


def _partial_images(generation: Generation, attempts: Iterable[Attempt]) -> AskedAndGot:
    """Of each call; a stream may bring fewer than were asked for."""
    asked = generation.partial_images
    counts = _distinct(str(count) for one in attempts if (count := one.got.get("partial_images")))
    return AskedAndGot(_("Partial pictures"), str(asked or ""), ", ".join(counts))


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def in_words(value: str) -> str:
    """A setting as people read it: the API's words in their language, sizes with a sign."""
    if value in WORDS:
        return str(WORDS[value])
    return value.replace("x", " × ") if value[:1].isdigit() else value


def _duration(attempt: Attempt) -> str:
    if not attempt.sent_at or not attempt.finished_at:
        return ""
    seconds = (attempt.finished_at - attempt.sent_at).total_seconds()
    return _("%(seconds)s s") % {"seconds": number_format(round(seconds, 1), 1)}
