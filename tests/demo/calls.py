"""Raw calls to the demo provider, and what came back of them."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2

from generations.providers.demo.server import DemoServer

KEY = {"Authorization": "Bearer demo"}
# One for all tests: each new client would load the machine's certificates
_CLIENT = httpx2.Client(trust_env=False)
_ENOUGH = 10_000_000


@dataclass(frozen=True)
class Answer:
    """A whole answer, or as much as came before `error`."""

    status: int
    headers: dict[str, str]
    content: bytes
    error: str = ""

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def deltas(self) -> list[dict[str, Any]]:
        """The deltas of a chat stream."""
        lines = [line[6:] for line in self.text.splitlines() if line.startswith("data: {")]
        chunks = [chunk for chunk in map(json.loads, lines) if chunk.get("choices")]
        return [chunk["choices"][0]["delta"] for chunk in chunks]

    @property
    def said(self) -> str:
        """The joined text of a chat stream."""
        return "".join(delta.get("content") or "" for delta in self.deltas)


def chat(
    demo: DemoServer, prompt: str, *, stream: bool = True, patience: float = 10, **more: Any
) -> Answer:
    """Ask the chat route."""
    messages = [{"role": "user", "content": prompt}]
    body = {"model": "gpt-4o-image", "messages": messages, "stream": stream, **more}
    return send("POST", f"{demo.base_url}/chat/completions", json=body, patience=patience)


def images(demo: DemoServer, prompt: str, *, patience: float = 10, **more: Any) -> Answer:
    """Ask the Images API for the quickest picture."""
    body = {"model": "gpt-image-2.5-flare", "prompt": prompt, "quality": "low", **more}
    return send("POST", f"{demo.base_url}/images/generations", json=body, patience=patience)


def fetch(url: str, *, patience: float = 10) -> Answer:
    """Fetch a result address without following it elsewhere."""
    return send("GET", url, patience=patience)


def send(method: str, url: str, *, patience: float, **more: Any) -> Answer:
    """Send one request and read as much of its answer as comes, at most ten megabytes.

    `patience` is the longest silence: a server that says nothing more is only noticed by it.
    """
    timeout = httpx2.Timeout(10, read=patience)
    content = b""
    response = None
    try:
        with _CLIENT.stream(method, url, headers=KEY, timeout=timeout, **more) as response:
            for part in response.iter_bytes():
                content += part
                if len(content) > _ENOUGH:
                    return Answer(response.status_code, {}, content, "too much")
        error = ""
    except httpx2.TransportError as failure:
        error = type(failure).__name__
    status = response.status_code if response else 0
    return Answer(status, dict(response.headers) if response else {}, content, error)
