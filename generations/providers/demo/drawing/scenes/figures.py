"""A cat and a portrait."""

import math
from random import Random

from generations.providers.demo.drawing.canvas import Canvas, Point, smooth
from generations.providers.demo.drawing.palettes import Color, Palette, mix

_BLUSH = (222, 104, 96)
_SKINS = ((240, 200, 170), (222, 172, 134), (178, 122, 88), (120, 78, 56), (250, 222, 196))


def draw_cat(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """A cat that sits and looks."""
    canvas.background(palette.sky, palette.glow)
    x, floor = canvas.width / 2, canvas.height * 0.5 + 400
    if not canvas.is_transparent:
        floor_color = mix(palette.accents[2], palette.dark, 0.25)
        canvas.disc((x, floor - 470), 380, mix(palette.light, palette.glow, 0.3))
        canvas.box(0, floor - 40, canvas.width, canvas.height, floor_color)
    fur = chance.choice((palette.dark, palette.accents[0], palette.accents[1], (238, 226, 208)))
    stripe = mix(fur, palette.dark if sum(fur) > 260 else palette.light, 0.3)
    _draw_tail(canvas, (x, floor), fur, chance.choice((-1, 1)))
    body = [(-95, -420), (-150, -250), (-190, -90), (-170, 8), (0, 22), (170, 8), (190, -90),
            (150, -250), (95, -420)]  # fmt: skip
    canvas.polygon(smooth([(x + dx, floor + dy) for dx, dy in body]), fur)
    canvas.ellipse((x, floor - 190), 80, 130, mix(fur, palette.light, 0.45))
    for side in (-1, 1):
        canvas.ellipse((x + side * 68, floor + 2), 58, 30, mix(fur, palette.light, 0.3))
    _draw_cat_head(canvas, (x, floor - 500), (fur, stripe), palette)


def draw_portrait(canvas: Canvas, palette: Palette, chance: Random) -> None:
    """A head and shoulders with a scarf and a pearl."""
    back = mix(palette.dark, palette.accents[3], 0.45)
    canvas.background(mix(back, palette.sky, 0.25), back)
    x, y = canvas.width / 2, canvas.height / 2 - 30
    canvas.glow((x, y), 620, palette.glow, 0.4)
    skin = chance.choice(_SKINS)
    shade = mix(skin, palette.dark, 0.22)
    coat = palette.accents[0]
    half = [(170, 318), (370, 420), (430, 700), (440, 1400)]
    shoulders = [*((-dx, dy) for dx, dy in reversed(half)), (0, 330), *half]
    canvas.polygon(smooth([(x + dx, y + dy) for dx, dy in shoulders]), coat)
    canvas.polygon(
        [(x - 74, y + 120), (x + 74, y + 120), (x + 98, y + 345), (x, y + 420), (x - 98, y + 345)],
        shade,
    )
    collar = [
        (x - 118, y + 318),
        (x, y + 432),
        (x + 118, y + 318),
        (x + 150, y + 372),
        (x, y + 520),
        (x - 150, y + 372),
    ]
    canvas.polygon(collar, palette.light)
    _draw_scarf(canvas, (x, y), palette, chance)
    _draw_face(canvas, (x, y), skin, palette)
    _draw_pearl(canvas, (x + 172, y + 130), palette)


def _draw_tail(canvas: Canvas, foot: Point, color: Color, side: int) -> None:
    x, y = foot
    bends = []
    for step in range(43):
        turn = math.pi * (0.5 - step / 30)
        bends.append((x + side * (150 + 130 * math.cos(turn)), y - 150 + 135 * math.sin(turn)))
    canvas.line(bends, 50, color)


def _draw_cat_head(
    canvas: Canvas, center: Point, coat: tuple[Color, Color], palette: Palette
) -> None:
    x, y = center
    fur, stripe = coat
    for side in (-1, 1):
        ear = [(x + side * 40, y - 110), (x + side * 150, y - 245), (x + side * 178, y - 40)]
        canvas.polygon(ear, fur)
        inner = [(x + side * 80, y - 118), (x + side * 142, y - 196), (x + side * 156, y - 78)]
        canvas.polygon(inner, mix(palette.accents[0], palette.light, 0.55))
    canvas.ellipse(center, 190, 158, fur)
    for shift in (-46, 0, 46):
        canvas.line(
            [(x + shift, y - 148 + abs(shift) * 0.2), (x + shift * 0.7, y - 88)], 14, stripe
        )
    for side in (-1, 1):
        eye = (x + side * 78, y - 12)
        canvas.ellipse(eye, 42, 36, palette.light)
        canvas.ellipse(eye, 35, 32, mix(palette.accents[3], (190, 200, 80), 0.5))
        canvas.ellipse(eye, 11, 29, (20, 20, 28))
        canvas.disc((eye[0] + 10, eye[1] - 12), 7, (255, 255, 255))
        canvas.ellipse((x + side * 34, y + 68), 42, 32, mix(fur, palette.light, 0.55))
        for rise in (-14, 4, 22):
            line = [(x + side * 72, y + 64 + rise * 0.4), (x + side * 225, y + 48 + rise * 1.6)]
            canvas.line(line, 3, mix(palette.light, fur, 0.25))
    canvas.polygon(
        [(x - 20, y + 34), (x + 20, y + 34), (x, y + 58)],
        mix(palette.accents[0], palette.light, 0.3),
    )


def _draw_scarf(canvas: Canvas, center: Point, palette: Palette, chance: Random) -> None:
    """A turban whose end falls over one shoulder."""
    x, y = center
    wrap, end = palette.accents[1], palette.accents[3]
    fall = [
        (x - 150, y - 150),
        (x - 262, y + 30),
        (x - 250, y + 300),
        (x - 150, y + 330),
        (x - 120, y),
    ]
    canvas.polygon(smooth(fall), mix(end, palette.dark, 0.12))
    cap = [(-205, -40), (-225, -190), (-110, -335), (80, -345), (215, -215), (212, -50), (0, -120)]
    canvas.polygon(smooth([(x + dx, y + dy) for dx, dy in cap]), wrap)
    for rise in (0, 55, 110):
        fold = [
            (x - 190 + rise * 0.6, y - 120 - rise),
            (x, y - 190 - rise),
            (x + 188 - rise * 0.6, y - 128 - rise),
        ]
        canvas.line(fold, 7, mix(wrap, palette.dark, 0.2))


def _draw_face(canvas: Canvas, center: Point, skin: Color, palette: Palette) -> None:
    x, y = center
    line = mix(skin, palette.dark, 0.75)
    shape = [
        (-168, -70),
        (-160, 70),
        (-92, 196),
        (0, 236),
        (92, 196),
        (160, 70),
        (168, -70),
        (0, -150),
    ]
    canvas.polygon(smooth([(x + dx, y + dy) for dx, dy in shape]), skin)
    band = [
        (x - 190, y - 60),
        (x, y - 128),
        (x + 190, y - 60),
        (x + 196, y - 118),
        (x, y - 196),
        (x - 196, y - 118),
    ]
    canvas.polygon(band, mix(palette.accents[3], palette.light, 0.15))
    for side in (-1, 1):
        _draw_eye(canvas, (x + side * 70, y + 4), skin, line)
        canvas.disc((x + side * 104, y + 82), 34, mix(skin, _BLUSH, 0.3))
    canvas.line(
        [(x + 4, y + 14), (x + 22, y + 84), (x - 4, y + 92)], 6, mix(skin, palette.dark, 0.3)
    )
    lips = [
        (x - 42, y + 140),
        (x - 14, y + 130),
        (x, y + 136),
        (x + 14, y + 130),
        (x + 42, y + 140),
        (x, y + 166),
    ]
    canvas.polygon(smooth(lips), mix((196, 78, 82), skin, 0.15))


def _draw_eye(canvas: Canvas, center: Point, skin: Color, line: Color) -> None:
    x, y = center
    canvas.ellipse(center, 33, 18, (252, 250, 246))
    canvas.disc(center, 15, line)
    canvas.disc((x + 5, y - 5), 5, (255, 255, 255))
    canvas.arc((x, y + 12), 40, 215, 325, thickness=7, color=line)
    canvas.arc((x, y - 4), 52, 222, 318, thickness=8, color=mix(line, skin, 0.15))


def _draw_pearl(canvas: Canvas, center: Point, palette: Palette) -> None:
    x, y = center
    canvas.line([(x, y - 58), (x, y - 30)], 4, mix(palette.dark, palette.light, 0.5))
    canvas.disc(center, 34, (214, 214, 222))
    canvas.disc((x - 4, y - 4), 28, (236, 236, 240))
    canvas.disc((x - 11, y - 12), 10, (255, 255, 255))
