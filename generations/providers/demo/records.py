"""What the demo provider was asked, for tests and for curious people."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from generations.providers.demo.multipart import UploadedFile, parse_multipart

_LONG = 400


@dataclass(kw_only=True)
class RecordedRequest:
    """One request as it arrived, and how its answer ended.

    `json` is the parsed body of a JSON request, `form` the fields of a multipart one (each a
    list, in order), `files` its files with their bytes. `client_disconnected` is True where the
    client went away before the answer was complete. `status` is 0 until headers were sent.
    """

    number: int
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    json: Any = None
    form: dict[str, list[str]] = field(default_factory=dict)
    files: list[UploadedFile] = field(default_factory=list)
    body_size: int = 0
    status: int = 0
    faults: tuple[str, ...] = ()
    request_id: str = ""
    is_finished: bool = False
    client_disconnected: bool = False

    @property
    def is_generation(self) -> bool:
        """Whether this request asks for pictures, so that a provider would charge it."""
        return self.method == "POST" and self.path.startswith("/v1/")

    def read(self, body: bytes) -> None:
        """Parse the body by its content type; a broken one leaves `json` None."""
        self.body_size = len(body)
        content_type = self.headers.get("content-type", "")
        if content_type.startswith("multipart/form-data"):
            self.form, self.files = parse_multipart(body, content_type)
        elif body:
            self.json = _parsed(body)

    def forget_contents(self) -> None:
        """Drop what takes much memory: long values and the bytes of files."""
        self.json = _shortened(self.json)
        self.form = _shortened(self.form)
        self.files = [replace(file, content=b"") for file in self.files]

    def summary(self) -> dict[str, Any]:
        """Describe the request in JSON, with long values cut and no key."""
        return {
            "number": self.number,
            "method": self.method,
            "path": self.path,
            "json": _shortened(self.json),
            "form": _shortened(self.form),
            "files": [
                {"field": file.field, "name": file.name, "size": file.size} for file in self.files
            ],
            "status": self.status,
            "faults": list(self.faults),
            "request_id": self.request_id,
            "is_finished": self.is_finished,
            "client_disconnected": self.client_disconnected,
        }


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONG else f"{value[:_LONG]}… ({len(value)} characters)"
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return value
