"""The demo provider as a server: in a thread for tests, or as a program."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from generations.providers.demo.app import DemoApp
from generations.providers.demo.faults.registry import check_entries
from generations.providers.demo.plans import FaultPlan
from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.state import DemoState

_BACKLOG = 512


class DemoProtocol(HttpToolsProtocol):
    """HTTP that lets the application reach the connection, which cuts and resets need."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"demo": {"transport": self.transport}}


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only with the protocol named does asyncio send small pieces without delay
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(_BACKLOG)
    return listener


def origin_of(listener: socket.socket) -> str:
    """Give the address of a listening socket: "http://127.0.0.1:8010"."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def build_server(state: DemoState) -> uvicorn.Server:
    """Prepare a server that quits at once, also with open streams."""
    config = uvicorn.Config(
        DemoApp(state),
        http=DemoProtocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=0,
        timeout_keep_alive=30,
    )
    return uvicorn.Server(config)


class DemoServer:
    """A demo provider in a thread of this process, for tests.

    `with DemoServer() as demo:` serves at `demo.base_url`. Everything it was asked stands in
    `demo.requests`; `demo.faults` decides what the next calls get.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, pace: float = 0.0) -> None:
        self.state = DemoState(pace=pace)
        self._listener = listen(host, port)
        self._server = build_server(self.state)
        self._thread = threading.Thread(target=self._run, name="demo-provider", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.origin = self.state.origin = origin_of(self._listener)
        self.base_url = f"{self.origin}/v1"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; returns once requests are answered."""
        self._thread.start()
        self.wait_for(lambda: self._server.started)

    def stop(self) -> None:
        """Close all connections and end the thread."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self.state.close()

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request so far, pictures that were fetched included."""
        return list(self.state.requests)

    @property
    def generation_requests(self) -> list[RecordedRequest]:
        """The requests that a provider would charge: POSTs to `/v1/`."""
        return [request for request in self.requests if request.is_generation]

    @property
    def faults(self) -> FaultPlan:
        """What goes wrong from here on; see `next_faults` for the short way."""
        return self.state.faults

    @property
    def most_in_flight(self) -> int:
        """How many generation requests were under way at the same time, at most."""
        return self.state.most_in_flight

    def next_faults(self, *entries: str) -> None:
        """Queue faults for the next calls, one entry a call: "rate-limit", "none", "a + b"."""
        check_entries(*entries)
        self.state.faults.add_next(*entries)

    def always_faults(self, *entries: str) -> None:
        """Give every call these faults until `reset()`."""
        check_entries(*entries)
        self.state.faults.set_always(*entries)

    def release(self) -> None:
        """Let all answers go on that are held by the fault `hold`."""
        if self._loop:
            self._loop.call_soon_threadsafe(self.state.release)

    def reset(self) -> None:
        """Forget requests, pictures and faults."""
        self.state.reset()

    def wait_for(self, is_true: Callable[[], object], *, seconds: float = 10.0) -> None:
        """Wait until something is true, e.g. that a client's leaving was seen."""
        end = time.monotonic() + seconds
        while not is_true():
            if time.monotonic() > end:
                raise TimeoutError("The demo provider did not get there in time.")
            time.sleep(0.005)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._listener])
