"""A real web process, and a person who presses the button there."""

import http.client
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import CHAT
from tests.support.environment import ROOT
from tests.support.processes import accepts, free_port, python, wait_until

CSRF = "a" * 32


class WebProcess:
    """A web process that can be killed and started again at the same address."""

    def __init__(self, *, user: User, environment: dict[str, str], folder: Path) -> None:
        self.port = free_port()
        self._environment = os.environ | environment
        self._log = folder / "web.log"
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self.cookie = f"{name}={client.cookies[name].value}; csrftoken={CSRF}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        site = ["webapp.asgi:application", "--port", str(self.port)]
        command = python("-m", "uvicorn", *site, "--timeout-graceful-shutdown", "3")
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=out, stderr=subprocess.STDOUT
            )
        wait_until(lambda: accepts(self.port), of=self.process, log=self._log, seconds=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def press(self, *, key: str, prompt: str) -> int:
        """Sends the form; answers the HTTP status, 0 where the web process died meanwhile."""
        form = {
            "csrfmiddlewaretoken": CSRF,
            "submission_key": key,
            "model": CHAT,
            "prompt": prompt,
        }
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", "/generations/", urlencode(form), headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
