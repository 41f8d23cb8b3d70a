"""Whether the issuer took the certificate back (TLS-8): advisory, by CRL only, and only if the list comes in 3 s."""

from dataclasses import replace

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.limits import ANY_ANSWER
from enamad_portal.kernel.fetch.results import Fetched
from enamad_portal.kernel.fetch.tls_findings import TlsCheck, TlsCode, TlsFinding, passed, unknown, warned
from enamad_portal.kernel.fetch.tls_leaf import crl_urls, read_certificate
from enamad_portal.kernel.fetch.trouble import AskedTooOften

CRL_S = 3.0


def look_at_revocation(door: Door, chain: tuple[bytes, ...] | None, deadline: Deadline) -> TlsFinding:
    """Believes a list only when the issuer in the received chain signed it."""
    certificates = [read_certificate(der) for der in (chain or ())[:2]]
    if len(certificates) < 2 or certificates[0] is None or certificates[1] is None:
        return unknown(TlsCheck.REVOCATION, TlsCode.NOT_TESTED)
    leaf, issuer = certificates[0], certificates[1]
    urls = crl_urls(leaf)
    if not urls:
        return unknown(TlsCheck.REVOCATION, TlsCode.NOT_TESTED)
    try:
        result = door.get(urls[0], limits=replace(ANY_ANSWER, total_s=min(CRL_S, deadline.left())), follow=False)
    except AskedTooOften:  # one authority serves thousands of shops: an advisory answer must not hold up their checks
        return unknown(TlsCheck.REVOCATION, TlsCode.NOT_TESTED, url=urls[0])
    if not isinstance(result, Fetched) or not result.ok:
        return unknown(TlsCheck.REVOCATION, TlsCode.NOT_TESTED, url=urls[0])
    return judge_revocation(leaf, issuer, result.body)


def judge_revocation(leaf: x509.Certificate, issuer: x509.Certificate, crl: bytes) -> TlsFinding:
    try:
        revoked = x509.load_der_x509_crl(crl)
        key = issuer.public_key()
        signed = revoked.issuer == leaf.issuer and revoked.is_signature_valid(key)  # type: ignore[arg-type]
        entry = revoked.get_revoked_certificate_by_serial_number(leaf.serial_number)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return unknown(TlsCheck.REVOCATION, TlsCode.NOT_TESTED)
    if not signed:
        return unknown(TlsCheck.REVOCATION, TlsCode.NOT_TESTED)
    if entry is not None:
        return warned(TlsCheck.REVOCATION, TlsCode.REVOKED, at=entry.revocation_date_utc.isoformat())
    return passed(TlsCheck.REVOCATION)
