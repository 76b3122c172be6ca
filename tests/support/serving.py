"""`make run` for tests: the real command, on a free port, in a data folder of its own."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.environment import ROOT
from tests.support.processes import free_port, status_of, wait_until

USERNAME, PASSWORD = "boss", "correct-horse-battery"


def kill(pid: int) -> None:
    """One that ended in this moment, with what it hung from, is as good."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Serving:
    """One start of the site; `said` is what it printed, `url` where it answers."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder.with_name(f"{folder.name}.said.{self.port}")
        self._variables = variables
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def prepare(self) -> None:
        """Does what a start does first: tables, static files."""
        command = [sys.executable, "manage.py", "prepare"]
        subprocess.run(
            command, cwd=ROOT, env=self._environment(), check=True, stdout=subprocess.DEVNULL
        )

    def start(self) -> None:
        """Starts the command; `wait_until_up` waits until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--with-parent"],
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_until_up(self) -> None:
        wait_until(
            lambda: "Ctrl-C stops everything" in self.said,
            of=self.process,
            log=self._log,
            seconds=180,
        )

    def wait_until_ready(self) -> None:
        """Until database, broker and worker are all there."""
        wait_until(
            lambda: self.answer("/readyz/") == 200, of=self.process, log=self._log, seconds=180
        )

    def stop(self, number: int = signal.SIGINT) -> int:
        """Sends the signal to the whole group, as a terminal does, and gives the exit status."""
        os.killpg(self.process.pid, number)
        return self.process.wait(timeout=180)

    def processes(self, name: str = "") -> list[int]:
        """All processes of this start, by what their command line holds; Linux only."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if name in line and self._is_ours(path):
                    found.append(int(path.name))
            except OSError:
                continue
        return found

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"DATA_DIR": str(self.folder), "PORT": str(self.port), "ENV_FILE": os.devnull}
        return kept | own | self._variables

    def _is_ours(self, process: Path) -> bool:
        """By its surroundings, or by its folder: Valkey writes over its surroundings."""
        mark = f"DATA_DIR={self.folder}\0".encode()
        is_inside = (process / "cwd").readlink().is_relative_to(self.folder)
        return is_inside or mark in (process / "environ").read_bytes()

    def wait_until_gone(self) -> None:
        wait_until(lambda: not self.processes(), seconds=180)

    def answer(self, path: str) -> int:
        return status_of(self.url + path, self._opener)

    def sign_in(self) -> None:
        page = self._open("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, "The sign-in page has no form"
        self._token = token[1]
        form = {"login": USERNAME, "password": PASSWORD}
        self._post("/account/login/", form)

    def submit(self, prompt: str, *, model: str = "demo/gpt-4o-image") -> str:
        """Submits a prompt and gives the path of the generation's page."""
        form = {"prompt": prompt, "model": model, "submission_key": prompt}
        return urllib.parse.urlsplit(self._post("/generations/", form)).path

    def status(self, page: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._open(f"{page}status/"))
        return found

    def wait_for_status(self, page: str, *statuses: str) -> dict[str, Any]:
        wait_until(lambda: self.status(page)["status"] in statuses, seconds=180)
        return self.status(page)

    def end(self) -> None:
        """Leaves nothing behind, whatever went wrong."""
        for pid in self.processes():
            kill(pid)
        self.process.wait(timeout=60)

    def _open(self, path: str, data: bytes | None = None) -> str:
        with self._opener.open(self.url + path, data, timeout=60) as response:
            self._last_url = response.url
            return str(response.read().decode())

    def _post(self, path: str, form: dict[str, str]) -> str:
        """Sends a form and gives the address that the answer leads to."""
        form = form | {"csrfmiddlewaretoken": self._csrf()}
        self._open(path, urllib.parse.urlencode(form).encode())
        return str(self._last_url)

    def _csrf(self) -> str:
        handler = next(
            it for it in self._opener.handlers if isinstance(it, urllib.request.HTTPCookieProcessor)
        )
        return next((it.value or "" for it in handler.cookiejar if it.name == "csrftoken"), "")
