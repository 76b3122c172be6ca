"""Everything that decides how one picture looks."""

import hashlib
from dataclasses import dataclass, field, replace
from random import Random


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One picture before it is drawn: the same recipe always gives the same bytes.

    `seed` tells the pictures of one prompt apart. `references` are encoded pictures that are
    worked into it; with a `mask` (PNG, alpha 0 = repaint here) the first one is repainted.
    """

    prompt: str
    seed: int = 0
    width: int = 1024
    height: int = 1024
    is_transparent: bool = False
    output_format: str = "png"
    compression: int = 100
    references: tuple[bytes, ...] = field(default=(), repr=False)
    mask: bytes | None = field(default=None, repr=False)

    def at(self, index: int) -> "Recipe":
        """Give the recipe of another picture of the same call."""
        return replace(self, seed=self.seed + 1000 * index)

    def random(self, purpose: str = "") -> Random:
        """Give a source of chance that depends only on prompt, seed and purpose."""
        key = f"{self.prompt}\n{self.seed}\n{purpose}".encode()
        return Random(hashlib.sha256(key).digest())
