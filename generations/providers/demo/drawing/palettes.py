"""Colours that go well together."""

import re
from dataclasses import dataclass
from random import Random

_SURPRISE = 0.25
_HOURS = r"night|sunset|dusk|noche|atardecer|夜|夕"  # a night must not be orange

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """Five roles: `sky` at the top, `glow` at the horizon, `light`, `accents`, `dark`.

    `words` are words of a prompt (in several languages) that ask for this palette.
    """

    words: str
    sky: Color
    glow: Color
    light: Color
    accents: tuple[Color, ...]
    dark: Color


def _color(code: str) -> Color:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def _palette(words: str, sky: str, glow: str, light: str, accents: str, dark: str) -> Palette:
    mixed = tuple(_color(code) for code in accents.split())
    return Palette(words, _color(sky), _color(glow), _color(light), mixed, _color(dark))


PALETTES = (
    _palette(
        r"sunset|dusk|warm|autumn|fall|atardecer|otoño|夕|秋",
        "f4a259", "fbe3b5", "fff4dc", "e4572e f0803c 8c2f39 f2b134 3b5b6d", "2d2a3e",
    ),
    _palette(
        r"night|moon|dark|noche|luna|夜|月",
        "14213d", "3a4f7a", "f7e9c3", "5c7fb8 e8c170 27406b c96f53 7fa8a1", "0b132b",
    ),
    _palette(
        r"spring|garden|meadow|green|primavera|verde|春|绿",
        "cfe8dc", "f6f3e2", "fffdf3", "5a9367 a7c957 f2a65a e76f7a 2f6f5e", "23403a",
    ),
    _palette(
        r"sea|ocean|blue|water|lake|mar|azul|海|蓝|水",
        "a9d6e5", "e9f5f3", "fffaf0", "2a6f97 61a5c2 f4a261 014f86 e76f51", "012a4a",
    ),
    _palette(
        r"winter|snow|ice|cold|invierno|nieve|冬|雪",
        "c9d6e3", "f3f1ee", "ffffff", "8fa9bf 5d7b93 d98c7a b9cbd9 41586b", "27394a",
    ),
    _palette(
        r"pastel|soft|cute|pink|candy|kawaii|rosa|粉|可爱",
        "f8d5d5", "fdf1e7", "fffaf5", "e79ea6 f2c078 92b6b1 c38d9e 6d7aa8", "5b4b6a",
    ),
    _palette(
        r"poster|retro|vintage|bauhaus|cartel|海报|复古",
        "f1e4c8", "f7f0de", "fffaf0", "d1495b edae49 00798c 30638e 66a182", "1f2a36",
    ),
    _palette(
        r"dream|magic|fantasy|violet|purple|sueño|梦|紫",
        "6d5b97", "f0b7a4", "fff0e1", "9a6fb0 e58c8a f6c28b 4a4e8f 7fb7be", "2a1e4f",
    ),
)  # fmt: skip


def choose_palette(prompt: str, chance: Random) -> Palette:
    """Take the palette that the prompt's words ask for; now and then, or without one, any."""
    asked = [palette for palette in PALETTES if re.search(palette.words, prompt.lower())]
    is_any = chance.random() < _SURPRISE and not re.search(_HOURS, prompt.lower())
    return chance.choice(PALETTES if is_any or not asked else asked)


def mix(one: Color, other: Color, share: float) -> Color:
    """Blend two colours; `share` is how much of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
