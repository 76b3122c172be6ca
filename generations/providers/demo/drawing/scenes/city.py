"""Houses and the sky above them."""

import math
from random import Random

from generations.providers.demo.drawing.canvas import Canvas, Point
from generations.providers.demo.drawing.palettes import Color, Palette, mix
from generations.providers.demo.drawing.scenes.land import draw_sun


def draw_skyline(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """Three rows of houses with lit windows."""
    canvas.background(palette.sky, palette.glow)
    moon = (canvas.width * chance.uniform(0.2, 0.8), canvas.height * chance.uniform(0.18, 0.32))
    draw_sun(canvas, moon, chance.uniform(65, 110), palette)
    for row in range(3):
        tone = mix(
            mix(palette.accents[0], palette.glow, 0.5 - 0.2 * row), palette.dark, 0.3 * row + 0.1
        )
        top = canvas.height * (0.4 + 0.15 * row)
        _draw_houses(canvas, top, tone, palette, chance, has_windows=row > 0)


def draw_space(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """A planet with bands and a ring, moons and stars."""
    night = mix(palette.dark, (8, 10, 30), 0.5)
    canvas.background(night, mix(night, palette.accents[3], 0.35))
    for _ in range(170):
        spot = (chance.uniform(0, canvas.width), chance.uniform(0, canvas.height))
        canvas.disc(spot, chance.choice((1.2, 1.6, 2.0, 3.2)), mix(palette.light, night, 0.2))
    center = (canvas.width * chance.uniform(0.4, 0.6), canvas.height * chance.uniform(0.42, 0.58))
    radius = chance.uniform(210, 270)
    canvas.glow(center, radius * 2.1, palette.accents[0], 0.5)
    _draw_planet(canvas, center, radius, palette, chance)
    for moon in range(chance.randrange(1, 4)):
        turn = chance.uniform(0.5, 0.9) + moon * 2.1
        away = radius * chance.uniform(1.5, 1.75)
        spot = (center[0] + away * math.cos(turn), center[1] + away * math.sin(turn))
        canvas.disc(spot, chance.uniform(16, 40), chance.choice(palette.accents[1:]))


def _draw_houses(
    canvas: Canvas, top: float, tone: Color, palette: Palette, chance: Random, *, has_windows: bool
) -> None:
    x = -20.0
    while x < canvas.width:
        width = chance.uniform(70, 150)
        roof = top + chance.uniform(-110, 110)
        canvas.box(x, roof, x + width, canvas.height, tone)
        _draw_roof(canvas, x, roof, width, tone, chance)
        if has_windows:
            _draw_windows(canvas, (x, roof, x + width), tone, palette, chance)
        x += width + chance.choice((0, 0, 8))


def _draw_roof(
    canvas: Canvas, x: float, roof: float, width: float, tone: Color, chance: Random
) -> None:
    shape = chance.randrange(4)
    middle = x + width / 2
    if shape == 0:
        canvas.polygon([(x, roof + 1), (middle, roof - width * 0.45), (x + width, roof + 1)], tone)
    elif shape == 1:
        canvas.box(x + width * 0.2, roof - 34, x + width * 0.8, roof + 1, tone)
        canvas.line([(middle, roof - 30), (middle, roof - 105)], 5, tone)
    elif shape == 2:
        canvas.slice((middle, roof + 1), width / 2, 180, 360, tone)


def _draw_windows(
    canvas: Canvas,
    house: tuple[float, float, float],
    tone: Color,
    palette: Palette,
    chance: Random,
) -> None:
    left, roof, right = house
    lit, unlit = mix(palette.accents[3], palette.light, 0.55), mix(tone, palette.dark, 0.35)
    columns = max(2, int((right - left) / 30))
    gap = (right - left) / columns
    y = roof + 20
    while y < canvas.height:
        for column in range(columns):
            x = left + gap * (column + 0.3)
            color = lit if chance.random() < 0.38 else unlit
            canvas.box(x, y, x + gap * 0.4, y + 17, color)
        y += 34


def _draw_planet(
    canvas: Canvas, center: Point, radius: float, palette: Palette, chance: Random
) -> None:
    ring = mix(palette.accents[1], palette.light, 0.5)
    canvas.slice_of_ring(center, radius * 1.75, radius * 0.36, ring, is_front=False)
    canvas.disc(center, radius, palette.accents[0])
    edges = sorted(chance.uniform(-0.9, 0.9) for _ in range(2 * chance.randrange(3, 5)))
    for band, (top, low) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        color = mix(palette.accents[1 + band % 3], palette.accents[0], 0.3)
        canvas.polygon(_band(center, radius, top, low), color)
    canvas.slice_of_ring(center, radius * 1.75, radius * 0.36, ring, is_front=True)


def _band(center: Point, radius: float, top: float, low: float) -> list[Point]:
    """The part of a disc between two heights (-1 to 1)."""
    x, y = center
    heights = [top + (low - top) * step / 8 for step in range(9)]
    right = [(x + radius * math.sqrt(1 - it * it), y + radius * it) for it in heights]
    return [*right, *((2 * x - px, py) for px, py in reversed(right))]
