"""The secret part of a link's address: made from a seed and the site's key, and never kept."""

import base64
import hashlib
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

from generations.models import ShareLink

SALT = "generations.share_links.token"
# 192 bits, 32 characters
TOKEN_BYTES = 24


def new_seed() -> str:
    """256 random bits, as hex."""
    return secrets.token_hex(32)


def token_from(seed: str) -> str:
    """The token that a seed stands for, with this site's secret key."""
    digest = salted_hmac(SALT, seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def hash_of(token: str) -> str:
    """What a link is found by; a stolen one opens nothing."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def token_of(link: ShareLink) -> str:
    """The token of a link; empty where the secret key has changed since, and the token is lost."""
    token = token_from(link.seed)
    return token if constant_time_compare(hash_of(token), link.token_hash) else ""
