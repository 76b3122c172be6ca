"""One request and its answer on the wire, down to the TCP connection."""

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.script import Act, Script, Step

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_LINGER_ZERO = struct.pack("ii", 1, 0)


class Exchange:
    """The connection of one request.

    `transport` is the connection under it, which ASGI does not show: a cut and a reset need it.
    `released` opens the gate at which held answers wait.
    """

    def __init__(
        self,
        *,
        receive: Receive,
        send: Send,
        transport: asyncio.Transport,
        record: RecordedRequest,
        released: asyncio.Event,
    ) -> None:
        self._receive = receive
        self._send = send
        self._transport = transport
        self._record = record
        self._released = released
        self._is_started = False
        self._is_cut = False

    async def perform(self, script: Script, *, headers: tuple[tuple[str, str], ...]) -> None:
        """Play the script until it ends or the client goes away, and note which it was."""
        playing = asyncio.ensure_future(self._play(script, headers))
        leaving = asyncio.ensure_future(self._wait_until_left())
        try:
            await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done() and not self._is_cut:
                self._record.client_disconnected = True
            if playing.done():
                playing.result()
        finally:
            playing.cancel()
            leaving.cancel()
            self._record.is_finished = True

    async def _play(self, script: Script, headers: tuple[tuple[str, str], ...]) -> None:
        if script.is_stream:
            await self._start(script, headers)
        reached = 0.0
        for step in script.steps:
            await asyncio.sleep(max(0.0, step.at - reached) / 100 * script.seconds)
            reached = max(reached, step.at)
            if not self._is_started and (step.data or step.act is Act.GO_ON):
                await self._start(script, headers)
            await self._take(step)
        if not self._is_started:
            await self._start(script, headers)
        await self._send({"type": "http.response.body", "body": b""})

    async def _start(self, script: Script, headers: tuple[tuple[str, str], ...]) -> None:
        self._is_started = True
        self._record.status = script.status
        all_headers = [*script.headers, *headers]
        if script.length is not None:
            all_headers.append(("content-length", str(script.length)))
        raw = [(name.encode(), value.encode()) for name, value in all_headers]
        await self._send({"type": "http.response.start", "status": script.status, "headers": raw})

    async def _take(self, step: Step) -> None:
        await self._write(step.data)
        if step.act is Act.CUT:
            await self._cut()
        elif step.act is Act.RESET:
            await self._reset()
        elif step.act is Act.STALL:
            await asyncio.Event().wait()
        elif step.act is Act.HOLD:
            await self._released.wait()
        elif step.act is Act.REPEAT:
            await self._repeat(step)

    async def _write(self, data: bytes) -> None:
        if data:
            await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def _cut(self) -> None:
        """Close the connection once everything written so far has left."""
        self._is_cut = True
        self._transport.close()
        await asyncio.Event().wait()

    async def _reset(self) -> None:
        """Close the connection so that the peer sees "connection reset"."""
        self._is_cut = True
        descriptor = os.dup(self._transport.get_extra_info("socket").fileno())
        with socket.socket(fileno=descriptor) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._transport.abort()
        await asyncio.Event().wait()

    async def _repeat(self, step: Step) -> None:
        while True:
            await asyncio.sleep(step.every)
            await self._write(step.data)

    async def _wait_until_left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
