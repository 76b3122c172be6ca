"""Forms with files, as browsers and SDKs send them (RFC 7578)."""

import dataclasses
import re
from dataclasses import dataclass

_PARAMETER = re.compile(r'(\w+\*?)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class UploadedFile:
    """One file of a form: the form's field, the file's name, its media type, bytes and size."""

    field: str
    name: str
    content_type: str
    content: bytes = dataclasses.field(repr=False)
    size: int


def parse_multipart(
    body: bytes, content_type: str
) -> tuple[dict[str, list[str]], list[UploadedFile]]:
    """Split a form into its fields (each a list, in order) and its files."""
    fields: dict[str, list[str]] = {}
    files: list[UploadedFile] = []
    for headers, content in _parts(body, content_type):
        parameters = dict(_PARAMETER.findall(headers.get("content-disposition", "")))
        name = parameters.get("name", "")
        if "filename" in parameters:
            kind = headers.get("content-type", "application/octet-stream")
            files.append(UploadedFile(name, parameters["filename"], kind, content, len(content)))
        else:
            fields.setdefault(name, []).append(content.decode(errors="replace"))
    return fields, files


def _parts(body: bytes, content_type: str) -> list[tuple[dict[str, str], bytes]]:
    boundary = b"--" + content_type.partition("boundary=")[2].strip().strip('"').encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + boundary)[1:-1]
    return [_part(piece) for piece in pieces]


def _part(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, _, content = piece.partition(b"\r\n\r\n")
    lines = [line for line in head.decode(errors="replace").split("\r\n") if ":" in line]
    pairs = (line.split(":", 1) for line in lines)
    return {name.strip().lower(): value.strip() for name, value in pairs}, content
