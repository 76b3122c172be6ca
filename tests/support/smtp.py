"""A mail server on this machine that keeps what it gets, and refuses some addresses."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refused: dict[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refused = refused
        self.mails: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(220)
        while line := self.rfile.readline().decode():
            word = line[:4].upper().strip()
            if word == "RCPT":
                codes = [code for end, code in self.server.refused.items() if end in line]
                self._say(codes[0] if codes else 250)
            elif word == "DATA":
                self._say(354)
                self.server.mails.append(self._text())
                self._say(250)
            else:
                self._say(221 if word == "QUIT" else 250)

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)

    def _say(self, code: int) -> None:
        self.wfile.write(f"{code} Said\r\n".encode())


@contextmanager
def mail_server(**refused: int) -> Iterator[MailServer]:
    """Runs one; `refused` says how it answers addresses that hold a word."""
    with MailServer(refused) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.shutdown()
