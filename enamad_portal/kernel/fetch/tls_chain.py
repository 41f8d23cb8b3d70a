"""Whether browsers would believe the chain (TLS-1), by OpenSSL's own verify code."""

import ssl
from dataclasses import dataclass

from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import CanonicalHost
from enamad_portal.kernel.fetch.roots import verifying_context
from enamad_portal.kernel.fetch.tls_findings import TlsCheck, TlsCode, TlsFinding, failed, passed, unknown
from enamad_portal.kernel.fetch.tls_handshake import Shaken, lax_context, legacy_verifying_context, shake
from enamad_portal.kernel.fetch.tls_leaf import issuer_is_fetchable, read_certificate
from enamad_portal.kernel.fetch.trouble import FetchTrouble

_NO_ISSUER = frozenset({2, 20, 21, 27})
_CODES = {
    9: TlsCode.NOT_YET_VALID,
    10: TlsCode.EXPIRED,
    18: TlsCode.SELF_SIGNED,
    19: TlsCode.UNKNOWN_CA,
    26: TlsCode.WRONG_PURPOSE,
    62: TlsCode.NAME_MISMATCH,
    66: TlsCode.WEAK_KEY,
    67: TlsCode.WEAK_KEY,
    68: TlsCode.WEAK_SIGNATURE,
}


@dataclass(frozen=True, slots=True)
class ChainSeen:
    """The finding, and the handshake that showed the certificate (with or without belief) when one ended."""

    finding: TlsFinding
    shaken: Shaken | None


def look_at_chain(door: Door, host: CanonicalHost, deadline: Deadline) -> ChainSeen:
    """Never raises for what site or network do; trouble of the network is `unknown`."""
    try:
        return _verified(door, host, deadline)
    except ssl.SSLCertVerificationError as error:
        return _refused(door, host, deadline, error)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        return ChainSeen(unknown(TlsCheck.CHAIN, detail=type(error).__name__), None)
    except ssl.SSLError as error:
        return ChainSeen(failed(TlsCheck.CHAIN, TlsCode.NO_TLS, detail=error.reason or ""), None)
    except FetchTrouble as trouble:
        return ChainSeen(unknown(TlsCheck.CHAIN, detail=trouble.code.value), None)
    except OSError as error:
        return ChainSeen(unknown(TlsCheck.CHAIN, detail=type(error).__name__), None)


def _verified(door: Door, host: CanonicalHost, deadline: Deadline) -> ChainSeen:
    try:
        shaken = shake(door, host, verifying_context(door.roots_pem), deadline)
    except (ssl.SSLCertVerificationError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise
    except ssl.SSLError:  # perhaps only an old version: its chain is judged all the same
        shaken = shake(door, host, legacy_verifying_context(door.roots_pem), deadline)
    evidence = {"version": shaken.version, "cipher": shaken.cipher, "address": shaken.address}
    return ChainSeen(passed(TlsCheck.CHAIN, **evidence), shaken)


def _refused(door: Door, host: CanonicalHost, deadline: Deadline, error: ssl.SSLCertVerificationError) -> ChainSeen:
    try:
        shaken = shake(door, host, lax_context(), deadline)
    except (OSError, FetchTrouble):
        shaken = None
    code = _CODES.get(error.verify_code, TlsCode.CHAIN_REFUSED)
    if error.verify_code in _NO_ISSUER:
        code = TlsCode.INCOMPLETE_CHAIN if shaken and _misses_intermediate(shaken) else TlsCode.UNKNOWN_CA
    sent = None if shaken is None or shaken.chain is None else len(shaken.chain)
    evidence = {"verify_code": error.verify_code, "message": error.verify_message, "certificates_sent": sent}
    return ChainSeen(failed(TlsCheck.CHAIN, code, **evidence), shaken)


def _misses_intermediate(shaken: Shaken) -> bool:
    """A missing intermediate and an unknown authority give one verify code; the received chain tells them apart."""
    leaf = read_certificate(shaken.leaf)
    alone = shaken.chain is not None and len(shaken.chain) == 1
    return leaf is not None and alone and leaf.issuer != leaf.subject and issuer_is_fetchable(leaf)
