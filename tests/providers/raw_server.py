"""A server on loopback that answers exact bytes, for faults on the wire that no real one makes."""

import json
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

HANG = "hang"  # say no more, but keep the connection
RESET = "reset"  # break the connection off
WAIT = "wait"  # a twentieth of a second
Step = bytes | str


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class RawServer:
    """Answers each request with the same steps; keeps what it received."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.steps: tuple[Step, ...] = (b"",)
        self.in_order: list[bytes] = []
        self.hangs = threading.Event()
        self.client_left = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=600)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, *steps: Step) -> None:
        self.steps = steps

    def answer_each(self, *answers: bytes) -> None:
        """Answer the first request with the first, and so on."""
        self.in_order = list(answers)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()

    def _start(self, target: Any, *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            request = read_request(connection)
            if request is None:
                return
            self.received.append(request)
            try:
                steps = (self.in_order.pop(0),) if self.in_order else self.steps
                for step in steps:
                    self._take(connection, step)
            except OSError:
                self.client_left.set()

    def _take(self, connection: socket.socket, step: Step) -> None:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif step == WAIT:
            self.hangs.wait(0.05)
        elif step == RESET:
            reset = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        elif step == HANG:
            self.hangs.set()
            while connection.recv(65_536):
                pass
            self.client_left.set()


def read_request(connection: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return None
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (s.partition(":") for s in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    method, path, _ = first.split(" ", 2)
    return Received(method, path, headers, body)


def http(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    content_type: str = "text/event-stream",
    **extra: str,
) -> bytes:
    """Write an answer that ends where the connection ends."""
    headers = {"content-type": content_type, "connection": "close", "x-request-id": "req_1"}
    headers |= {name.replace("_", "-"): value for name, value in extra.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def chunked(body: bytes) -> bytes:
    """Write the beginning of an answer whose end must be announced; it is not announced."""
    head = http(transfer_encoding="chunked")
    return head + f"{len(body):x}\r\n".encode() + body + b"\r\n"


def sse(*values: Any, done: bool = True) -> bytes:
    """Write values as the events of a stream."""
    body = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    return (body + ("data: [DONE]\n\n" if done else "")).encode()


def delta(content: Any = None, **fields: Any) -> dict[str, Any]:
    """Write one chunk of a chat stream."""
    found = {"content": content, **fields}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": found, "finish_reason": None}],
    }
