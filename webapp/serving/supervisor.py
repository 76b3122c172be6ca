"""supervisord with our programs: its configuration, its start, its states and its stop."""

import configparser
import getpass
import http.client
import os
import shlex
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from supervisor.xmlrpc import SupervisorTransport

from webapp.serving.leash import __file__ as leash
from webapp.serving.programs import Program

PROJECT = Path(__file__).parent.parent.parent
LOG_BYTES = "10MB"
OLD_LOGS = "3"
ENDED = {"STOPPED", "EXITED", "FATAL"}


class Supervisor:
    """One supervisord, in a session of its own so that only we decide how it stops."""

    def __init__(self, *, data_dir: Path, runtime_dir: Path, programs: Sequence[Program]) -> None:
        self.logs = data_dir / "logs"
        self.logs.mkdir(exist_ok=True)
        self._config = data_dir / "supervisord.conf"
        self._socket = runtime_dir / "supervisor.sock"
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, lock: IO[str]) -> None:
        """Writes the configuration and starts everything; returns at once.

        The lock on the data folder lasts as long as anyone of us does.
        """
        self._write_config()
        command = [sys.executable, "-m", "webapp.serving.supervision", "-c", str(self._config)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash, *command],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.logs / "supervisord.errors.log").open("ab"),
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def given_up(self) -> list[str]:
        """The programs that ended again and again and are no longer started."""
        return [name for name, state in self._states().items() if state == "FATAL"]

    def start_again(self, name: str) -> None:
        """Tries a program that was given up once more."""
        self._tell("startProcess", name, False)

    def ask_to_stop(self, *groups: str) -> None:
        """Asks whole programs to stop; `has_stopped` tells when they have."""
        for group in groups:
            self._tell("stopProcessGroup", group, False)

    def has_stopped(self, *groups: str) -> bool:
        states = self._states()
        return all(
            state in ENDED for name, state in states.items() if name.partition(":")[0] in groups
        )

    def kill(self) -> None:
        """Ends all programs at once; the worker first, so that it meets none that is gone."""
        for program in reversed(self._programs):
            self._tell("signalProcessGroup", program.name, "KILL")

    def end(self, *, seconds: float) -> None:
        """Ends supervisord itself, after its programs."""
        self._tell("shutdown")
        deadline = time.monotonic() + seconds
        while self.is_alive() and time.monotonic() < deadline:
            self._states()
            time.sleep(0.02)
        if self._process is not None and self.is_alive():
            self._process.kill()
            self._process.wait()
        self._socket.unlink(missing_ok=True)

    def _states(self) -> dict[str, str]:
        """Every process by "group:name"; asking also makes supervisord look at once."""
        found = self._tell("getAllProcessInfo") or []
        return {f"{it['group']}:{it['name']}": it["statename"] for it in found}

    def _tell(self, word: str, *arguments: object) -> Any:
        """Talks to supervisord; None when it does not listen (any more) or knows better."""
        # A connection for each word: supervisord may be gone at any moment
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            return getattr(server.supervisor, word)(*arguments)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return None

    def _write_config(self) -> None:
        config = configparser.RawConfigParser()
        config["unix_http_server"] = {"file": _plain(self._socket), "chmod": "0700"}
        config["supervisord"] = self._own_section()
        config["rpcinterface:supervisor"] = {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        }
        for place, program in enumerate(self._programs):
            kind = "fcgi-program" if program.listens else "program"
            config[f"{kind}:{program.name}"] = self._section(program, place)
        with self._config.open("w") as file:
            config.write(file)

    def _own_section(self) -> dict[str, str]:
        return {
            "nodaemon": "true",
            "silent": "true",
            "user": getpass.getuser() if os.getuid() == 0 else "",
            "logfile": _plain(self.logs / "supervisord.log"),
            "logfile_maxbytes": LOG_BYTES,
            "logfile_backups": OLD_LOGS,
            "pidfile": _plain(self._socket.with_name("supervisord.pid")),
            "minfds": "1024",
        }

    def _section(self, program: Program, place: int) -> dict[str, str]:
        section = {
            "command": _plain(shlex.join(program.command)),
            "directory": _plain(PROJECT),
            "environment": ",".join(f'{k}="{v}"' for k, v in program.environment.items()),
            "priority": str(10 * (place + 1)),
            "autorestart": "true",
            "startsecs": "5",
            "startretries": "4",
            "stopwaitsecs": str(program.stop_seconds),
            "killasgroup": "true",
        }
        number = "-%(process_num)d" if program.processes > 1 else ""
        for stream, ending in (("stdout", "log"), ("stderr", "errors.log")):
            file = _plain(self.logs / program.name) + f"{number}.{ending}"
            section[f"{stream}_logfile"] = file
            section[f"{stream}_logfile_maxbytes"] = LOG_BYTES
            section[f"{stream}_logfile_backups"] = OLD_LOGS
        if program.listens:
            section |= _shared_socket(program)
        return {name: value for name, value in section.items() if value}


def _shared_socket(program: Program) -> dict[str, str]:
    """Several processes of one program take connections from one socket."""
    return {
        "socket": f"tcp://{program.listens}",
        "numprocs": str(program.processes),
        "process_name": "%(program_name)s-%(process_num)d",
    }


def _plain(value: object) -> str:
    """A value in which supervisord finds nothing to fill in."""
    return str(value).replace("%", "%%")
