"""Keeps tests on this machine: any connection to another one fails the test that made it."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock


class OutsideConnection(OSError):
    """Somebody tried to leave this machine."""


@contextmanager
def only_loopback() -> Iterator[list[str]]:
    """Refuses all other addresses, and gives the list of those that were tried."""
    tried: list[str] = []
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guard(address: Any) -> None:
        if not is_here(address):
            tried.append(str(address))
            raise OutsideConnection(f"Tests do not leave this machine: {address}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    with (
        mock.patch.object(socket.socket, "connect", guarded_connect),
        mock.patch.object(socket.socket, "connect_ex", guarded_connect_ex),
    ):
        yield tried


def is_here(address: Any) -> bool:
    """Whether an address is a socket file or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
