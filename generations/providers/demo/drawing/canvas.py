"""A sheet to draw on: soft edges, and measures that do not depend on the size in pixels."""

import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

from generations.providers.demo.drawing.palettes import Color, mix

Point = tuple[float, float]

UNITS = 1000
_MAX_SMOOTH_PIXELS = 1_700_000
_GRADIENT_STEPS = 256
_EDGE = 179  # what Pillow's radial gradient reaches at the middle of each side


class Canvas:
    """A sheet whose shorter side is 1000 units; (0, 0) is at the top left.

    Up to some size it is drawn twice as large and shrunk, which smooths the edges. On a
    transparent sheet `background` draws nothing.
    """

    def __init__(self, width: int, height: int, *, is_transparent: bool) -> None:
        self.is_transparent = is_transparent
        self._factor = 2 if width * height <= _MAX_SMOOTH_PIXELS else 1
        self._scale = self._factor * min(width, height) / UNITS
        self.width = width * self._factor / self._scale
        self.height = height * self._factor / self._scale
        mode, clear = ("RGBA", (0, 0, 0, 0)) if is_transparent else ("RGB", (255, 255, 255))
        self.image = Image.new(mode, (width * self._factor, height * self._factor), clear)
        self._pen = ImageDraw.Draw(self.image)

    @property
    def center(self) -> Point:
        """The middle of the sheet."""
        return self.width / 2, self.height / 2

    def finish(self) -> Image.Image:
        """Give the picture in its final size."""
        return self.image.reduce(self._factor) if self._factor > 1 else self.image

    def background(self, top: Color, bottom: Color) -> None:
        """Fill the sheet from one colour to another."""
        if self.is_transparent:
            return
        column = Image.new("RGB", (1, _GRADIENT_STEPS))
        steps = (mix(top, bottom, step / (_GRADIENT_STEPS - 1)) for step in range(_GRADIENT_STEPS))
        column.putdata(list(steps))
        tall = column.resize((1, self.image.height), Image.Resampling.BILINEAR)
        self.image.paste(tall.resize(self.image.size, Image.Resampling.NEAREST))

    def polygon(self, points: Iterable[Point], color: Color) -> None:
        """Fill a shape."""
        self._pen.polygon([(x * self._scale, y * self._scale) for x, y in points], fill=color)

    def disc(self, center: Point, radius: float, color: Color) -> None:
        """Fill a circle."""
        self.ellipse(center, radius, radius, color)

    def ellipse(self, center: Point, across: float, down: float, color: Color) -> None:
        """Fill an upright ellipse of these two radii."""
        self._pen.ellipse(self._box(center, across, down), fill=color)

    def slice(self, center: Point, radius: float, start: float, end: float, color: Color) -> None:
        """Fill a piece of a pie; degrees, clockwise from the right."""
        self._pen.pieslice(self._box(center, radius, radius), start, end, fill=color)

    def ring(self, center: Point, radius: float, thickness: float, color: Color) -> None:
        """Draw a circle's line."""
        width = max(1, round(thickness * self._scale))
        self._pen.ellipse(self._box(center, radius, radius), outline=color, width=width)

    def arc(
        self, center: Point, radius: float, start: float, end: float, *, thickness: float,
        color: Color,
    ) -> None:  # fmt: skip
        """Draw a piece of a circle's line."""
        width = max(1, round(thickness * self._scale))
        self._pen.arc(self._box(center, radius, radius), start, end, fill=color, width=width)

    def line(self, points: Sequence[Point], thickness: float, color: Color) -> None:
        """Draw a line through points, with round ends."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        width = max(1, round(thickness * self._scale))
        self._pen.line(scaled, fill=color, width=width, joint="curve")
        for end in (points[0], points[-1]):
            self.disc(end, thickness / 2, color)

    def box(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        """Fill a rectangle; one that is turned inside out is nothing."""
        if left <= right and top <= bottom:
            corners = (left, top, right, bottom)
            self._pen.rectangle([round(it * self._scale) for it in corners], fill=color)

    def slice_of_ring(
        self, center: Point, across: float, down: float, color: Color, *, is_front: bool
    ) -> None:
        """Draw the front or the back half of a ring that is seen from the side."""
        box = self._box(center, across, down)
        start, end = (0, 180) if is_front else (180, 360)
        self._pen.arc(box, start, end, fill=color, width=max(1, round(down * 0.3 * self._scale)))

    def glow(self, center: Point, radius: float, color: Color, strength: float) -> None:
        """Add soft light around a point."""
        if self.is_transparent:
            return
        size = max(2, round(2 * radius * self._scale))
        light = Image.radial_gradient("L").point([_light(it, strength) for it in range(256)])
        mask = light.resize((size, size), Image.Resampling.BILINEAR)
        left, top, _, _ = self._box(center, radius, radius)
        self.image.paste(color, (round(left), round(top)), mask)

    def _box(self, center: Point, across: float, down: float) -> tuple[float, float, float, float]:
        x, y = center
        s = self._scale
        return (x - across) * s, (y - down) * s, (x + across) * s, (y + down) * s


def smooth(points: Sequence[Point], *, steps: int = 8) -> list[Point]:
    """Round a closed shape: a curve through all its points (Catmull-Rom)."""
    count = len(points)
    curve = []
    for index in range(count):
        four = [points[(index + shift) % count] for shift in (-1, 0, 1, 2)]
        curve += [_between(four, step / steps) for step in range(steps)]
    return curve


def turned(points: Iterable[Point], center: Point, degrees: float) -> list[Point]:
    """Turn a shape around a point."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    middle_x, middle_y = center
    moved = [(x - middle_x, y - middle_y) for x, y in points]
    return [(middle_x + x * cosine - y * sine, middle_y + x * sine + y * cosine) for x, y in moved]


def _light(distance: int, strength: float) -> int:
    nearness = max(0.0, 1 - distance / _EDGE)
    return round(255 * strength * math.pow(nearness, 1.7))


def _between(four: Sequence[Point], t: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = four
    return _spline(ax, bx, cx, dx, t), _spline(ay, by, cy, dy, t)


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3
    )
