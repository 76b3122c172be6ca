"""Which providers there are: read from environment variables, checked, never from the code."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from generations.providers.base import Endpoint, Route
from generations.providers.chat_stream import chat_stream
from generations.providers.images_api import images_api

# The wire formats, by the name that a model's row gives.
ROUTES: dict[str, Route] = {"chat": chat_stream, "images": images_api}

_KNOWN_BASE_URLS = {
    "aihubmix": "https://aihubmix.com/v1",
    "openai": "https://api.openai.com/v1",
}
_DEMO_BASE_URL = "http://127.0.0.1:8010/v1"
_RESERVED = {"demo", *_KNOWN_BASE_URLS}
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_CALL_PATHS = ("/chat/completions", "/images/generations", "/images/edits")
_EXAMPLE = "https://relay.example/v1"


class RegistryError(Exception):
    """A variable has a bad value: which one, what is wrong, and what to do."""

    def __init__(self, variable: str, fault: str, cure: str) -> None:
        super().__init__(f"{variable}: {fault} {cure}")
        self.variable = variable
        self.fault = fault
        self.cure = cure


def read_endpoints(environ: Mapping[str, str]) -> dict[str, Endpoint]:
    """Give the providers whose key is set, by name; the demo provider where there is none.

    `DEMO_PROVIDER` (on, off, auto) forces or forbids the demo provider. Raises RegistryError.
    """
    names = [*_KNOWN_BASE_URLS, *_further_names(environ)]
    found = (_read_endpoint(name, environ) for name in names)
    endpoints = {endpoint.name: endpoint for endpoint in found if endpoint}
    if _wants_demo(environ, has_others=bool(endpoints)):
        endpoints["demo"] = _demo(environ)
    return endpoints


def _further_names(environ: Mapping[str, str]) -> list[str]:
    names = [name.strip() for name in environ.get("PROVIDERS", "").split(",")]
    names = [name for name in names if name]
    for name in names:
        _check_name(name, names)
    return names


def _check_name(name: str, names: list[str]) -> None:
    if not _NAME.fullmatch(name):
        cure = "Use small letters, digits and hyphens, a letter first: relay-2."
        raise RegistryError("PROVIDERS", f"{name!r} is no name for a provider.", cure)
    if name in _RESERVED:
        cure = f"Leave it out: {_variable(name, 'API_KEY')} alone switches it on."
        if name == "demo":
            cure = "Leave it out: DEMO_PROVIDER=on switches it on."
        raise RegistryError("PROVIDERS", f"{name!r} is there already.", cure)
    if names.count(name) > 1:
        raise RegistryError("PROVIDERS", f"{name!r} stands there twice.", "Name it once.")


def _read_endpoint(name: str, environ: Mapping[str, str]) -> Endpoint | None:
    api_key = _read_key(_variable(name, "API_KEY"), environ)
    if not api_key:
        return None
    variable = _variable(name, "BASE_URL")
    base_url = environ.get(variable, "").strip() or _KNOWN_BASE_URLS.get(name, "")
    if not base_url:
        cure = f"Set it to the provider's address, as in {_EXAMPLE}."
        raise RegistryError(variable, "It is not set.", cure)
    base_url = _checked_url(variable, base_url)
    return Endpoint(
        name=name,
        base_url=base_url,
        api_key=api_key,
        sends_safety_identifier=urlsplit(base_url).hostname == "api.openai.com",
    )


def _read_key(variable: str, environ: Mapping[str, str]) -> str:
    api_key = environ.get(variable, "").strip()
    if not all("!" <= sign <= "~" for sign in api_key):
        cure = "Copy the key again, alone and without spaces."
        raise RegistryError(variable, "The key holds characters that no key has.", cure)
    return api_key


def _wants_demo(environ: Mapping[str, str], *, has_others: bool) -> bool:
    wish = environ.get("DEMO_PROVIDER", "").strip().lower() or "auto"
    if wish not in ("on", "off", "auto"):
        raise RegistryError(
            "DEMO_PROVIDER", f"{wish!r} is none of its values.", "Set it to on, off or auto."
        )
    return wish == "on" or (wish == "auto" and not has_others)


def _demo(environ: Mapping[str, str]) -> Endpoint:
    base_url = environ.get("DEMO_BASE_URL", "").strip() or _DEMO_BASE_URL
    base_url = _checked_url("DEMO_BASE_URL", base_url)
    return Endpoint(name="demo", base_url=base_url, api_key="demo", is_demo=True)


def _checked_url(variable: str, text: str) -> str:
    cure = f"Write it like {_EXAMPLE}."
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise RegistryError(variable, "It is no http or https address.", cure)
    if "@" in parts.netloc:
        raise RegistryError(variable, "It names a user.", cure)
    if "?" in text or "#" in text:
        raise RegistryError(variable, "It has a query or a fragment.", cure)
    path = parts.path.rstrip("/")
    if path.endswith(_CALL_PATHS):
        raise RegistryError(variable, "It names one call.", f"Leave off the end. {cure}")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _split(text: str) -> SplitResult | None:
    if not text.isascii() or any(sign <= " " or sign == "\\" for sign in text):
        return None
    try:
        parts = urlsplit(text)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _variable(name: str, end: str) -> str:
    return f"{name.upper().replace('-', '_')}_{end}"
