"""The addresses of finished pictures."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.switches import Switch

_KEPT = 2000


@dataclass
class StoredPicture:
    """One address: what is drawn there, how it misbehaves, and how often it was fetched."""

    recipe: Recipe
    fault: Switch | None = None
    fetches: int = 0


class PictureStore:
    """Recipes by token; the oldest are forgotten, as a provider's addresses expire."""

    def __init__(self) -> None:
        self._stored: OrderedDict[str, StoredPicture] = OrderedDict()

    def add(self, recipe: Recipe, *, fault: Switch | None = None) -> str:
        """Keep a recipe and give the token of its address."""
        token = secrets.token_hex(15)
        self._stored[token] = StoredPicture(recipe, fault)
        while len(self._stored) > _KEPT:
            self._stored.popitem(last=False)
        return token

    def get(self, token: str) -> StoredPicture | None:
        """Find the picture of a token."""
        return self._stored.get(token)

    def clear(self) -> None:
        """Forget all pictures."""
        self._stored.clear()
