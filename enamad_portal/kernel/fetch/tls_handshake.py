"""Handshakes of the TLS check, always through the pinned door (TLS-10)."""

import ssl
import warnings
from dataclasses import dataclass
from functools import cache

from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import CanonicalHost
from enamad_portal.kernel.fetch.limits import ANY_ANSWER, Limits
from enamad_portal.kernel.fetch.results import HopTrace

PORT = 443
_LAX_CIPHERS = "ALL:@SECLEVEL=0"


@dataclass(frozen=True, slots=True)
class Shaken:
    """What a finished handshake showed; `chain` is as received, leaf first, or None when Python cannot tell."""

    leaf: bytes
    chain: tuple[bytes, ...] | None
    version: str
    cipher: str
    address: str


def shake(
    door: Door, host: CanonicalHost, context: ssl.SSLContext, deadline: Deadline, limits: Limits = ANY_ANSWER
) -> Shaken:
    """One handshake with SNI. ssl.SSLError, OSError or FetchTrouble when it does not end."""
    hop = deadline.within(limits.hop_s)
    trace = HopTrace(f"https://{host.a_label}/", PORT)
    sock = door.open(host, trace, limits, hop)
    wrapped = context.wrap_socket(sock, server_hostname=host.a_label, do_handshake_on_connect=False)
    with wrapped:
        hop.arm(wrapped)
        wrapped.do_handshake()
        return Shaken(
            leaf=wrapped.getpeercert(binary_form=True) or b"",
            chain=_received_chain(wrapped),
            version=wrapped.version() or "",
            cipher=(wrapped.cipher() or ("", "", 0))[0],
            address=trace.address or "",
        )


def _received_chain(sock: ssl.SSLSocket) -> tuple[bytes, ...] | None:
    """Public API from Python 3.13 on; before that the same call hides one level deeper."""
    if public := getattr(sock, "get_unverified_chain", None):
        return tuple(bytes(der) for der in public())
    hidden = getattr(getattr(sock, "_sslobj", None), "get_unverified_chain", None)
    if hidden is None:
        return None
    return tuple(ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in hidden() or ())


@cache
def lax_context(version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Believes everything and speaks everything, or exactly one version; the default context cannot see TLS 1.0."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _open_up(context, version)
    return context


def legacy_verifying_context(roots_pem: str) -> ssl.SSLContext:
    """Verifies as browsers do but over any version, so that an old server's chain can still be judged."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=roots_pem)
    context.hostname_checks_common_name = False
    _open_up(context, None)
    return context


def _open_up(context: ssl.SSLContext, version: ssl.TLSVersion | None) -> None:
    context.set_ciphers(_LAX_CIPHERS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the old versions are what we look for
        context.minimum_version = version or ssl.TLSVersion.TLSv1
        context.maximum_version = version or ssl.TLSVersion.MAXIMUM_SUPPORTED
