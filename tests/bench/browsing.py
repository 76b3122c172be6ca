"""Submitting as a browser does: a form sent to the web server, many at once."""

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx2
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from generations.models import ImageModel

TOKEN = "b" * 32


class Browsing:
    """A signed-in person's connection to the web server."""

    def __init__(self, person: User, *, port: int) -> None:
        signed_in = Client()
        signed_in.force_login(person)
        session = signed_in.cookies[settings.SESSION_COOKIE_NAME]
        self._client = httpx2.Client(
            base_url=f"http://127.0.0.1:{port}",
            cookies={session.key: session.value, settings.CSRF_COOKIE_NAME: TOKEN},
            headers={"X-CSRFToken": TOKEN},
            limits=httpx2.Limits(max_connections=None),
            timeout=60,
            trust_env=False,
        )

    def submit(self, prompts: Sequence[str], *, model: ImageModel) -> None:
        """Sends a form for each prompt, all at once."""
        with ThreadPoolExecutor(len(prompts)) as threads:
            list(threads.map(lambda prompt: self._submit(prompt, model), prompts))

    def _submit(self, prompt: str, model: ImageModel) -> None:
        fields = {"prompt": prompt, "model": str(model), "count": "1", "size": "1024x1024"}
        fields["submission_key"] = uuid.uuid4().hex
        answer = self._client.post(reverse("generations"), data=fields)
        assert answer.status_code == 303, f"{answer.status_code}: {answer.text[:500]}"
