"""Flowers, and things on a table."""

import math
from random import Random

from generations.providers.demo.drawing.canvas import Canvas, Point, smooth, turned
from generations.providers.demo.drawing.palettes import Color, Palette, mix


def draw_flowers(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """Stems, leaves and blossoms on light paper."""
    canvas.background(palette.light, mix(palette.light, palette.sky, 0.35))
    stem = mix(palette.accents[4], (62, 110, 78), 0.6)
    count = max(6, round(canvas.width / 120))
    for index in range(count):
        foot = (canvas.width * (index + 0.5) / count + chance.uniform(-30, 30), canvas.height + 10)
        height = canvas.height * chance.uniform(0.35, 0.82)
        head = (foot[0] + chance.uniform(-70, 70), canvas.height - height)
        _draw_stem(canvas, foot, head, stem, chance)
        _draw_blossom(canvas, head, chance.uniform(55, 105), palette, chance)


def draw_table(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """A vase with twigs, a cup and fruit on a table."""
    canvas.background(mix(palette.sky, palette.light, 0.35), palette.glow)
    edge = canvas.height * 0.72
    center = canvas.width / 2
    canvas.disc(
        (center + chance.uniform(-160, 160), edge - 330),
        250,
        mix(palette.accents[3], palette.light, 0.3),
    )
    canvas.box(0, edge, canvas.width, canvas.height, mix(palette.accents[2], palette.dark, 0.25))
    side = chance.choice((-1, 1))
    _draw_vase(canvas, (center - side * 130, edge + 70), palette, chance)
    _draw_cup(
        canvas,
        (center + side * 175, edge + 95),
        palette.light,
        mix(palette.accents[0], palette.dark, 0.1),
    )
    for index in range(3):
        x = center + side * (330 - 90 * index) * 0.9
        fruit = palette.accents[index % 2 * 3]
        canvas.disc((x, edge + 165 + 24 * (index % 2)), 52, fruit)
        canvas.disc((x - 16, edge + 148 + 24 * (index % 2)), 14, mix(fruit, palette.light, 0.5))


def _draw_stem(canvas: Canvas, foot: Point, head: Point, color: Color, chance: Random) -> None:
    bend = chance.uniform(-60, 60)
    points = []
    for step in range(13):
        t = step / 12
        x = foot[0] + (head[0] - foot[0]) * t + bend * math.sin(math.pi * t)
        points.append((x, foot[1] + (head[1] - foot[1]) * t))
    canvas.line(points, 8, color)
    for at in (4, 6, 8):
        x, y = points[at]
        side = chance.choice((-1, 1))
        _draw_petal(canvas, (x, y), 95, 22, -90 + side * chance.uniform(45, 70), color)


def _draw_petal(
    canvas: Canvas, root: Point, length: float, half: float, degrees: float, color: Color
) -> None:
    x, y = root
    shape = smooth(
        [(x, y), (x + length * 0.5, y - half), (x + length, y), (x + length * 0.5, y + half)]
    )
    canvas.polygon(turned(shape, root, degrees), color)


def _draw_blossom(
    canvas: Canvas, center: Point, radius: float, palette: Palette, chance: Random
) -> None:
    color = chance.choice(palette.accents[:4])
    petals = chance.choice((5, 6, 8, 12))
    start = chance.uniform(0, 360)
    for layer, share in ((0, 1.0), (1, 0.66)):
        tone = mix(color, palette.light, 0.28 * layer)
        for petal in range(petals):
            degrees = start + 360 * (petal + layer / 2) / petals
            half = radius * share * min(0.45, 2.3 / petals)
            _draw_petal(canvas, center, radius * share, half, degrees, tone)
    canvas.disc(center, radius * 0.24, mix(palette.accents[3], palette.dark, 0.2))
    canvas.disc(center, radius * 0.13, mix(palette.accents[3], palette.light, 0.5))


def _draw_vase(canvas: Canvas, foot: Point, palette: Palette, chance: Random) -> None:
    x, y = foot
    twig = mix(palette.accents[4], palette.dark, 0.35)
    for index in range(5):
        head = (x + (index - 2) * 85 + chance.uniform(-20, 20), y - chance.uniform(500, 660))
        canvas.line([(x, y - 250), ((x + head[0]) / 2 + (index - 2) * 14, y - 400), head], 6, twig)
        _draw_blossom(canvas, head, chance.uniform(38, 60), palette, chance)
    body = [(x - 38, y - 290), (x - 34, y - 225), (x - 105, y - 120), (x - 62, y), (x + 62, y),
            (x + 105, y - 120), (x + 34, y - 225), (x + 38, y - 290)]  # fmt: skip
    canvas.polygon(smooth(body), palette.accents[0])
    shine = smooth([(x - 62, y - 150), (x - 78, y - 105), (x - 58, y - 40), (x - 52, y - 100)])
    canvas.polygon(shine, mix(palette.accents[0], palette.light, 0.45))


def _draw_cup(canvas: Canvas, foot: Point, color: Color, drink: Color) -> None:
    x, y = foot
    shade = mix(color, drink, 0.25)
    canvas.ellipse((x, y + 4), 120, 20, mix(color, drink, 0.4))
    canvas.ring((x + 88, y - 70), 38, 14, shade)
    canvas.polygon(smooth([(x - 85, y - 120), (x - 78, y - 45), (x - 40, y), (x + 40, y),
                           (x + 78, y - 45), (x + 85, y - 120)]), color)  # fmt: skip
    canvas.ellipse((x, y - 120), 88, 20, shade)
    canvas.ellipse((x, y - 117), 76, 14, drink)
