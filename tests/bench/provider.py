"""A provider for measuring: the demo provider with pictures of real weight, drawn beforehand.

Every call takes exactly so many seconds. Each picture is its own file of a bit over a megabyte
(one drawing with a photograph's grain, marked with the prompt), so that storing, hashing and
decoding cost what they cost with a real provider; making it costs nothing.
"""

import argparse
import io
import json
import re
import struct
import time
import zlib
from typing import Any

from PIL import Image, ImageChops

from generations.providers.demo.app import DemoApp
from generations.providers.demo.chat import prompt_of
from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.drawing.render import draw
from generations.providers.demo.server import build_server, listen, origin_of
from generations.providers.demo.state import DemoState

GRAIN = 0.8
AFTER_HEADER = 33  # the signature and the IHDR chunk of a PNG
PERCENT = re.compile(rb"(\d+)\.+\"")


class PreparedState(DemoState):
    """Gives the prepared picture, marked with its prompt, instead of drawing."""

    def __init__(self, *, seconds: float) -> None:
        super().__init__(pace=seconds)
        self.faults.set_always(f"slow {seconds}")
        self._picture = _grainy_picture()

    async def draw(self, recipe: Recipe) -> bytes:
        mark = _chunk(b"tEXt", f"Comment\0{recipe.prompt} {recipe.seed}".encode())
        return self._picture[:AFTER_HEADER] + mark + self._picture[AFTER_HEADER:]


class ListeningApp:
    """Notes when each percent of each call was sent: prompt, percent, seconds since 1970."""

    def __init__(self, app: DemoApp) -> None:
        self._app = app
        self.words: list[tuple[str, int, float]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/bench/words":
            await _answer(send, self.words)
            return
        number = len(self._app.state.requests)

        async def listening_send(message: Any) -> None:
            if found := PERCENT.search(message.get("body", b"")[:2000]):
                prompt = prompt_of(self._app.state.requests[number].json)
                self.words.append((prompt, int(found[1]), time.time()))
            await send(message)

        is_chat = scope["path"].endswith("/chat/completions")
        await self._app(scope, receive, listening_send if is_chat else send)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    state = PreparedState(seconds=options.seconds)
    with listen("127.0.0.1", options.port) as listener:
        state.origin = origin_of(listener)
        server = build_server(state)
        server.config.app = ListeningApp(DemoApp(state))
        server.run(sockets=[listener])
    state.close()


def _grainy_picture() -> bytes:
    drawing = draw(Recipe(prompt="A lighthouse at dusk")).convert("RGB")
    grain = Image.merge("RGB", [Image.effect_noise(drawing.size, GRAIN) for _ in range(3)])
    file = io.BytesIO()
    ImageChops.add(drawing, grain, offset=-128).save(file, "PNG")
    return file.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


async def _answer(send: Any, value: object) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(value).encode()})


if __name__ == "__main__":
    main()
