"""Calls from many threads, run side by side in one event loop of their own.

Closing a response from another thread does not wake a reader of a silent provider; cancelling an
asyncio task does, at once. So one thread runs all calls of the process, and a cancel, the
wall-clock limit and the idle limit are the same mechanism.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty
from typing import IO
from weakref import WeakSet

from generations.providers.base import (
    Charged,
    Code,
    Endpoint,
    Event,
    ImageRequest,
    Limits,
    Pause,
    ProviderError,
    Route,
)
from generations.providers.clients import close_clients
from generations.providers.results import FetchLimits, fetch_picture
from generations.providers.runs import Run

# Names are looked up and downloads written in threads; the default of a small machine is six.
_LOOKUP_THREADS = 32
_GRACE_SECONDS = 30.0
_PAUSE_SECONDS = 1.0


class Call:
    """A handle on one call, by which any thread may end it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_canceled = False
        self._stop: Callable[[], None] | None = None

    @property
    def is_canceled(self) -> bool:
        """Whether somebody asked for the end of the call."""
        return self._is_canceled

    def cancel(self) -> None:
        """End the call now; before its stream began, it will not begin."""
        with self._lock:
            self._is_canceled = True
            stop = self._stop
        if stop:
            stop()

    def attach(self, stop: Callable[[], None]) -> bool:
        """Take what ends the running call; False where it was canceled already."""
        with self._lock:
            self._stop = stop
            return not self._is_canceled


class CallLoop:
    """One daemon thread with one event loop; started by the first call, anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        _loops.add(self)

    def stream(
        self,
        route: Route,
        request: ImageRequest,
        *,
        endpoint: Endpoint,
        limits: Limits,
        call: Call,
    ) -> Iterator[Event]:
        """Make a call and give its events in the calling thread, as they come.

        Raises ProviderError: what the route raises, or CANCELED, DEADLINE or SILENT (charged
        UNKNOWN once the request began to leave). Closing the iterator cancels the call.
        """
        loop = self._running()
        run = Run(route, request, endpoint=endpoint, limits=limits)
        if not call.attach(lambda: _soon(loop, run.cancel)):
            raise ProviderError(Code.CANCELED, charged=Charged.NO)
        _soon(loop, run.start)
        try:
            yield from _events_of(run, limits)
        finally:
            _soon(loop, run.cancel)

    def fetch(
        self, url: str, *, into: IO[bytes], endpoint: Endpoint | None, limits: FetchLimits
    ) -> None:
        """Download a result address into a file; raises FetchError, and the file's OSError."""
        work = fetch_picture(url, into=into, endpoint=endpoint, limits=limits)
        future = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End all calls, close all connections, stop the thread."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None or not thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(_GRACE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_GRACE_SECONDS)
        loop.close()

    def forget(self) -> None:
        """Leave the thread and its loop to the process that has them: a fork copies neither."""
        self._lock = threading.Lock()
        self._loop = None
        self._thread = None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_run_forever, args=[self._loop], name="provider-calls", daemon=True
                )
                self._thread.start()
            return self._loop


def _soon(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop was closed, and all its calls with it
        loop.call_soon_threadsafe(act)


def _events_of(run: Run, limits: Limits) -> Iterator[Event]:
    """The events, and one `Pause` after those behind which a moment passed without another."""
    longest = limits.deadline_seconds + _GRACE_SECONDS
    is_news = False
    while True:
        try:
            item = run.events.get(timeout=_PAUSE_SECONDS if is_news else longest)
        except Empty:
            if is_news:
                is_news = False
                yield Pause()
                continue
            detail = "The loop of the calls does not answer."
            raise ProviderError(Code.INTERNAL, charged=Charged.UNKNOWN, detail=detail) from None
        is_news = True
        if item is None:
            return
        if isinstance(item, ProviderError):
            raise item
        yield item


def _run_forever(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(_LOOKUP_THREADS, "provider-lookup"))
    loop.run_forever()


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await close_clients()
    await asyncio.get_running_loop().shutdown_default_executor()


_loops: WeakSet[CallLoop] = WeakSet()


def _forget_all() -> None:
    for loop in list(_loops):
        loop.forget()


os.register_at_fork(after_in_child=_forget_all)
