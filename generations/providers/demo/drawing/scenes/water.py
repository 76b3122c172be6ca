"""The sea."""

import math
from random import Random

from generations.providers.demo.drawing.canvas import Canvas, Point
from generations.providers.demo.drawing.palettes import Palette, mix
from generations.providers.demo.drawing.scenes.land import draw_sun


def draw_waves(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """Rows of round waves in the Japanese manner, a sun and a sail."""
    canvas.background(palette.sky, palette.glow)
    horizon = canvas.height * chance.uniform(0.42, 0.52)
    sun = (canvas.width * chance.uniform(0.25, 0.75), horizon - chance.uniform(0, 90))
    draw_sun(canvas, sun, chance.uniform(110, 170), palette)
    deep = palette.accents[3] if _is_blue(palette.accents[3]) else palette.dark
    canvas.box(0, horizon, canvas.width, canvas.height, mix(deep, palette.glow, 0.35))
    _draw_sail(canvas, (canvas.width - sun[0], horizon + 18), chance.uniform(0.8, 1.3), palette)
    y, radius = horizon + 70, 52.0
    row = 0
    while y - radius < canvas.height:
        _draw_row(canvas, y, radius, row, palette)
        y += radius * 0.55
        radius *= 1.07
        row += 1


def draw_lake(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """A calm lake with peaks that stand on their heads in it."""
    canvas.background(palette.sky, palette.glow)
    shore = canvas.height * 0.56
    sun = (canvas.width * chance.uniform(0.3, 0.7), shore - chance.uniform(180, 300))
    draw_sun(canvas, sun, 80, palette)
    water = mix(palette.sky, palette.accents[0], 0.35)
    canvas.box(0, shore, canvas.width, canvas.height, mix(water, palette.glow, 0.25))
    for layer in range(3):
        tone = mix(
            mix(palette.accents[4], palette.glow, 0.5 - 0.25 * layer), palette.dark, 0.2 * layer
        )
        peaks = _peaks(canvas, shore, 300 - 85 * layer, chance)
        canvas.polygon([(x, 2 * shore - y) for x, y in peaks], mix(tone, water, 0.55))
        canvas.polygon(peaks, tone)
        if layer == 0:
            _draw_snow(canvas, peaks, palette)
    _draw_ripples(canvas, shore, palette, chance)


def _draw_row(canvas: Canvas, y: float, radius: float, row: int, palette: Palette) -> None:
    colors = (
        mix(palette.accents[0], palette.dark, 0.15),
        palette.light,
        mix(palette.accents[1], palette.glow, 0.2),
        palette.light,
        mix(palette.accents[0], palette.dark, 0.3),
    )
    x = -radius * (0 if row % 2 else 1)
    while x < canvas.width + radius:
        for ring, color in enumerate(colors):
            canvas.disc((x, y), radius * (1 - 0.21 * ring) * (0.97 if ring % 2 else 1), color)
        x += radius * 2


def _draw_sail(canvas: Canvas, foot: Point, size: float, palette: Palette) -> None:
    x, y = foot
    canvas.polygon([(x - 5, y - 6), (x - 5, y - 175 * size), (x - 95 * size, y - 6)], palette.light)
    canvas.polygon(
        [(x + 6, y - 6), (x + 6, y - 140 * size), (x + 72 * size, y - 6)], palette.accents[0]
    )
    hull = [
        (x - 100 * size, y),
        (x + 90 * size, y),
        (x + 62 * size, y + 34),
        (x - 74 * size, y + 34),
    ]
    canvas.polygon(hull, palette.dark)


def _peaks(canvas: Canvas, shore: float, height: float, chance: Random) -> list[Point]:
    points: list[Point] = [(-60.0, shore)]
    x = -60.0
    while x < canvas.width + 60:
        x += chance.uniform(90, 190)
        points.append((x, shore - height * chance.uniform(0.6, 1.1)))
        x += chance.uniform(60, 130)
        points.append((x, shore - height * chance.uniform(0.15, 0.45)))
    return [*points, (canvas.width + 400, shore)]


def _draw_snow(canvas: Canvas, peaks: list[Point], palette: Palette) -> None:
    """White caps: each follows both slopes of its peak a little way down."""
    for before, top, after in zip(peaks, peaks[1:], peaks[2:], strict=False):
        if before[1] > top[1] < after[1]:
            left, right = _along(top, before, 0.34), _along(top, after, 0.34)
            notch = (top[0] + (right[0] - left[0]) * 0.05, max(left[1], right[1]) - 22)
            canvas.polygon([top, right, notch, left], palette.light)


def _along(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _draw_ripples(canvas: Canvas, shore: float, palette: Palette, chance: Random) -> None:
    for _ in range(46):
        depth = math.sqrt(chance.random())
        y = shore + 12 + (canvas.height - shore) * depth
        x, half = chance.uniform(0, canvas.width), 30 + 110 * depth
        canvas.line(
            [(x - half, y), (x + half, y)], 2 + 3 * depth, mix(palette.light, palette.sky, 0.45)
        )


def _is_blue(color: tuple[int, int, int]) -> bool:
    return color[2] > color[0]
