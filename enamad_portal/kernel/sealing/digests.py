"""Keyed digests: finding a sealed value again (PII-3) and storing codes people type (3.7)."""

import hmac

from django.conf import settings

DIGEST_LENGTH = 64  # hexadecimal characters


def blind_index(purpose: str, normalised: str) -> str:
    """Digest by which equal values are found without being readable.

    `purpose` names the column ("applicant.national_code"); each purpose has its own derived key, so the same code in
    two tables cannot be matched. The caller normalises first: one person, one spelling.
    """
    return _digest(settings.BLIND_INDEX_KEY, purpose, normalised)


def code_hash(salt: str, secret: str) -> str:
    """Digest of a short code, peppered and bound to `salt` (the id of the code's row)."""
    return _digest(settings.CODE_PEPPER, salt, secret)


def equal(left: str, right: str) -> bool:
    """Compare two digests or tokens in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _digest(key: str, label: str, message: str) -> str:
    # Two steps instead of one joined string: no separator to forge, and a key of its own for each label.
    derived = hmac.digest(bytes.fromhex(key), label.encode(), "sha256")
    return hmac.digest(derived, message.encode(), "sha256").hex()
