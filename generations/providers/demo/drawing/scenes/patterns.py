"""Pictures without a place: tiles and fruit."""

import math
from collections.abc import Callable
from random import Random

from generations.providers.demo.drawing.canvas import Canvas, Point, turned
from generations.providers.demo.drawing.palettes import Color, Palette, mix

_FRUITS = ((246, 166, 35), (250, 202, 54), (240, 110, 72), (214, 70, 82), (164, 192, 66))

Tile = Callable[[Canvas, float, float, float, Color, Random], None]


def draw_tiles(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """A grid of plain shapes, as on a Bauhaus poster."""
    across = chance.choice((3, 4, 4, 5))
    size = min(canvas.width, canvas.height) / across
    colors = (*palette.accents, palette.dark, palette.light)
    for row in range(math.ceil(canvas.height / size)):
        for column in range(math.ceil(canvas.width / size)):
            ground, shape = chance.sample(colors, k=2)
            x, y = column * size, row * size
            canvas.box(x, y, x + size, y + size, ground)
            chance.choice(_TILES)(canvas, x, y, size, shape, chance)


def draw_citrus(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """Slices of fruit and leaves on a plain ground."""
    canvas.background(
        mix(palette.light, palette.accents[2], 0.12), mix(palette.glow, palette.accents[2], 0.2)
    )
    step = chance.uniform(300, 340)
    for row in range(math.ceil(canvas.height / step) + 1):
        for column in range(math.ceil(canvas.width / step) + 1):
            x = (column + (row % 2) / 2) * step + chance.uniform(-24, 24)
            y = (row + 0.15) * step + chance.uniform(-24, 24)
            _draw_leaf(canvas, (x + step / 2, y + step * 0.32), chance.uniform(0, 360), palette)
            _draw_slice(
                canvas, (x, y), step * chance.uniform(0.34, 0.43), chance.choice(_FRUITS), chance
            )


def _draw_slice(canvas: Canvas, center: Point, radius: float, color: Color, chance: Random) -> None:
    pith = mix(color, (255, 250, 235), 0.8)
    x, y = center
    canvas.disc((x + 9, y + 12), radius, mix(color, (60, 45, 40), 0.62))
    canvas.disc(center, radius, color)
    canvas.disc(center, radius * 0.9, pith)
    pieces = chance.choice((8, 9, 10))
    start = chance.uniform(0, 360)
    for piece in range(pieces):
        turn = 360 / pieces
        middle = math.radians(start + turn * (piece + 0.5))
        tip = (x + math.cos(middle) * radius * 0.09, y + math.sin(middle) * radius * 0.09)
        begin, end = start + turn * piece + 4, start + turn * (piece + 1) - 4
        canvas.slice(tip, radius * 0.74, begin, end, mix(color, (255, 230, 150), 0.22))


def _draw_leaf(canvas: Canvas, center: Point, degrees: float, palette: Palette) -> None:
    x, y = center
    top = [(x + 90 * math.cos(t), y - 34 * math.sin(t)) for t in _half_turn()]
    low = [(x - 90 * math.cos(t), y + 34 * math.sin(t)) for t in _half_turn()]
    leaf = mix(palette.accents[4], (60, 120, 70), 0.5)
    canvas.polygon(turned([*top, *low], center, degrees), leaf)
    canvas.line(
        turned([(x - 84, y), (x + 84, y)], center, degrees), 3, mix(leaf, palette.light, 0.5)
    )


def _half_turn() -> list[float]:
    return [math.pi * step / 14 for step in range(15)]


def _quarter(canvas: Canvas, x: float, y: float, size: float, color: Color, chance: Random) -> None:
    corner_x, corner_y, start = chance.choice(((0, 0, 0), (1, 0, 90), (1, 1, 180), (0, 1, 270)))
    canvas.slice((x + corner_x * size, y + corner_y * size), size, start, start + 90, color)


def _half(canvas: Canvas, x: float, y: float, size: float, color: Color, chance: Random) -> None:
    start = chance.choice((0, 90, 180, 270))
    canvas.slice((x + size / 2, y + size / 2), size / 2, start, start + 180, color)


def _triangle(
    canvas: Canvas, x: float, y: float, size: float, color: Color, chance: Random
) -> None:
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    corners.pop(chance.randrange(4))
    canvas.polygon(corners, color)


def _disc(canvas: Canvas, x: float, y: float, size: float, color: Color, chance: Random) -> None:
    canvas.disc((x + size / 2, y + size / 2), size * chance.choice((0.24, 0.36, 0.5)), color)


def _rings(canvas: Canvas, x: float, y: float, size: float, color: Color, chance: Random) -> None:
    for share in (0.46, 0.31, 0.16):
        canvas.ring((x + size / 2, y + size / 2), size * share, size * 0.07, color)


def _stripes(canvas: Canvas, x: float, y: float, size: float, color: Color, chance: Random) -> None:
    is_upright = chance.random() < 0.5
    for stripe in range(4):
        start, end = size * (stripe / 4 + 0.06), size * (stripe / 4 + 0.19)
        if is_upright:
            canvas.box(x + start, y, x + end, y + size, color)
        else:
            canvas.box(x, y + start, x + size, y + end, color)


def _petals(canvas: Canvas, x: float, y: float, size: float, color: Color, chance: Random) -> None:
    half = size / 2
    for corner_x, corner_y, start in ((0, 0, 0), (1, 0, 90), (1, 1, 180), (0, 1, 270)):
        canvas.slice((x + corner_x * size, y + corner_y * size), half, start, start + 90, color)


_TILES: tuple[Tile, ...] = (
    _quarter, _quarter, _half, _triangle, _disc, _rings, _stripes, _petals,
)  # fmt: skip
