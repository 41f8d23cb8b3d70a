"""Which certificate authorities are believed (TLS-1): the pinned, dated root store, never that of the machine."""

import ssl
from pathlib import Path

import certifi

ROOTS_VERSION = certifi.__version__
"""The date of the store, for the evidence record."""


def trusted_roots(extra_pem: str = "") -> str:
    """PEM of all roots; `extra_pem` is the sandbox's own authority and empty in the real world."""
    return Path(certifi.where()).read_text(encoding="ascii") + extra_pem


def verifying_context(roots_pem: str) -> ssl.SSLContext:
    """TLS 1.2 or newer, the subject alternative name only, HTTP/1.1 only (FET-6)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=roots_pem)
    context.hostname_checks_common_name = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.set_alpn_protocols(["http/1.1"])
    return context
