"""A small OpenID Connect provider on loopback: it vouches for whomever a test names."""

import base64
import hashlib
import json
import secrets
import threading
import time
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "proofsheet", "the-secret-of-the-client"
KEY_ID = "one"


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """`claims` is who signs in; `token_changes` and `userinfo_changes` make it lie."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.token_changes: dict[str, Any] = {}
        self.userinfo_changes: dict[str, Any] = {}
        self.is_broken = False
        self._asked: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, fields: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        """Status and JSON of an address, or where it leads."""
        if self.is_broken:
            return 500, {"error": "server_error"}
        return {
            "/.well-known/openid-configuration": self._configuration,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/jwks": self._jwks,
        }[path](fields)

    def _configuration(self, _fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        return 200, {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _authorize(self, fields: dict[str, str]) -> tuple[int, str]:
        code = secrets.token_urlsafe(8)
        self._asked[code] = fields
        query = urlencode({"code": code, "state": fields["state"]})
        return 302, f"{fields['redirect_uri']}?{query}"

    def _token(self, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self._asked.pop(fields.get("code", ""), None)
        if asked is None or not _fits(asked, fields):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        token = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        token |= self.claims | self.token_changes
        signed = jwt.encode(token, _key(), algorithm="RS256", headers={"kid": KEY_ID})
        return 200, {"access_token": "abc", "token_type": "Bearer", "id_token": signed}

    def _userinfo(self, _fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        return 200, self.claims | self.userinfo_changes

    def _jwks(self, _fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        public = RSAAlgorithm.to_jwk(_key().public_key(), as_dict=True)
        return 200, {"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}


def _fits(asked: dict[str, str], fields: dict[str, str]) -> bool:
    """The client's own secret, the same way back, and the proof of who asked (PKCE)."""
    digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (
        (fields.get("client_id"), fields.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        and asked["redirect_uri"] == fields.get("redirect_uri")
        and asked["code_challenge"] == challenge
    )


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def log_message(self, *_args: Any) -> None:
            """Silent."""

        def _answer(self, text: str) -> None:
            fields = {name: values[0] for name, values in parse_qs(text).items()}
            status, said = provider.answer(urlsplit(self.path).path, fields)
            self.send_response(status)
            if isinstance(said, str):
                self.send_header("Location", said)
                said = {}
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

    return Handler
