"""People's open pages, many in one process: each one's live stream, and perhaps its cards.

With `--cards` they do what static/js does: a change of state or of phase makes a card ask for
itself, one request at a time for each card and six for each page. Reads cookies, one a line, from
standard input; runs until that is closed, then prints what each page knows.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

STATE = re.compile(rb'data-state="(\w+)"')
CONNECTIONS = 6
DATABASE_BLINK = 0.05


class Page:
    """One person's open page."""

    def __init__(self, *, port: int, cookie: str, has_cards: bool) -> None:
        self._port, self._cookie, self._has_cards = port, cookie, has_cards
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._fetching: set[str] = set()
        self._stale: set[str] = set()
        self._phases: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard: list[tuple[str, int, float]] = []
        self.told: dict[str, float] = {}
        self.states: dict[str, str] = {}
        self.snapshots = self.fetches = 0

    async def watch(self) -> None:
        async for kind, data, at in self._events():
            if kind == "progress":
                self.heard.append((data["generation"], data["percent"], at))
                self._follow_phase(data)
            elif kind == "state":
                self.told[data["generation"]] = at
                self._refresh(data["generation"])
            elif kind == "snapshot":
                self.snapshots += 1
                for it in data["generations"]:
                    self._refresh(it["generation"])

    def knows(self) -> dict[str, Any]:
        names = ("heard", "told", "states", "snapshots", "fetches")
        return {name: getattr(self, name) for name in names}

    def _follow_phase(self, data: dict[str, Any]) -> None:
        if self._phases.get(data["generation"]) != data["phase"]:
            self._phases[data["generation"]] = data["phase"]
            self._refresh(data["generation"], delay=DATABASE_BLINK)

    def _refresh(self, generation: str, *, delay: float = 0) -> None:
        if not self._has_cards:
            return
        if generation in self._fetching:
            self._stale.add(generation)
            return
        self._fetching.add(generation)
        task = asyncio.create_task(self._fetch(generation, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, generation: str, delay: float) -> None:
        await asyncio.sleep(delay)
        async with self._room:
            self.fetches += 1
            body = await self._get(f"/generations/{generation}/card/")
        if found := STATE.search(body):
            self.states[generation] = found[1].decode()
        self._fetching.discard(generation)
        if generation in self._stale:
            self._stale.discard(generation)
            self._refresh(generation)

    async def _get(self, path: str) -> bytes:
        reader, writer = await self._open(path, "close")
        try:
            return await reader.read()
        finally:
            writer.close()

    async def _events(self) -> AsyncIterator[tuple[str, dict[str, Any], float]]:
        reader, _ = await self._open("/events/", "keep-alive")
        kind = ""
        while line := await reader.readline():
            if line.startswith(b"event: "):
                kind = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                yield kind, json.loads(line[6:]), time.time()

    async def _open(self, path: str, connection: str) -> Any:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nCookie: {self._cookie}\r\n"
        writer.write(f"{head}HX-Request: true\r\nConnection: {connection}\r\n\r\n".encode())
        return reader, writer


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--cards", action="store_true")
    options = parser.parse_args()
    cookies = [sys.stdin.readline().strip() for _ in range(options.pages)]
    pages = [Page(port=options.port, cookie=it, has_cards=options.cards) for it in cookies]
    watching = [asyncio.create_task(page.watch()) for page in pages]
    await asyncio.to_thread(sys.stdin.read)
    for task in watching:
        task.cancel()
    json.dump([page.knows() for page in pages], sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
