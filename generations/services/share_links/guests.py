"""The name that a guest goes by: kept in the address, since a guest gets no cookie."""

import secrets
from dataclasses import dataclass

from django.core import signing

from generations.models import ShareLink

SALT = "generations.share_links.guest"
LONGEST_KEY = 600


@dataclass(frozen=True)
class Guest:
    """`id` is random; two guests of the same name are two. `key` is what stands in addresses."""

    id: str
    name: str
    key: str


def new_guest(link: ShareLink, name: str) -> Guest:
    identity = secrets.token_hex(12)
    return Guest(identity, name, signing.dumps([identity, name], salt=_salt(link)))


def guest_of(link: ShareLink, key: str) -> Guest | None:
    """Who goes by this key at this link; None for what we have not signed for it."""
    if not key or len(key) > LONGEST_KEY:
        return None
    try:
        identity, name = signing.loads(key, salt=_salt(link))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Guest(identity, name, key)


def _salt(link: ShareLink) -> str:
    return f"{SALT}.{link.pk}"
