"""How we talk TLS to providers and fetch from addresses: whom we trust."""

import functools
import ssl


@functools.cache
def context() -> ssl.SSLContext:
    """Give the one TLS context of the process: loading the certificates takes tens of ms."""
    import httpx2

    return httpx2.create_ssl_context(trust_env=False)
