"""What a person does in the composer, for the tests of its pages."""

import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from generations.models import Generation
from tests.pictures.makers import encoded, scene

CHAT = "demo/gpt-4o-image-vip"
IMAGES = "demo/gpt-image-2.5-flare"
OLD = "demo/gpt-image-1"
FREE_SIZES = "demo/gpt-image-2"


def typed(**changes: Any) -> dict[str, Any]:
    """The composer filled in; a value of None leaves a field out."""
    fields = {
        "prompt": "A red kite over a grey sea",
        "model": CHAT,
        "size": "auto",
        "count": "1",
        "submission_key": uuid.uuid4().hex,
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def press(client: Client, htmx: bool = False, **changes: Any) -> HttpResponse:
    """Fills the composer in and presses the button."""
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post("/generations/", typed(**changes), headers=headers)


def upload(name: str = "kite.png", content: bytes | None = None) -> SimpleUploadedFile:
    content = encoded(scene()) if content is None else content
    return SimpleUploadedFile(name, content, content_type="image/png")


def mask(content: bytes | None = None) -> SimpleUploadedFile:
    """A mask that is clear everywhere, or another file in its place."""
    clear = encoded(Image.new("RGBA", (160, 96), (0, 0, 0, 0)))
    return upload("mask.png", clear if content is None else content)


def submitted(response: HttpResponse) -> Generation:
    """The generation that an answer leads to."""
    assert response.status_code == 303, faults(response)
    return Generation.objects.get(id=response["Location"].split("/")[2])


def faults(response: HttpResponse) -> dict[str, str]:
    """The sentences of a page, by the field at which they stand."""
    html = response.content.decode()
    found = re.findall(r'id="fault-([a-z_]+)[^>]*>.*?<span>(.*?)</span>', html, re.S)
    return dict(reversed(found))


def chosen(response: HttpResponse, name: str) -> list[str]:
    """The values of the checked boxes of a setting."""
    html = response.content.decode()
    return re.findall(rf'name="{name}" value="([^"]*)" checked', html)


def values(response: HttpResponse, name: str) -> list[str]:
    """The values of all fields with this name."""
    return re.findall(rf'name="{name}"[^>]*? value="([^"]*)"', response.content.decode())


def written_prompt(response: HttpResponse) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", response.content.decode(), re.S)
    assert found
    return found[1]
