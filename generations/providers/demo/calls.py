"""One generation request as the server understood it."""

import re
from dataclasses import dataclass, field
from typing import Any

from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.pictures import PictureStore, SpoilPicture, StoredPicture
from generations.providers.demo.switches import Switch

CHAT = "chat"
IMAGES = "images"

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_RATIO = re.compile(r"(?<!\d)(\d{1,2})\s*[:\uff1a]\s*(\d{1,2})(?!\d)")
_WORDS = ((r"\bportrait\b|竖", "2:3"), (r"\blandscape\b|\bwide\b|横", "3:2"))
_LONG_SIDE = {True: 1024, False: 1536}  # by "is it a square"


@dataclass(kw_only=True)
class Call:
    """What a generation request asks for; faults may change it before it is answered.

    `origin` is where result addresses live. `references` are the encoded pictures that came
    with the request. `missing` pictures are left out of the answer. `gives_addresses` makes the
    Images API answer with addresses instead of base64; `address_fault` is how these misbehave,
    and `address` stands in the answer in place of the true ones.
    """

    route: str
    model: str
    prompt: str
    origin: str
    seconds: float
    recipe: Recipe
    count: int = 1
    is_stream: bool = False
    is_edit: bool = False
    parent_id: str = ""
    partial_images: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    usage: dict[str, Any] | None = None
    includes_usage: bool = False
    gives_addresses: bool = False
    uses_short_form: bool = False
    address: str = ""
    address_fault: Switch | None = None
    spoil_picture: SpoilPicture | None = None
    breaks_base64: bool = False
    missing: int = 0

    @property
    def language(self) -> str:
        """The language in which a chat answer is worded: that of the prompt."""
        return "zh" if _CJK.search(self.prompt) else "en"

    def recipes(self) -> list[Recipe]:
        """Give one recipe for each picture of the answer."""
        return [self.recipe.at(index) for index in range(max(0, self.count - self.missing))]

    def spell(self, encoded: str) -> str:
        """Write base64 as it goes into the answer: as it is, or unreadable."""
        return f"%%{encoded[:200]}…" if self.breaks_base64 else encoded

    def store_in(self, pictures: PictureStore) -> list[str]:
        """Keep the pictures of the answer and give the tokens of their addresses."""
        return [
            pictures.add(StoredPicture(recipe, self.address_fault, self.spoil_picture))
            for recipe in self.recipes()
        ]


def ratio_in(prompt: str) -> str:
    """Find the ratio that a prompt asks for: "2:3 portrait" gives "2:3"; else "1:1"."""
    found = [(int(w), int(h)) for w, h in _RATIO.findall(prompt)]
    for width, height in reversed(found):
        if width and height and 1 / 3 <= width / height <= 3:
            return f"{width}:{height}"
    for words, ratio in _WORDS:
        if re.search(words, prompt, re.IGNORECASE):
            return ratio
    return "1:1"


def size_of(ratio: str) -> tuple[int, int]:
    """Give the pixels that the chat models paint for a ratio: 1024 to 1536 on the long side."""
    width, height = (int(part) for part in ratio.split(":"))
    long_side = _LONG_SIDE[width == height]
    if width >= height:
        return long_side, round(long_side * height / width / 16) * 16
    return round(long_side * width / height / 16) * 16, long_side
