"""How a copy of a picture is made: its recipe names it in the cache."""

import hashlib
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from generations.models import OutputImage, ReferenceUse
from generations.services.copies.choices import (
    CLEAN,
    CONVERTED,
    FULL,
    MARKED,
    ORIGINAL,
    SIZES,
    Choice,
)
from generations.services.copies.marking import may_be_marked
from generations.services.copies.marks import machine_made_mark
from generations.services.pictures import FORMATS

EXTENSIONS = dict(FORMATS.values())
# Goes up whenever the same choice gives other bytes
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One copy of one picture. `side` is the longest one in pixels; None is as it is."""

    form: str
    content_type: str
    extension: str
    size: str = ""
    side: int | None = None
    mark: bytes = b""

    @property
    def name(self) -> str:
        """The same name, the same bytes."""
        if self.form == ORIGINAL:
            return ORIGINAL
        told = hashlib.sha256(f"{VERSION}:".encode() + self.mark).hexdigest()[:16]
        return f"{self.form}-{self.side or FULL}-{told}"

    @property
    def is_kept(self) -> bool:
        """Whether making it takes so long that its file is kept."""
        return self.form in CONVERTED


def for_taking_away(images: QuerySet[OutputImage]) -> QuerySet[OutputImage]:
    """The pictures with what recipes, names and manifests need, in two queries at most."""
    return for_marking(images.select_related("attempt", "generation__requested_by"))


def for_marking(images: QuerySet[OutputImage]) -> QuerySet[OutputImage]:
    """The pictures with what the mark needs, as long as it tells no prompt."""
    masks = ReferenceUse.objects.filter(generation=OuterRef("generation"), is_mask=True)
    return images.annotate(is_composite=Exists(masks))


def recipe_for(image: OutputImage, choice: Choice) -> Recipe:
    """The recipe for a picture of `for_taking_away`, or of `for_marking` where nothing is told.

    A marked copy of a format that has no place for the mark (GIF, AVIF) is a PNG. A size that is
    not smaller than the picture is the full one.
    """
    if choice.form == ORIGINAL:
        return Recipe(form=ORIGINAL, content_type=image.content_type, extension=_extension(image))
    mark = _mark(image, choice)
    is_kept_as_it_is = choice.form in (MARKED, CLEAN)
    if is_kept_as_it_is and may_be_marked(image.content_type):
        return Recipe(
            form=choice.form,
            content_type=image.content_type,
            extension=_extension(image),
            mark=mark,
        )
    form = "png" if is_kept_as_it_is else choice.form
    content_type, extension = CONVERTED[form]
    size, side = (FULL, None) if is_kept_as_it_is else _side(image, choice)
    return Recipe(
        form=form,
        content_type=content_type,
        extension=extension,
        size="" if size == FULL else size,
        side=side,
        mark=mark,
    )


def _extension(image: OutputImage) -> str:
    return EXTENSIONS.get(image.content_type, "bin")


def _side(image: OutputImage, choice: Choice) -> tuple[str, int | None]:
    side = choice.side or SIZES.get(choice.size)
    return (choice.size, side) if side and side < max(image.width, image.height) else (FULL, None)


def _mark(image: OutputImage, choice: Choice) -> bytes:
    is_composite: bool = image.is_composite  # type: ignore[attr-defined]
    if not choice.is_told:
        return machine_made_mark(is_composite=is_composite)
    generation = image.generation
    return machine_made_mark(
        is_composite=is_composite, prompt=generation.prompt, model=generation.model
    )
