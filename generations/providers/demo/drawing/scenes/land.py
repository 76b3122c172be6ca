"""Hills, dunes and woods."""

import math
from random import Random

from generations.providers.demo.drawing.canvas import Canvas, Point
from generations.providers.demo.drawing.palettes import Color, Palette, mix

_STEP = 12
_SAND = (226, 178, 118)


def draw_hills(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """Layers of hills under a low sun."""
    canvas.background(palette.sky, palette.glow)
    horizon = canvas.height * chance.uniform(0.46, 0.56)
    sun = (canvas.width * chance.uniform(0.25, 0.75), horizon - chance.uniform(40, 190))
    draw_sun(canvas, sun, chance.uniform(80, 125), palette)
    _draw_birds(canvas, palette, chance)
    layers = chance.randrange(4, 6)
    for layer in range(layers):
        depth = (layer + 1) / layers
        color = mix(mix(palette.glow, palette.accents[layer % 2 * 2], 0.55), palette.dark, depth**2)
        base = horizon + (canvas.height - horizon) * (layer / layers) * 0.95
        ridge = _ridge(canvas, base, 95 - 45 * depth, chance)
        canvas.polygon([*ridge, (canvas.width, canvas.height), (0, canvas.height)], color)
        if layer >= layers - 2:
            _draw_pines(canvas, ridge, mix(color, palette.dark, 0.5), 40 + 80 * depth, chance)


def draw_dunes(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """Dunes, each darker than the one behind it, and a few cacti."""
    canvas.background(palette.sky, palette.glow)
    sun = (canvas.width * chance.uniform(0.2, 0.8), canvas.height * chance.uniform(0.2, 0.3))
    draw_sun(canvas, sun, chance.uniform(60, 100), palette)
    near, far = mix(palette.accents[0], palette.dark, 0.25), mix(palette.glow, _SAND, 0.5)
    layers = 7
    for layer in range(layers):
        base = canvas.height * (0.48 + 0.52 * (layer / layers) ** 1.3)
        tone = mix(mix(far, _SAND, 0.6), near, (layer / layers) ** 1.2)
        ridge = _ridge(canvas, base, 70 - 3 * layer, chance, waves=2)
        canvas.polygon([*ridge, (canvas.width, canvas.height), (0, canvas.height)], tone)
        if layer in (2, 4):
            _draw_cacti(canvas, ridge, mix(palette.dark, near, 0.25), 16 + 9 * layer, chance)


def draw_birches(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """White trunks with dark marks, and leaves."""
    canvas.background(mix(palette.sky, palette.light, 0.25), palette.glow)
    floor = canvas.height * 0.86
    for layer in range(3):
        tone = mix(palette.light, palette.sky, 0.55 - 0.27 * layer)
        mark = mix(palette.dark, palette.sky, 0.6 - 0.28 * layer)
        for _ in range(max(3, round(canvas.width / 190))):
            x = chance.uniform(0, canvas.width)
            _draw_trunk(canvas, x, floor + 30 * layer, 16 + 17 * layer, (tone, mark), chance)
        _draw_leaves(canvas, palette, 70, chance)
    ridge = _ridge(canvas, floor, 22, chance)
    ground = mix(palette.accents[0], palette.dark, 0.3)
    canvas.polygon([*ridge, (canvas.width, canvas.height), (0, canvas.height)], ground)
    _draw_fallen(canvas, palette, floor, chance)


def draw_sun(canvas: Canvas, center: Point, radius: float, palette: Palette) -> None:
    """A disc with a soft light around it."""
    canvas.glow(center, radius * 4.2, palette.light, 0.85)
    canvas.disc(center, radius, palette.light)


def _ridge(
    canvas: Canvas, base: float, swing: float, chance: Random, *, waves: int = 3
) -> list[Point]:
    """A line from left to right that rises and falls."""
    parts = [
        (chance.uniform(0.5, 1.0) / (k + 1), chance.uniform(0.6, 1.1) * (k + 1), chance.random())
        for k in range(waves)
    ]
    count = math.ceil(canvas.width / _STEP) + 1
    xs = [index * canvas.width / (count - 1) for index in range(count)]
    return [
        (x, base + swing * sum(a * math.sin(f * x / 160 + 6.3 * p) for a, f, p in parts))
        for x in xs
    ]


def _draw_cacti(
    canvas: Canvas, ridge: list[Point], color: Color, size: float, chance: Random
) -> None:
    for x, y in chance.sample(ridge, k=chance.randrange(1, 4)):
        height = size * chance.uniform(2.2, 3.4)
        canvas.line([(x, y + 8), (x, y - height)], size * 0.4, color)
        for side in (-1, 1):
            bend = y - height * chance.uniform(0.3, 0.55)
            out = x + side * size * 0.75
            arm = [(x, bend), (out, bend), (out, bend - height * 0.3)]
            canvas.line(arm, size * 0.28, color)


def _draw_pines(
    canvas: Canvas, ridge: list[Point], color: Color, size: float, chance: Random
) -> None:
    for x, y in chance.sample(ridge, k=min(len(ridge), 26)):
        height = size * chance.uniform(0.6, 1.3)
        for tier in range(3):
            half = height * (0.13 + 0.07 * tier)
            top = y - height + tier * height * 0.24
            canvas.polygon(
                [(x, top), (x - half, top + height * 0.5), (x + half, top + height * 0.5)], color
            )
        canvas.box(x - 2, y - height * 0.1, x + 2, y + 8, color)


def _draw_birds(canvas: Canvas, palette: Palette, chance: Random) -> None:
    middle = (canvas.width * chance.uniform(0.2, 0.8), canvas.height * chance.uniform(0.12, 0.25))
    color = mix(palette.dark, palette.sky, 0.25)
    for _ in range(chance.randrange(3, 7)):
        x = middle[0] + chance.uniform(-130, 130)
        y = middle[1] + chance.uniform(-60, 60)
        wing = chance.uniform(9, 17)
        for side in (-1, 1):
            canvas.arc((x + side * wing, y), wing, 200, 340, thickness=3, color=color)


def _draw_trunk(
    canvas: Canvas, x: float, foot: float, half: float, tones: tuple[Color, Color], chance: Random
) -> None:
    tone, mark = tones
    lean = chance.uniform(-25, 25)
    top = [(x + lean - half * 0.8, 0.0), (x + lean + half * 0.8, 0.0)]
    canvas.polygon([*top, (x + half * 1.15, foot + 40), (x - half * 1.15, foot + 40)], tone)
    y = chance.uniform(0, 60)
    while y < foot:
        middle = x + lean * (1 - y / foot)
        side = chance.choice((-1, 1))
        reach = half * chance.uniform(0.4, 1.3)
        edge = middle + side * half * 0.9
        canvas.polygon(
            [(edge, y - 5), (edge - side * reach, y), (edge, y + chance.uniform(4, 9))], mark
        )
        y += chance.uniform(25, 90)


def _draw_leaves(canvas: Canvas, palette: Palette, count: int, chance: Random) -> None:
    for _ in range(count):
        x = chance.uniform(0, canvas.width)
        y = canvas.height * 0.5 * chance.random() ** 1.6
        size = chance.uniform(6, 15)
        canvas.ellipse((x, y), size, size * 0.7, chance.choice(palette.accents[:4]))


def _draw_fallen(canvas: Canvas, palette: Palette, floor: float, chance: Random) -> None:
    for _ in range(70):
        y = chance.uniform(floor + 35, canvas.height)
        color = mix(chance.choice(palette.accents[:4]), palette.light, 0.15)
        canvas.ellipse((chance.uniform(0, canvas.width), y), 11, 4, color)
