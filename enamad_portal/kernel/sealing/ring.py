"""Authenticated encryption under a ring of keys (PII-2).

A sealed value is `key id ":" nonce(12) ciphertext tag(16)`. The additional data binds it to its place, so a value
copied to another row, column or table does not open there.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12  # NIST SP 800-38D 8.2.2: random 96-bit nonces, at most 2^32 values under one key
_KEY_LINE = re.compile(r"([a-z0-9]{1,16}):([0-9a-fA-F]{64})")


class SealBroken(Exception):
    """A sealed value does not open here: changed, moved to another row, or its key has left the ring.

    Never a user's mistake. It carries no plaintext and must not be turned into an empty value.
    """


class SealedBytes(bytes):
    """Bytes that `seal` made, told apart from anything a person typed."""

    __slots__ = ()

    @property
    def key_id(self) -> str:
        """Id of the key it was sealed under; empty when there is none."""
        head, colon, _ = self.partition(b":")
        return head.decode("ascii", "replace") if colon else ""


class KeyRing(NamedTuple):
    """All keys by id; the newest one writes."""

    newest: str
    ciphers: Mapping[str, AESGCM]


def key_ring() -> KeyRing:
    """The ring of `FIELD_KEYS`.

    Raises ImproperlyConfigured for an empty, malformed or ambiguous setting.
    """
    return _parse_ring(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _parse_ring(lines: Sequence[str]) -> KeyRing:
    ciphers: dict[str, AESGCM] = {}
    for position, line in enumerate(lines, start=1):
        match = _KEY_LINE.fullmatch(line)
        if match is None:
            raise ImproperlyConfigured(f"FIELD_KEYS entry {position} must read id:64 hex digits, id of a-z and 0-9.")
        if match[1] in ciphers:
            raise ImproperlyConfigured(f"FIELD_KEYS names the key {match[1]} twice.")
        ciphers[match[1]] = AESGCM(bytes.fromhex(match[2]))
    if not ciphers:
        raise ImproperlyConfigured("FIELD_KEYS is empty: the first entry writes, all entries read.")
    return KeyRing(next(iter(ciphers)), MappingProxyType(ciphers))


def place(table: str, column: str, seal_id: UUID) -> bytes:
    """Additional data of a value: where it lives. The pk does not exist before the insert, hence `seal_id`."""
    return f"{table}|{column}|{seal_id}".encode()


def seal(plaintext: bytes, *, aad: bytes) -> SealedBytes:
    """Encrypt under the newest key with a fresh nonce; equal plaintexts give different values."""
    ring = key_ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return SealedBytes(ring.newest.encode() + b":" + nonce + ring.ciphers[ring.newest].encrypt(nonce, plaintext, aad))


def unseal(sealed: bytes, *, aad: bytes) -> bytes:
    """Decrypt, or raise SealBroken; there is no third outcome."""
    value = SealedBytes(sealed)
    cipher = key_ring().ciphers.get(value.key_id)
    if cipher is None:
        raise SealBroken("The key of this value is not in FIELD_KEYS, or the value was never sealed.")
    body = value[len(value.key_id) + 1 :]
    try:
        return cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(f"A value sealed under {value.key_id} does not open in this place.") from broken


def seal_file(content: bytes, *, seal_id: UUID) -> SealedBytes:
    """Seal the bytes of a stored document, bound to the `seal_id` of its row."""
    return seal(content, aad=place("file", "content", seal_id))


def unseal_file(sealed: bytes, *, seal_id: UUID) -> bytes:
    """The bytes of a stored document, or SealBroken."""
    return unseal(sealed, aad=place("file", "content", seal_id))
