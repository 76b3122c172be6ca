"""Ports that stay ours while the part that listens there is down."""

import socket
import sys


class HeldPort:
    """A bound socket that does not listen, for as long as it is kept; `port` is its number.

    While a part starts anew, the system would else give its port to any program's next connection.
    Port 0 takes any that is free. Raises OSError, and OverflowError for what is no port. On Linux
    alone: elsewhere nobody else could listen beside it, and the port is only looked at.
    """

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.socket()
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((host, port))
            self.port = int(self._socket.getsockname()[1])
        except BaseException:
            self._socket.close()
            raise
        if sys.platform != "linux":
            self._socket.close()

    def give_up(self) -> None:
        self._socket.close()
