"""The TLS check of the second star: every question asked of one host, each answer with its evidence.

TLS-1 to TLS-6 and TLS-8 are asked here; TLS-7 looks at crawled pages and lives in `tls_forms.py`.
"""

from datetime import datetime
from typing import Any

from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import CanonicalHost
from enamad_portal.kernel.fetch.roots import ROOTS_VERSION
from enamad_portal.kernel.fetch.tls_chain import look_at_chain
from enamad_portal.kernel.fetch.tls_findings import (
    TlsCheck,
    TlsCode,
    TlsFinding,
    TlsPolicy,
    TlsReport,
    failed,
    unknown,
)
from enamad_portal.kernel.fetch.tls_handshake import Shaken
from enamad_portal.kernel.fetch.tls_http import look_at_hsts, look_at_redirect
from enamad_portal.kernel.fetch.tls_leaf import certificate_facts, judge_leaf, judge_validity, read_certificate
from enamad_portal.kernel.fetch.tls_revocation import look_at_revocation
from enamad_portal.kernel.fetch.tls_versions import look_at_versions

PROBE_S = 40.0


def probe_tls(
    door: Door, host: CanonicalHost, *, now: datetime, policy: TlsPolicy | None = None, within_s: float = PROBE_S
) -> TlsReport:
    """All findings about `host`, in at most `within_s` seconds; never raises for what site or network do.

    `now` (aware) judges the validity of the certificate; the chain itself is verified at the machine's own time.
    """
    policy = policy or TlsPolicy()
    deadline = Deadline(within_s)
    chain = look_at_chain(door, host, deadline)
    findings = [chain.finding]
    facts: dict[str, Any] = {}
    if chain.shaken is None:
        findings += [unknown(TlsCheck.LEAF), unknown(TlsCheck.VALIDITY)]
    else:
        about_leaf, facts = _leaf(chain.shaken, host, now, policy)
        findings += about_leaf
    findings += [
        look_at_versions(door, host, deadline, policy),
        look_at_redirect(door, host, deadline, policy),
        look_at_hsts(door, host, deadline, policy),
        look_at_revocation(door, chain.shaken.chain if chain.shaken else None, deadline),
    ]
    return TlsReport(host.a_label, tuple(findings), facts, ROOTS_VERSION)


def _leaf(
    shaken: Shaken, host: CanonicalHost, now: datetime, policy: TlsPolicy
) -> tuple[list[TlsFinding], dict[str, Any]]:
    leaf = read_certificate(shaken.leaf)
    if leaf is None:
        return [failed(TlsCheck.LEAF, TlsCode.UNREADABLE), unknown(TlsCheck.VALIDITY)], {}
    return [*judge_leaf(leaf, host.a_label), judge_validity(leaf, now, policy)], certificate_facts(leaf)
