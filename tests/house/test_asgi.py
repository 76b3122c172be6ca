"""Heads of requests that no browser sends."""

from io import BytesIO
from typing import Any

import pytest

from webapp.asgi import Handler

FORM = b'--a\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n\xc3\xa9\r\n--a--\r\n'


def created(content_type: str, query: bytes = b"") -> Any:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(FORM)).encode()),
    ]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": query}
    return Handler().create_request(scope | {"headers": headers}, BytesIO(FORM))


@pytest.mark.parametrize("charset", ["idna", "rot13", "hex", "undefined", "utf-16", "utf-8"])
def test_text_is_utf_8_whatever_a_client_claims(charset: str):
    request, refusal = created(f"multipart/form-data; boundary=a; charset={charset}")
    assert refusal is None
    assert request.POST["prompt"] == "é"


@pytest.mark.parametrize("name", ["idna", "utf-99"])
def test_a_head_that_cannot_be_read_is_a_bad_request(name: str):
    request, refusal = created(f"text/html; charset*={name}''%ff%fe")
    assert request is None
    assert refusal.status_code == 400


def test_too_many_fields_are_a_bad_request():
    request, refusal = created("text/html; charset=idna", b"&".join([b"a=1"] * 2000))
    assert request is None
    assert refusal.status_code == 400
