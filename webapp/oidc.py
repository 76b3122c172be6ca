"""Reads how people sign in through the team's own provider (OpenID Connect)."""

from typing import Any
from urllib.parse import urlsplit

from webapp import env

# Stands in the address that the provider leads back to: /account/oidc/sso/login/callback/
PROVIDER_ID = "sso"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def social_providers(server_url: str, *, name: str, client_id: str, secret: str) -> dict[str, Any]:
    """What django-allauth wants to know; nothing where no provider is set."""
    if not server_url:
        return {}
    app = {
        "provider_id": PROVIDER_ID,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": server_url},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def server_url() -> str:
    """Where the provider is; whoever could listen in between could sign in as anybody."""
    value = env.text("OIDC_SERVER_URL").rstrip("/")
    parts = urlsplit(value)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if value and not (is_safe and parts.hostname):
        env.stop(
            "OIDC_SERVER_URL",
            f"“{value}” is not an https address",
            "Write the address before /.well-known/, like https://login.example.com/realms/team",
        )
    return value


def check(url: str, *, client_id: str, has_password_sign_in: bool) -> None:
    """Stops the start where something is missing."""
    if url and not client_id:
        env.stop("OIDC_CLIENT_ID", "it is missing", "Write the id that the provider gave you")
    if not url and not has_password_sign_in:
        env.stop(
            "PASSWORD_SIGN_IN",
            "it is off, and there is no other way in",
            "Set OIDC_SERVER_URL, or leave it empty for on",
        )
