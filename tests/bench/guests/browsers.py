"""Guests' browsers, in a process of their own: each opens the page and looks through it.

Each has six connections, as browsers have over HTTP/1.1: first come the page and what is seen of
it, then, row by row, what it is scrolled to. Prints the milliseconds of each kind as JSON.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Sequence

CONNECTIONS = 6
SEEN_AT_ONCE = 24
ROW = 8
ROW_SECONDS = 2.0
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
THUMBNAIL = re.compile(rb'picture__image" src="([^"]+)"')

Times = dict[str, list[float]]


class Connection:
    """One HTTP/1.1 connection that is kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        """The body; AssertionError for what is no 200."""
        try:
            return await self._ask(path)
        except (asyncio.IncompleteReadError, ConnectionError):
            # It was quiet for so long that the server has closed it
            self.close()
            return await self._ask(path)

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None

    async def _ask(self, path: str) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\n\r\n"
        writer.write(head.encode())
        status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        length = next(it.split(":")[1] for it in headers if it.startswith("content-length"))
        body = await reader.readexactly(int(length))
        assert status.startswith("http/1.1 200"), status
        return body


async def look(port: int, path: str, wait: float, times: Times) -> None:
    """One guest, from the page to the last picture."""
    await asyncio.sleep(wait)
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    page = await _timed(connections[0], path, times["page"])
    thumbnails = [it.decode() for it in THUMBNAIL.findall(page)]
    await _fetch(connections, thumbnails[:SEEN_AT_ONCE], times["thumbnail"])
    for start in range(SEEN_AT_ONCE, len(thumbnails), ROW):
        row = thumbnails[start : start + ROW]
        await asyncio.gather(
            _fetch(connections, row, times["thumbnail"]), asyncio.sleep(ROW_SECONDS)
        )
    for connection in connections:
        connection.close()


async def _fetch(
    connections: Sequence[Connection], paths: Sequence[str], times: list[float]
) -> None:
    waiting = list(reversed(paths))

    async def take(connection: Connection) -> None:
        while waiting:
            await _timed(connection, waiting.pop(), times)

    await asyncio.gather(*(take(it) for it in connections))


async def _timed(connection: Connection, path: str, times: list[float]) -> bytes:
    start = time.perf_counter()
    body = await connection.get(path)
    times.append((time.perf_counter() - start) * 1000)
    return body


async def _all(options: argparse.Namespace) -> Times:
    times: Times = {"page": [], "thumbnail": []}
    waits = [options.ramp * it / options.guests for it in range(options.guests)]
    await asyncio.gather(*(look(options.port, options.path, it, times) for it in waits))
    return times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--guests", type=int, required=True)
    parser.add_argument("--ramp", type=float, required=True)
    sys.stdout.write(json.dumps(asyncio.run(_all(parser.parse_args()))))


if __name__ == "__main__":
    main()
