"""The pictures of a sheet, drawn fast: what all of them share is rendered once.

A template takes a millisecond for a picture, nearly all of it for words, icons and addresses that
are the same on each. So `components/_picture.html` is rendered once for every kind of picture on
the page, with marks in place of what differs, and each picture puts its own words there.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any
from uuid import UUID

from django import template
from django.utils.safestring import SafeString, mark_safe

from generations.models import OutputImage
from generations.services.amounts import few_figures
from generations.templatetags.pictures import ratio_class

register = template.Library()

# No picture has this public id, nor this cost
UUID_MARK = UUID(int=0x5EED_0F_5EED)
COST_MARK = Decimal("987654321.123")

# What differs from picture to picture, by its mark
WORDS: Mapping[str, Callable[[OutputImage], Any]] = {
    "@frame@": lambda image: image.pk,
    "@after@": lambda image: image.pk + 1,
    "@frame-number@": lambda image: image.frame_number,
    "@width@": lambda image: image.width,
    "@height@": lambda image: image.height,
    "@byte-size@": lambda image: image.byte_size,
    "@caption@": lambda image: image.caption,  # type: ignore[attr-defined]
    "@placeholder@": lambda image: image.placeholder,
    "@ratio-class@": ratio_class,
    str(UUID_MARK): lambda image: image.uuid,
    few_figures(COST_MARK): lambda image: few_figures(image.cost or Decimal(0)),
}
MARKS = re.compile("|".join(re.escape(mark) for mark in WORDS))


class _Frame(str):
    """The mark of a frame number; the template adds one to it for a cursor."""

    __slots__ = ()

    def __add__(self, _one: object) -> str:
        return "@after@"


@dataclass(frozen=True)
class _Kind:
    """All that the template asks of a picture: the same questions get the same drawing."""

    is_transparent: bool
    is_demo: bool
    requested_by_id: int | None
    is_liked: bool
    is_early: bool
    has_cost: bool

    pk = _Frame("@frame@")
    uuid = UUID_MARK
    frame_number = "@frame-number@"
    width = "@width@"
    height = "@height@"
    byte_size = "@byte-size@"
    caption = "@caption@"
    placeholder = "@placeholder@"
    ratio_class = "@ratio-class@"

    @property
    def cost(self) -> Decimal | None:
        return COST_MARK if self.has_cost else None


@register.simple_tag(takes_context=True)
def sheet_pictures(
    context: template.Context, images: Iterable[OutputImage], early: int = 0
) -> SafeString:
    """The pictures as `components/_picture.html` draws them; the first `early` load at once."""
    kept: Any = context.render_context
    drawings: dict[_Kind, str] = kept.setdefault("drawings", {})
    before = kept.get("pictures", 0)
    drawn = []
    for index, image in enumerate(images, before):
        kind = _kind_of(context, image, is_early=index < early)
        if kind not in drawings:
            drawings[kind] = _draw(context, kind)
        drawn.append(_fill(drawings[kind], image))
    kept["pictures"] = before + len(drawn)
    # Every word is escaped on its way in
    return mark_safe("".join(drawn))


def _kind_of(context: template.Context, image: OutputImage, *, is_early: bool) -> _Kind:
    is_mine = image.requested_by_id == context["user"].pk
    return _Kind(
        is_transparent=image.is_transparent,
        is_demo=image.is_demo,  # type: ignore[attr-defined]
        requested_by_id=image.requested_by_id if is_mine else None,
        is_liked=image.pk in context["favourites"],
        is_early=is_early,
        has_cost=image.cost is not None,
    )


def _draw(context: template.Context, kind: _Kind) -> str:
    drawing = context.template.engine.get_template("components/_picture.html")  # type: ignore[union-attr]
    favourites = {kind.pk} if kind.is_liked else set()
    with context.push(image=kind, favourites=favourites, is_early=kind.is_early):
        return str(drawing.render(context))


def _fill(drawing: str, image: OutputImage) -> str:
    words: dict[str, str] = {}

    def word(mark: re.Match[str]) -> str:
        found = mark.group()
        if found not in words:
            words[found] = escape(str(WORDS[found](image)))
        return words[found]

    return MARKS.sub(word, drawing)
