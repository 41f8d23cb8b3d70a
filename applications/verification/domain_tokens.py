"""The token that proves control of a domain: 32 base32 characters, one per application, domain and method (DCV-1).

It is derived from a stored nonce and the server's pepper, so the page can show it again while the database holds only
its hash.
"""

import base64
import hashlib
import hmac

from django.conf import settings

EMAIL_LOCAL_PARTS = ("admin", "administrator", "hostmaster", "postmaster", "webmaster", "info")


def derive(nonce: str, *, application: str, domain: str, method: str) -> str:
    """32 lower-case base32 characters (160 bits) bound to all four."""
    message = f"domain-token\0{nonce}\0{application}\0{domain}\0{method}".encode()
    digest = hmac.new(bytes.fromhex(settings.CODE_PEPPER), message, hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode("ascii").lower()


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def masked(token: str) -> str:
    """How evidence names a token."""
    return f"{token[:4]}…{token[-4:]}" if len(token) > 12 else token
