"""Which motif a prompt gets."""

import re
from collections.abc import Callable
from random import Random

from generations.providers.demo.drawing.canvas import Canvas
from generations.providers.demo.drawing.palettes import Palette
from generations.providers.demo.drawing.scenes.city import draw_skyline, draw_space
from generations.providers.demo.drawing.scenes.figures import draw_cat, draw_portrait
from generations.providers.demo.drawing.scenes.land import draw_birches, draw_dunes, draw_hills
from generations.providers.demo.drawing.scenes.patterns import draw_citrus, draw_tiles
from generations.providers.demo.drawing.scenes.still import draw_flowers, draw_table
from generations.providers.demo.drawing.scenes.water import draw_lake, draw_waves

Scene = Callable[[Canvas, Palette, Random], None]

# Words of a prompt, as they begin; the earliest word in the prompt decides
_SCENES: tuple[tuple[str, Scene], ...] = (
    (r"cat\b|cats|kitten|gato|gata|猫", draw_cat),
    (
        r"portrait of|girl|woman|man\b|boy|face|person|queen|king\b|"
        r"pearl|chica|mujer|hombre|retrato|女|男|人像|肖像",
        draw_portrait,
    ),
    (r"fruit|orange|lemon|lime|citrus|fruta|naranja|limón|水果|柠檬|橙", draw_citrus),
    (r"poster|bauhaus|geometr|pattern|abstract|tile|logo|icon|cartel|海报|几何|抽象", draw_tiles),
    (r"sea\b|ocean|wave|beach|boat|sail|ship|island|mar\b|ola|playa|barco|海|浪|船", draw_waves),
    (r"lake|river|mountain|alp|peak|reflection|lago|río|montaña|湖|山", draw_lake),
    (
        r"hill|valley|landscape|field|meadow|countryside|"
        r"village|colina|paisaje|valle|风景|田",
        draw_hills,
    ),
    (r"desert|dune|sand|camel|desierto|duna|沙", draw_dunes),
    (r"forest|tree|wood|birch|autumn|bosque|árbol|森林|树|林", draw_birches),
    (
        r"city|street|skyline|building|tower|night|"
        r"tokyo|paris|new york|ciudad|calle|城|街|楼",
        draw_skyline,
    ),
    (
        r"space|planet|stars?\b|starry|galax|astronaut|robot|moon|"
        r"espacio|planeta|estrella|luna|太空|星|宇航",
        draw_space,
    ),
    (r"flower|garden|rose|bloom|bouquet|botanic|spring|flor|jardín|rosa|花|植物", draw_flowers),
    (
        r"coffee|tea\b|cup|mug|vase|still life|table|bottle|"
        r"food|cake|café|taza|mesa|咖啡|茶|杯|静物",
        draw_table,
    ),
)  # fmt: skip
_ANY = (
    draw_hills, draw_waves, draw_tiles, draw_citrus, draw_birches, draw_skyline, draw_lake,
    draw_dunes, draw_flowers, draw_space, draw_table,
)  # fmt: skip


def choose_scene(prompt: str, chance: Random) -> Scene:
    """Take the motif whose word comes first in the prompt; without one, any."""
    found = [
        (match.start(), scene) for words, scene in _SCENES if (match := _search(words, prompt))
    ]
    if found:
        return min(found, key=lambda it: it[0])[1]
    return chance.choice(_ANY)


def _search(words: str, prompt: str) -> re.Match[str] | None:
    return re.search(rf"(?:(?<![a-z])(?=[a-z])|(?![a-z]))(?:{words})", prompt.lower())
