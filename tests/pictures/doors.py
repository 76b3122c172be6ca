"""The two ways in: a member's upload over HTTP, and a provider's result through a worker."""

import re
import urllib.error
import urllib.request
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Attempt, Generation, OutputImage, ReferenceImage
from generations.services.originals import read_bytes
from tests.factories import IMAGES, submit
from tests.pictures.cases import NOT_A_PICTURE, TOO_LARGE, Case
from tests.pictures.verdicts import Verdict, refusal, taken, upload_refusal

CSRF = "a" * 32


class WebDoor:
    """Uploads to a running site, as a browser does it."""

    def __init__(self, url: str, user: User) -> None:
        self._url = url
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self._cookie = f"{name}={client.cookies[name].value}; csrftoken={CSRF}"

    def upload(self, case: Case, content: bytes) -> Verdict:
        # Neither the name nor the type that a browser claims says anything
        name = f"{uuid.uuid4().hex}.png"
        status, page = self._post(_form(name, content))
        return upload_verdict(case, name, status, page)

    def _post(self, form: tuple[str, bytes]) -> tuple[int, str]:
        kind, body = form
        headers = {"Cookie": self._cookie, "Content-Type": kind}
        request = urllib.request.Request(f"{self._url}/references/", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return int(response.status), response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def upload_verdict(case: Case, name: str, status: int, page: str) -> Verdict:
    """Of what the site answered to an upload under this name, and of the row that it left."""
    reference = ReferenceImage.objects.filter(name=name).first()
    if status == 200 and reference is not None:
        size = reference.original_width, reference.original_height
        return taken(case, size=size, copy=read_bytes(reference.file))
    if status != 422 or reference is not None:
        return Verdict(case=case, became=f"HTTP {status}", faults=("neither taken nor refused",))
    code = TOO_LARGE if re.search("megapixels;|MB;", page) else NOT_A_PICTURE
    return refusal(case, code, expected=upload_refusal(case))


def ask(user: User, way: str, names: Sequence[str]) -> list[Generation]:
    """A generation for each file, whose provider answers with just that (base64 or address)."""
    return [submit(user, f"file {name} {way}", model=IMAGES, size="1024x1024") for name in names]


def result_verdict(case: Case, content: bytes, generation: Generation) -> Verdict:
    """Of what a worker made of it."""
    attempt = generation.attempts.get()
    image = OutputImage.objects.filter(attempt=attempt).first()
    if not attempt.is_finished:
        return Verdict(case=case, became=str(attempt.status), faults=("has no end",))
    if image is None:
        return _result_refusal(case, content, attempt)
    kept = read_bytes(image.file) == content
    faults = () if kept else ("the original is another",)
    size = image.width, image.height
    return taken(case, size=size, copy=read_bytes(image.thumbnail), faults=faults)


def _result_refusal(case: Case, content: bytes, attempt: Attempt) -> Verdict:
    delivery = attempt.deliveries.first()
    if not content:
        # No picture came at all
        return Verdict(case=case, became=str(delivery.code if delivery else attempt.code))
    if delivery is None:
        return Verdict(case=case, became=attempt.code, faults=("no delivery",))
    return refusal(case, delivery.code)


def _form(name: str, content: bytes) -> tuple[str, bytes]:
    edge = uuid.uuid4().hex
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{CSRF}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="references"; filename="{name}"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    return f"multipart/form-data; boundary={edge}", body
