"""Which certificates are trusted: made once, since reading them takes longer than many a request."""

from __future__ import annotations

import ssl
from functools import cache

import httpx2


@cache
def trust() -> ssl.SSLContext:
    """The certificates that come with the HTTP client, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name."""
    return httpx2.create_ssl_context()
