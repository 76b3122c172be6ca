"""One step of a download: an address, and whether we may go there."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generations.providers.base import Endpoint
from generations.providers.public_hosts import (
    IPAddress,
    is_plain_name,
    is_public,
    literal_address,
    resolve,
)

if TYPE_CHECKING:
    import httpx2

_PORTS = {"https": 443, "http": 80}
_MAX_URL = 8_192
_Origin = tuple[str, str, int]


class HopRefusedError(ValueError):
    """We do not go to this address."""


@dataclass(frozen=True)
class Hop:
    """An address of the right form.

    `is_own` tells that it is the provider's own origin, which may be anywhere; all others must
    be public, which shows when their hosts are looked up.
    """

    url: "httpx2.URL"
    is_own: bool
    own_origin: _Origin | None
    headers: dict[str, str] = field(repr=False)

    @property
    def host(self) -> str:
        """The host's name, as a certificate has it."""
        return self.url.raw_host.decode("ascii")

    async def checked_addresses(self) -> list[IPAddress]:
        """Give the network addresses of the host; raises HopRefusedError unless all are allowed."""
        addresses = await resolve(self.host, _origin(self.url)[2])
        if not self.is_own and not all(is_public(address) for address in addresses):
            raise HopRefusedError(f"{self.host} is no public host.")
        return addresses

    def url_at(self, address: IPAddress) -> "httpx2.URL":
        """Give the address with its host replaced by the network address that was checked."""
        return self.url.copy_with(host=str(address))


def first_hop(url: str, *, endpoint: Endpoint | None) -> Hop:
    """Give the first step; it alone carries the key, and only to the provider's own origin."""
    own_origin = _origin(_read_url(endpoint.base_url)) if endpoint else None
    hop = _hop(_read_url(url), own_origin, may_be_own=True)
    if endpoint and hop.is_own:
        hop.headers["Authorization"] = f"Bearer {endpoint.api_key}"
    return hop


def next_hop(hop: Hop, location: str) -> Hop:
    """Give the step that a redirect leads to: without the key.

    From a foreign host there is no way back into the provider's own origin.
    """
    return _hop(_read_url(location, base=hop.url), hop.own_origin, may_be_own=hop.is_own)


def _hop(url: "httpx2.URL", own_origin: _Origin | None, *, may_be_own: bool) -> Hop:
    if url.userinfo:
        raise HopRefusedError("The address names a user.")
    is_own = may_be_own and _origin(url) == own_origin
    host = url.raw_host.decode("ascii", "replace")
    if not is_own:
        _check_form(url, host)
    headers = {"Host": url.netloc.decode("ascii"), "Accept": "image/*, */*;q=0.1"}
    headers["Accept-Encoding"] = "identity"
    return Hop(url, is_own, own_origin, headers)


def _check_form(url: "httpx2.URL", host: str) -> None:
    if url.scheme != "https":
        raise HopRefusedError(f"Not https: {url.scheme[:20]!r}.")
    literal = literal_address(host)
    if literal is None and not is_plain_name(host):
        raise HopRefusedError(f"Not a plain host name: {host[:100]!r}.")
    if literal is not None and not is_public(literal):
        raise HopRefusedError(f"{host} is no public host.")


def _read_url(text: str, base: "httpx2.URL | None" = None) -> "httpx2.URL":
    import httpx2

    if len(text) > _MAX_URL or "\\" in text or any(sign <= " " for sign in text):
        raise HopRefusedError("Not an address.")
    try:
        url = base.join(text) if base else httpx2.URL(text)
        _ = url.port, url.raw_host
    except (httpx2.InvalidURL, ValueError) as error:
        raise HopRefusedError(f"Not an address: {error}") from error
    if not url.host or not 0 < _origin(url)[2] < 65_536:
        raise HopRefusedError("The address has no host or no port.")
    return url.copy_with(fragment=None)


def _origin(url: "httpx2.URL") -> _Origin:
    host = url.raw_host.decode("ascii", "replace").lower()
    port = _PORTS.get(url.scheme, 0) if url.port is None else url.port
    return url.scheme, host, port
