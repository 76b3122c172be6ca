"""Anything that goes wrong on the wire, as the one ProviderError (provider-facts 3.1 to 3.3)."""

import json
import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from generations.providers import pulse
from generations.providers.base import Charged, Code, Endpoint, ProviderError
from generations.providers.details import clean_detail
from generations.providers.failure_table import meaning_of

_REQUEST_ID_HEADERS = ("x-request-id", "x-aihubmix-request-id")
_FREE_IN_AN_ANSWER = {
    Code.KEY_WRONG,
    Code.NO_CREDIT,
    Code.NO_PERMISSION,
    Code.MODEL_UNAVAILABLE,
    Code.BAD_REQUEST,
    Code.REQUEST_TOO_LARGE,
}


def error_from(error: Exception, *, endpoint: Endpoint, request_id: str = "") -> ProviderError:
    """Give what an exception of the SDK, of its HTTP client or of a reader means."""
    import openai

    if isinstance(error, ProviderError):
        return completed(error, endpoint=endpoint, request_id=request_id)
    if isinstance(error, openai.APIStatusError):
        return _from_status(error, endpoint)
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        return _from_transport(cause, endpoint, request_id)
    if isinstance(error, openai.APIError):
        body = error.body or {"message": error.message}
        return error_in_answer(body, endpoint=endpoint, request_id=request_id)
    return _from_transport(error, endpoint, request_id)


def error_in_answer(body: Any, *, endpoint: Endpoint, request_id: str = "") -> ProviderError:
    """Give what an error object inside an answer with status 200 means.

    The call was accepted, so that it is as charged as the model charges failures, unless it names
    a cause that ends a call before it runs. Never retryable.
    """
    names, text = _facts(body)
    code, charged = meaning_of(http_status=_status_in(names), names=names, text=text)
    if charged is Charged.NO and code not in _FREE_IN_AN_ANSWER:
        charged = Charged.AS_MODEL
    detail = clean_detail(_detail(body), api_key=endpoint.api_key)
    return ProviderError(
        code, charged=charged, detail=detail, request_id=request_id, http_status=200
    )


def completed(error: ProviderError, *, endpoint: Endpoint, request_id: str) -> ProviderError:
    """Give the error with the request id, and without the endpoint's key in its detail."""
    error.detail = clean_detail(error.detail, api_key=endpoint.api_key)
    error.request_id = error.request_id or request_id
    return error


def request_id_of(headers: Mapping[str, str]) -> str:
    """Give the provider's name for the request; empty where it gives none."""
    found = (headers.get(name, "") for name in _REQUEST_ID_HEADERS)
    return next((value[:200] for value in found if value), "")


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Give how many seconds the provider asks us to wait; None where it does not say."""
    if milliseconds := _number(headers.get("retry-after-ms", "")):
        return milliseconds / 1_000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    return _seconds_until(value) if seconds is None and value else seconds


def _from_status(error: Any, endpoint: Endpoint) -> ProviderError:
    names, text = _facts(error.body)
    status = error.status_code
    code, charged = meaning_of(http_status=status, names=names, text=text)
    return ProviderError(
        code,
        charged=charged,
        is_retryable=code is Code.RATE_LIMITED and status in (429, 503),
        retry_after=retry_after_of(error.response.headers),
        detail=clean_detail(_detail(error.body) or error.message, api_key=endpoint.api_key),
        request_id=request_id_of(error.response.headers),
        http_status=status,
    )


def _from_transport(error: Exception, endpoint: Endpoint, request_id: str) -> ProviderError:
    code, charged, is_retryable = _transport_meaning(error)
    words = f"{type(error).__name__}: {error}"
    return ProviderError(
        code,
        charged=charged,
        is_retryable=is_retryable,
        detail=clean_detail(words, api_key=endpoint.api_key),
        request_id=request_id,
    )


def _transport_meaning(error: Exception) -> tuple[Code, Charged, bool]:
    import httpx2

    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return Code.CONNECT_FAILED, Charged.NO, True
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return Code.CONNECT_FAILED, Charged.NO, False
    if isinstance(error, httpx2.ReadTimeout):
        return Code.SILENT, Charged.UNKNOWN, False
    if isinstance(error, json.JSONDecodeError | httpx2.DecodingError):
        return Code.UNREADABLE_ANSWER, Charged.UNKNOWN, False
    if isinstance(error, httpx2.HTTPError | OSError | EOFError):
        return Code.CONNECTION_LOST, Charged.UNKNOWN, False
    return Code.INTERNAL, Charged.UNKNOWN if pulse.was_sent() else Charged.NO, False


def _facts(body: Any) -> tuple[frozenset[str], str]:
    """Give the names (code, type, stage) and the text of an error body of any known shape."""
    found = _inner(body)
    if not isinstance(found, Mapping):
        is_page = str(found).lstrip().startswith("<")  # its words say nothing of the call
        return frozenset(), "" if is_page else str(found or "")
    names = {str(found.get(key, "")).lower() for key in ("code", "type", "status")} - {""}
    details = found.get("moderation_details")
    if isinstance(details, Mapping) and details.get("moderation_stage") == "output":
        names = {"output_moderation"}
    text = " ".join(str(found.get(key) or "") for key in ("message", "msg", "detail", "code"))
    return frozenset(names), text


def _status_in(names: frozenset[str]) -> int | None:
    """Give the status that relays such as kie write as the code of a body; only refusals."""
    numbers = (int(name) for name in names if name.isdecimal() and len(name) == 3)
    return next((number for number in numbers if 400 <= number < 500), None)


def _inner(body: Any) -> Any:
    """Unwrap {"error": …}, {"detail": {"error": …}} and their like."""
    for _ in range(3):
        if not isinstance(body, Mapping):
            return body
        inner = next((body[key] for key in ("error", "detail") if body.get(key)), None)
        if inner is None:
            return body
        body = inner
    return body


def _detail(body: Any) -> str:
    if body is None or isinstance(body, str):
        return body or ""
    return json.dumps(body, ensure_ascii=False, default=str)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return max(0.0, value) if math.isfinite(value) else None


def _seconds_until(date: str) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
