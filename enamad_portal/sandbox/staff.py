"""Staff sign-ins of the demo, known to everybody: they exist in the sandbox world only."""

import base64
import hashlib
import hmac
import struct
import time

PASSWORD = "sandbox-only-123"  # noqa: S105 - opens nothing outside the sandbox world
TOTP_SECRET = "SANDBOX2ONLY3STAFF4DEMO5KEY6AAAA"  # noqa: S105 - as above; for authenticator apps, drives and tests
ROLES = {  # a second officer where the law wants two
    "reviewer": "reviewer",
    "senior": "senior_reviewer",
    "senior2": "senior_reviewer",
    "police": "police_liaison",
    "finance": "finance",
    "finance2": "finance",
    "support": "support",
    "auditor": "auditor",
    "admin": "administrator",
}


def totp_code(secret: str = TOTP_SECRET, *, drift: int = 0) -> str:
    """The code an authenticator app shows now (RFC 6238: SHA-1, 30 s, 6 digits).

    A code opens one session; `drift` -1 or 1 gives the neighbouring one for a second sign-in within the half minute.
    """
    step = int(time.time()) // 30 + drift
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
