"""Pictures that are broken, missing or more than asked, and other variants (1.2, 2.2)."""

import struct
import zlib
from dataclasses import replace
from functools import cache

from generations.providers.demo.calls import CHAT, IMAGES, Call
from generations.providers.demo.faults.chat_shapes import data_address
from generations.providers.demo.faults.fault import BOTH, Fault
from generations.providers.demo.script import Script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch

_BOMB_SIDE = 20_000
_PAGE = b"<!DOCTYPE html><html><body>This is no picture.</body></html>"


@cache
def bomb_picture() -> bytes:
    """Build a small PNG that unfolds to 400 megapixels."""
    row = b"\0" * (1 + _BOMB_SIDE // 8)
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(row) for _ in range(_BOMB_SIDE)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", _BOMB_SIDE, _BOMB_SIDE, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pictures(call: Call, switch: Switch) -> None:
    call.count = max(1, min(10, int(switch.number(2))))


def _fewer(call: Call, switch: Switch) -> None:
    call.missing = int(switch.number(1))


def _no_picture(call: Call, switch: Switch) -> None:
    call.spoil_picture = lambda content: _PAGE


def _truncated(call: Call, switch: Switch) -> None:
    call.spoil_picture = lambda content: content[: len(content) // 2]


def _bomb(call: Call, switch: Switch) -> None:
    call.spoil_picture = lambda content: bomb_picture()


def _other_format(call: Call, switch: Switch) -> None:
    """Draw in another format than the answer says."""
    wanted = call.recipe.output_format
    call.recipe = replace(call.recipe, output_format="webp" if wanted != "webp" else "png")


def _broken_base64(call: Call, switch: Switch) -> None:
    call.breaks_base64 = True


async def _broken_base64_in_chat(call: Call, switch: Switch, state: DemoState) -> Script | None:
    return await data_address(call, switch, state) if call.route == CHAT else None


def _url(call: Call, switch: Switch) -> None:
    call.gives_addresses = True


def _short_form(call: Call, switch: Switch) -> None:
    call.uses_short_form = True


def _seed(call: Call, switch: Switch) -> None:
    call.recipe = replace(call.recipe, seed=int(switch.number(0)))


PICTURE_FAULTS = (
    Fault(
        name="broken-base64",
        meaning="base64 that cannot be read",
        source="1.3, 2.6",
        routes=BOTH,
        arrange=_broken_base64,
        answer=_broken_base64_in_chat,
    ),
    Fault(
        name="not-a-picture",
        meaning="HTML in place of the picture's bytes",
        source="2.5",
        routes=BOTH,
        arrange=_no_picture,
    ),
    Fault(
        name="truncated-picture",
        meaning="only the first half of the picture's bytes",
        source="2.5",
        routes=BOTH,
        arrange=_truncated,
    ),
    Fault(
        name="bomb-picture",
        meaning="50 KB that unfold to 400 megapixels",
        source="2.5",
        routes=BOTH,
        arrange=_bomb,
    ),
    Fault(
        name="other-format",
        meaning="WebP where PNG is promised",
        source="2.3",
        routes=BOTH,
        arrange=_other_format,
    ),
    Fault(
        name="fewer-pictures",
        meaning="fewer pictures than asked for",
        source="1.2",
        argument="[missing=1]",
        routes=(IMAGES,),
        arrange=_fewer,
    ),
    Fault(
        name="pictures",
        meaning="this many pictures, whatever was asked for",
        source="2.2",
        argument="[count=2]",
        routes=BOTH,
        arrange=_pictures,
    ),
    Fault(
        name="url",
        meaning="addresses in place of base64",
        source="1.3",
        routes=(IMAGES,),
        arrange=_url,
    ),
    Fault(
        name="short-form",
        meaning="the short form: a line for each percent, no done line's emoji, no downloads",
        source="2.3",
        routes=(CHAT,),
        arrange=_short_form,
    ),
    Fault(
        name="seed",
        meaning="the picture with this number, every time the same",
        source="for tests",
        argument="number",
        routes=BOTH,
        arrange=_seed,
    ),
)
