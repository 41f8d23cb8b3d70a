"""Which versions of TLS a site speaks (TLS-3): one handshake per version, each with exactly that one allowed."""

import ssl

from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import CanonicalHost
from enamad_portal.kernel.fetch.tls_findings import (
    TlsCheck,
    TlsCode,
    TlsFinding,
    TlsPolicy,
    TlsVerdict,
    failed,
    passed,
    unknown,
)
from enamad_portal.kernel.fetch.tls_handshake import lax_context, shake
from enamad_portal.kernel.fetch.trouble import FetchTrouble

OFFERED, NOT_OFFERED, NOT_SEEN, NOT_TESTED = "offered", "not_offered", "not_seen", "not_tested"
MODERN = ("TLSv1.2", "TLSv1.3")
OLD = ("TLSv1", "TLSv1.1")
_VERSIONS = {
    "TLSv1.3": (ssl.TLSVersion.TLSv1_3, ssl.HAS_TLSv1_3),
    "TLSv1.2": (ssl.TLSVersion.TLSv1_2, ssl.HAS_TLSv1_2),
    "TLSv1.1": (ssl.TLSVersion.TLSv1_1, ssl.HAS_TLSv1_1),
    "TLSv1": (ssl.TLSVersion.TLSv1, ssl.HAS_TLSv1),
}


def look_at_versions(door: Door, host: CanonicalHost, deadline: Deadline, policy: TlsPolicy) -> TlsFinding:
    """SSLv2 and SSLv3 are gone from our OpenSSL: their stored answer is `not_tested`, never a pass."""
    seen = {name: _offered(door, host, deadline, name) for name in _VERSIONS} | {"SSLv3": NOT_TESTED}
    return judge_versions(seen, policy)


def judge_versions(seen: dict[str, str], policy: TlsPolicy) -> TlsFinding:
    if not any(seen[name] == OFFERED for name in MODERN):
        if any(seen[name] == NOT_SEEN for name in MODERN):
            return unknown(TlsCheck.VERSIONS, **seen)
        return failed(TlsCheck.VERSIONS, TlsCode.NO_MODERN_VERSION, **seen)
    if any(seen[name] == OFFERED for name in OLD):
        return TlsFinding(TlsCheck.VERSIONS, policy.old_versions, TlsCode.OLD_VERSION_OFFERED, seen)
    if policy.old_versions is TlsVerdict.FAIL and any(seen[name] in {NOT_SEEN, NOT_TESTED} for name in OLD):
        return unknown(TlsCheck.VERSIONS, **seen)
    return passed(TlsCheck.VERSIONS, **seen)


def _offered(door: Door, host: CanonicalHost, deadline: Deadline, name: str) -> str:
    version, compiled_in = _VERSIONS[name]
    if not compiled_in:
        return NOT_TESTED
    try:
        shaken = shake(door, host, lax_context(version), deadline)
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError):
        return NOT_OFFERED
    except (OSError, FetchTrouble):
        return NOT_SEEN
    return OFFERED if shaken.version == name else NOT_OFFERED
