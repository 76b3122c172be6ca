"""The addresses of finished pictures."""

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.script import Script
from generations.providers.demo.switches import Switch

SpoilPicture = Callable[[bytes], bytes]

_KEPT = 2000
_KEPT_BYTES = 100_000_000


@dataclass
class StoredPicture:
    """One address: what is drawn there, how it misbehaves, and how often it was fetched."""

    recipe: Recipe
    fault: Switch | None = None
    spoil: SpoilPicture | None = None
    fetches: int = 0

    @property
    def size(self) -> int:
        """How many bytes of reference images it keeps in memory."""
        return sum(len(reference) for reference in self.recipe.references)


@dataclass(frozen=True)
class Visit:
    """One fetch of a misbehaving address; `normal` gives what it would serve otherwise."""

    stored: StoredPicture
    switch: Switch
    origin: str
    token: str
    normal: Callable[[], Awaitable[Script]]


class PictureStore:
    """Recipes by token; the oldest are forgotten, as a provider's addresses expire."""

    def __init__(self) -> None:
        self._stored: OrderedDict[str, StoredPicture] = OrderedDict()
        self._size = 0

    def add(self, picture: StoredPicture) -> str:
        """Keep a picture and give the token of its address."""
        token = secrets.token_hex(15)
        self._stored[token] = picture
        self._size += picture.size
        while len(self._stored) > 1 and self._is_full():
            self._size -= self._stored.popitem(last=False)[1].size
        return token

    def get(self, token: str) -> StoredPicture | None:
        """Find the picture of a token."""
        return self._stored.get(token)

    def clear(self) -> None:
        """Forget all pictures."""
        self._stored.clear()
        self._size = 0

    def _is_full(self) -> bool:
        return len(self._stored) > _KEPT or self._size > _KEPT_BYTES
