"""Guarded downloads of result addresses.

Only https and public hosts, or exactly the provider's own origin. Every address that a host has
is checked, at every redirect, and the connection is made to the very address that was checked.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from generations.providers import tls
from generations.providers.base import Code, Endpoint
from generations.providers.contents import Decoder, UnknownEncodingError
from generations.providers.details import clean_detail
from generations.providers.hops import Hop, HopRefusedError, first_hop, next_hop

if TYPE_CHECKING:
    import httpx2

_FINAL_STATUSES = frozenset(range(400, 500)) - {408, 409, 423, 425, 429}
# Most pictures are written in two or three pieces
_WRITE_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """How much and how long one download may take (bytes, seconds)."""

    max_bytes: int = 64 * 1024 * 1024
    total_seconds: float = 120.0
    idle_seconds: float = 30.0
    connect_seconds: float = 10.0
    max_redirects: int = 5


class FetchError(Exception):
    """The one way in which a download fails; `is_final` where trying again cannot help.

    `detail` is for staff: at most 2,000 characters, without keys.
    """

    def __init__(self, code: Code, *, is_final: bool, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final
        self.detail = detail


class _NotWrittenError(Exception):
    """The file takes no more; the download is not at fault."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


async def fetch_picture(
    url: str, *, into: IO[bytes], endpoint: Endpoint | None, limits: FetchLimits
) -> None:
    """Download what stands at a result address; whether it is a picture is judged elsewhere.

    It goes into the file as it comes, so that many downloads at once take little memory. The
    endpoint's key goes only to the endpoint's own origin, and across no redirect. Without an
    endpoint (its provider is no longer set), only public hosts will do. Raises FetchError, and
    the file's own OSError.
    """
    try:
        async with asyncio.timeout(limits.total_seconds):
            await _fetch(url, into, endpoint, limits)
    except _NotWrittenError as error:
        raise error.reason from None
    except FetchError as error:
        error.detail = clean_detail(error.detail, api_key=endpoint.api_key if endpoint else "")
        raise
    except HopRefusedError as error:
        raise FetchError(Code.ADDRESS_REFUSED, is_final=True, detail=str(error)) from error
    except TimeoutError as error:
        detail = f"Not complete after {limits.total_seconds:g} seconds."
        raise FetchError(Code.DOWNLOAD_FAILED, is_final=False, detail=detail) from error


async def _fetch(url: str, into: IO[bytes], endpoint: Endpoint | None, limits: FetchLimits) -> None:
    async with _client(limits) as client:
        hop = first_hop(url, endpoint=endpoint)
        for _ in range(limits.max_redirects + 1):
            async with _open(client, hop) as response:
                location = response.headers.get("location", "")
                if not (response.is_redirect and location):
                    return await _read(response, into, limits)
            hop = next_hop(hop, location)
    detail = f"More than {limits.max_redirects} redirects."
    raise FetchError(Code.DOWNLOAD_FAILED, is_final=True, detail=detail)


@asynccontextmanager
async def _client(limits: FetchLimits) -> AsyncIterator["httpx2.AsyncClient"]:
    import httpx2

    timeout = httpx2.Timeout(limits.idle_seconds, connect=limits.connect_seconds)
    client = httpx2.AsyncClient(
        trust_env=False, follow_redirects=False, timeout=timeout, verify=tls.context()
    )
    try:
        async with client:
            yield client
    except (httpx2.HTTPError, OSError) as error:
        if isinstance(error, TimeoutError):
            raise
        detail = f"{type(error).__name__}: {error}"
        raise FetchError(Code.DOWNLOAD_FAILED, is_final=False, detail=detail) from error


@asynccontextmanager
async def _open(client: "httpx2.AsyncClient", hop: Hop) -> AsyncIterator["httpx2.Response"]:
    """Connect to the first checked address that takes the connection."""
    import httpx2

    addresses = await hop.checked_addresses()
    for address in addresses:
        request = client.build_request("GET", hop.url_at(address), headers=hop.headers)
        request.extensions = {**request.extensions, "sni_hostname": hop.host}
        try:
            response = await client.send(request, stream=True)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            if address == addresses[-1]:
                raise
            continue
        try:
            yield response
        finally:
            await response.aclose()
        return


async def _read(response: "httpx2.Response", into: IO[bytes], limits: FetchLimits) -> None:
    _check_status(response.status_code)
    if int(_digits(response.headers.get("content-length", ""))) > limits.max_bytes:
        raise _too_large(limits)
    size = 0
    try:
        decoder = Decoder(response.headers.get("content-encoding", ""))
        waiting = bytearray()
        async for chunk in response.aiter_raw():
            waiting += (piece := decoder.decode(chunk, limits.max_bytes + 1 - size))
            size += len(piece)
            if size > limits.max_bytes:
                raise _too_large(limits)
            if len(waiting) >= _WRITE_BYTES:
                await _write(into, waiting)
                waiting = bytearray()
        await _write(into, waiting)
    except UnknownEncodingError as error:
        raise FetchError(Code.DOWNLOAD_FAILED, is_final=True, detail=str(error)) from error
    if not size or not decoder.is_complete:
        raise FetchError(Code.DOWNLOAD_FAILED, is_final=False, detail="The answer breaks off.")


async def _write(into: IO[bytes], content: bytearray) -> None:
    """In a thread: a slow disk holds up no other call."""
    try:
        await asyncio.to_thread(into.write, content)
    except OSError as error:
        raise _NotWrittenError(error) from error


def _check_status(status: int) -> None:
    if status == 200:
        return
    is_final = status in _FINAL_STATUSES
    raise FetchError(Code.DOWNLOAD_FAILED, is_final=is_final, detail=f"HTTP status {status}.")


def _too_large(limits: FetchLimits) -> FetchError:
    detail = f"More than {limits.max_bytes} bytes."
    return FetchError(Code.PICTURE_TOO_LARGE, is_final=True, detail=detail)


def _digits(text: str) -> str:
    return text if text.isdecimal() and len(text) < 19 else "0"
