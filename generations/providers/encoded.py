"""Pictures that come as text: base64, bare or in a `data:` URI."""

import re
from urllib.parse import unquote_to_bytes

import pybase64

_WHITESPACE = str.maketrans("", "", " \t\r\n")
_SHORTENED = "…"
_DATA_URI = re.compile(r"data:image/[^\s\"'<>\\]+", re.IGNORECASE)


def is_data_uri(address: str) -> bool:
    """Tell whether `address` holds its content in itself."""
    return address[:5].lower() == "data:"


def data_uris(text: str) -> list[str]:
    """Give the pictures that stand in a text as data URIs."""
    return _DATA_URI.findall(text)


def decode_picture(text: str) -> bytes | None:
    """Give the bytes of a data URI or of bare base64; None where it is neither, or empty."""
    header, comma, payload = text.partition(",") if is_data_uri(text) else ("", "", text)
    if comma and not header.lower().endswith(";base64"):
        return unquote_to_bytes(payload) or None
    return _decode_base64(payload)


def shorten_data_uri(text: str, length: int) -> str:
    """Give what stands in for a data URI of `length` characters in texts that are kept."""
    header, comma, _ = text[:200].partition(",")
    return f"{header}{comma}{_SHORTENED}{length}{_SHORTENED}"


def _decode_base64(payload: str) -> bytes | None:
    """As nearly all of it comes; a picture has millions of signs, and other calls wait here.

    The standard library takes 4 ms for a picture of a megabyte, pybase64 a tenth of one.
    """
    try:
        return pybase64.b64decode(payload, validate=True) or None
    except ValueError:
        return _decode_loose_base64(payload)


def _decode_loose_base64(payload: str) -> bytes | None:
    if "%" in payload:
        payload = unquote_to_bytes(payload).decode("ascii", "replace")
    payload = payload.translate(_WHITESPACE).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = payload.encode("ascii") + b"=" * (-len(payload) % 4)
        return pybase64.b64decode(raw, validate=True) or None
    except ValueError:
        return None
