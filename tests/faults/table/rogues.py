"""A server that breaks HTTP itself, which the demo provider, a good server, cannot.

What it does is named by the first part of the path; what it was asked for is kept.
"""

import contextlib
import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

OK = b"HTTP/1.1 200 OK\r\n"
SSE = OK + b"content-type: text/event-stream\r\n\r\n"
JSON = b"content-type: application/json\r\n"
PATIENCE_SECONDS = 60

Answer = Callable[[socket.socket], None]


class Rogue:
    """Listens on a local port until the block ends; `asked` counts whole requests by their body."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.tls = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._context = _strange_context(folder)
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        for listener, serve in ((self.listener, self._serve), (self.tls, self._serve_tls)):
            threading.Thread(target=self._accept, args=[listener, serve], daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        for listener in (self.listener, self.tls):
            listener.close()

    def base_url(self, place: str) -> str:
        """Where a provider of this name lives."""
        elsewhere = {
            "refused": f"http://127.0.0.1:{_closed_port()}",
            "no-such-name": "https://provider.invalid",
            "no-tls": f"https://127.0.0.1:{self.port}",
            "strange-certificate": f"https://127.0.0.1:{self.tls.getsockname()[1]}",
        }
        return f"{elsewhere.get(place, f'http://127.0.0.1:{self.port}')}/{place}/v1"

    def requests_for(self, prompt: str) -> int:
        """How often somebody sent this prompt, wherever the answer led."""
        return sum(prompt.encode() in body for body in self.asked)

    def _accept(self, listener: socket.socket, serve: Answer) -> None:
        while not self._is_over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(PATIENCE_SECONDS)
            threading.Thread(target=self._answer, args=[connection, serve], daemon=True).start()

    def _answer(self, connection: socket.socket, serve: Answer) -> None:
        with contextlib.suppress(OSError), connection:
            serve(connection)

    def _serve_tls(self, connection: socket.socket) -> None:
        if self._context is not None:
            with self._context.wrap_socket(connection, server_side=True) as safe:
                self._serve(safe)

    def _serve(self, connection: socket.socket) -> None:
        head = connection.recv(65536)
        place = head.split(b" ", 2)[1].decode().split("/")[1] if head.startswith(b"POST") else ""
        if place == "hangs-up":
            _reset(connection)
            return
        self._read_on(connection, head)
        ANSWERS.get(place, _garbage)(connection)

    def _read_on(self, connection: socket.socket, content: bytes) -> None:
        while b"\r\n\r\n" not in content:
            content += connection.recv(65536)
        head, _, body = content.partition(b"\r\n\r\n")
        lengths = [it for it in head.lower().split(b"\r\n") if it.startswith(b"content-length:")]
        length = int(lengths[0].split(b":")[1]) if lengths else 0
        while len(body) < length:
            body += connection.recv(65536)
        self.asked.append(body)


def _garbage(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")


def _half_headers(connection: socket.socket) -> None:
    connection.sendall(OK + b"content-ty")


def _reset_in_headers(connection: socket.socket) -> None:
    connection.sendall(OK + b"content-ty")
    time.sleep(0.2)
    _reset(connection)


def _half_body(connection: socket.socket) -> None:
    connection.sendall(OK + JSON + b'content-length: 5000\r\n\r\n{"data": [{"b64_json": "iVBO')


def _endless_headers(connection: socket.socket) -> None:
    connection.sendall(OK)
    while True:
        connection.sendall(b"x-more: " + b"a" * 1000 + b"\r\n")


def _hints_for_ever(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")
        time.sleep(0.3)


def _redirect(connection: socket.socket) -> None:
    head = (
        b"HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere/v1\r\ncontent-length: 0\r\n\r\n"
    )
    connection.sendall(head)


def _bad_length(connection: socket.socket) -> None:
    connection.sendall(OK + JSON + b"content-length: many\r\n\r\n{}")


def _bad_chunks(connection: socket.socket) -> None:
    connection.sendall(OK + JSON + b"transfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n")


def _bad_gzip(connection: socket.socket) -> None:
    body = b"this is no gzip"
    head = b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body)
    connection.sendall(OK + JSON + head + body)


def _gzip_bomb(connection: socket.socket) -> None:
    piece = gzip.compress(b" " * 64 * 1024 * 1024)
    connection.sendall(OK + JSON + b"content-encoding: gzip\r\n\r\n")
    for _ in range(32):
        connection.sendall(piece)


def _one_endless_line(connection: socket.socket) -> None:
    connection.sendall(SSE + b"data: ")
    while True:
        connection.sendall(b"a" * 1024 * 1024)


def _binary(connection: socket.socket) -> None:
    connection.sendall(SSE + bytes(range(256)) * 40 + b"\n\ndata: [DONE]\n\n")


def _done_at_once(connection: socket.socket) -> None:
    connection.sendall(SSE + b"data: [DONE]\n\n")


def _deep(connection: socket.socket) -> None:
    connection.sendall(SSE + b"data: " + b"[" * 100_000 + b"\n\ndata: [DONE]\n\n")


def _comments_for_ever(connection: socket.socket) -> None:
    connection.sendall(SSE)
    while True:
        connection.sendall(b": still here\n\n")
        time.sleep(0.3)


def _byte_by_byte(connection: socket.socket) -> None:
    for sign in OK + JSON:
        connection.sendall(bytes([sign]))
        time.sleep(0.4)


ANSWERS: dict[str, Answer] = {
    "garbage": _garbage,
    "half-headers": _half_headers,
    "reset-in-headers": _reset_in_headers,
    "half-body": _half_body,
    "endless-headers": _endless_headers,
    "hints-for-ever": _hints_for_ever,
    "redirect": _redirect,
    "bad-length": _bad_length,
    "bad-chunks": _bad_chunks,
    "bad-gzip": _bad_gzip,
    "gzip-bomb": _gzip_bomb,
    "one-endless-line": _one_endless_line,
    "binary": _binary,
    "done-at-once": _done_at_once,
    "deep": _deep,
    "comments-for-ever": _comments_for_ever,
    "byte-by-byte": _byte_by_byte,
}
ELSEWHERE = ("refused", "no-such-name", "no-tls", "strange-certificate", "hangs-up")


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _strange_context(folder: Path) -> ssl.SSLContext | None:
    """A certificate that nobody has signed; None where no openssl makes one."""
    program = shutil.which("openssl")
    if program is None:
        return None
    key, certificate = folder / "strange.key", folder / "strange.pem"
    command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    command += ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
