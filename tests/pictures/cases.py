"""What one hostile or odd file is, and what is to become of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.pictures.makers import BLUE, CORNERS, GREEN, RED, WHITE

NOT_A_PICTURE, TOO_LARGE = "not_a_picture", "picture_too_large"
Colours = tuple[tuple[int, ...], ...]
GREYS = tuple((grey,) * 3 for grey in (76, 150, 29, 255))
ALL_RED = (RED,) * 4
__all__ = ["ALL_RED", "BLUE", "CORNERS", "GREEN", "GREYS", "NOT_A_PICTURE", "RED", "TOO_LARGE"]
__all__ += ["WHITE", "Case", "Colours"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One file.

    `refused`: the code, or "" where it is taken; `either`: damaged, and any of both will do.
    Taken: `size` as people see it, `colours` in the middle of its four quarters (none: not asked),
    each value within `tolerance`. `hidden` are bytes that must not go out to a provider.
    `only_result`: larger than an upload may be, and refused there.
    """

    family: str
    name: str
    make: Callable[[], bytes]
    refused: str = ""
    either: bool = False
    size: tuple[int, int] | None = (160, 96)
    colours: Colours | None = CORNERS
    tolerance: int = 24
    hidden: bytes = b""
    is_large: bool = False
    only_result: bool = False
