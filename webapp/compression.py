"""Pages are compressed on their way out; files, streams and pictures are not."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

TEXTS = ("text/html", "application/json")
# Below this nothing is won
SMALLEST = 500
# So that the length of an answer tells nothing of the secrets in it, as in Django's GZipMiddleware
RANDOM_BYTES = 100


def compress_pages(get_response: Any) -> Any:
    """Django's own middleware would also compress the live stream and ZIPs, and wait for them."""

    def compress(request: HttpRequest) -> HttpResponseBase:
        return _compressed(request, get_response(request))

    return compress


def _compressed(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    if not isinstance(answer, HttpResponse) or not _is_worth_it(answer):
        return answer
    patch_vary_headers(answer, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.content = compress_string(answer.content, max_random_bytes=RANDOM_BYTES)
        answer["Content-Length"] = str(len(answer.content))
        answer["Content-Encoding"] = "gzip"
    return answer


def _is_worth_it(answer: HttpResponse) -> bool:
    is_page = answer.get("Content-Type", "").startswith(TEXTS)
    return is_page and len(answer.content) >= SMALLEST and "Content-Encoding" not in answer
