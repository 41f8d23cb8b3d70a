"""The certificate itself (TLS-2, TLS-4), because a handshake accepts weak keys without complaint."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from enamad_portal.kernel.fetch.tls_findings import TlsCheck, TlsCode, TlsFinding, TlsPolicy, failed, passed

Kind = TypeVar("Kind", bound=x509.ExtensionType)

MIN_RSA_BITS = 2048
MIN_EC_BITS = 256
_WEAK_HASHES = frozenset({"md5", "sha1"})
_UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


def read_certificate(der: bytes) -> x509.Certificate | None:
    """None for what is no certificate, or one whose extensions cannot be read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.extensions  # noqa: B018  parsed lazily, so that the trouble shows here
        certificate.public_key()
    except _UNREADABLE:
        return None
    return certificate


def judge_leaf(leaf: x509.Certificate, a_label: str) -> list[TlsFinding]:
    """One fail per fault, or one pass."""
    faults = [failed(TlsCheck.LEAF, code, **evidence) for code, evidence in _faults(leaf, a_label)]
    return faults or [passed(TlsCheck.LEAF)]


def _faults(leaf: x509.Certificate, a_label: str) -> Iterator[tuple[TlsCode, dict[str, Any]]]:
    names = dns_names(leaf)
    if not names:
        yield TlsCode.NO_SAN, {}
    elif not any(name_matches(name, a_label) for name in names):
        yield TlsCode.NAME_MISMATCH, {"names": names[:20]}
    if not _strong_key(leaf):
        yield TlsCode.WEAK_KEY, {"key": describe_key(leaf)}
    if (signature := signature_hash(leaf)) in _WEAK_HASHES:
        yield TlsCode.WEAK_SIGNATURE, {"hash": signature}
    if _is_ca(leaf):
        yield TlsCode.CA_AS_LEAF, {}
    if not _for_servers(leaf):
        yield TlsCode.WRONG_PURPOSE, {}


def dns_names(leaf: x509.Certificate) -> list[str]:
    """The DNS names of the subject alternative name, lower case; the common name never counts."""
    extension = _extension(leaf, x509.SubjectAlternativeName)
    return [] if extension is None else [name.lower() for name in extension.get_values_for_type(x509.DNSName)]


def name_matches(pattern: str, a_label: str) -> bool:
    """RFC 6125: exact, or a whole left-most label as `*`, one level deep."""
    if pattern == a_label:
        return True
    return pattern.startswith("*.") and pattern[2:] == a_label.partition(".")[2] and "." in pattern[2:]


def _strong_key(leaf: x509.Certificate) -> bool:
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= MIN_RSA_BITS
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.key_size >= MIN_EC_BITS
    return isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey)


def describe_key(leaf: x509.Certificate) -> str:
    """`RSA 2048`, `secp256r1` or the name of the kind."""
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__


def signature_hash(leaf: x509.Certificate) -> str:
    try:
        algorithm = leaf.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return leaf.signature_algorithm_oid.dotted_string
    return algorithm.name if algorithm else "none"


def _is_ca(leaf: x509.Certificate) -> bool:
    extension = _extension(leaf, x509.BasicConstraints)
    return extension is not None and extension.ca


def _for_servers(leaf: x509.Certificate) -> bool:
    extension = _extension(leaf, x509.ExtendedKeyUsage)
    return extension is not None and ExtendedKeyUsageOID.SERVER_AUTH in extension


def issuer_is_fetchable(leaf: x509.Certificate) -> bool:
    """Whether the certificate says where its issuer can be had (AIA), as those of a public authority do."""
    extension = _extension(leaf, x509.AuthorityInformationAccess)
    return extension is not None and any(
        way.access_method == AuthorityInformationAccessOID.CA_ISSUERS for way in extension
    )


def crl_urls(leaf: x509.Certificate) -> list[str]:
    """The http addresses of the revocation lists."""
    extension = _extension(leaf, x509.CRLDistributionPoints)
    names = [name.value for point in extension or () for name in point.full_name or ()]
    return [name for name in names if isinstance(name, str) and name.lower().startswith("http://")]


def _extension(leaf: x509.Certificate, kind: type[Kind]) -> Kind | None:
    try:
        return leaf.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def judge_validity(leaf: x509.Certificate, now: datetime, policy: TlsPolicy) -> TlsFinding:
    """Valid now and for at least `policy.min_days_left` more days (TLS-4)."""
    left = leaf.not_valid_after_utc - now
    evidence = {"not_after": leaf.not_valid_after_utc.isoformat(), "days_left": left // timedelta(days=1)}
    if leaf.not_valid_before_utc > now:
        return failed(TlsCheck.VALIDITY, TlsCode.NOT_YET_VALID, **evidence)
    if left <= timedelta(0):
        return failed(TlsCheck.VALIDITY, TlsCode.EXPIRED, **evidence)
    if left < timedelta(days=policy.min_days_left):
        return failed(TlsCheck.VALIDITY, TlsCode.EXPIRES_SOON, **evidence)
    return passed(TlsCheck.VALIDITY, **evidence)


def certificate_facts(leaf: x509.Certificate) -> dict[str, Any]:
    """What an officer sees of a certificate."""
    return {
        "subject": leaf.subject.rfc4514_string()[:300],
        "issuer": leaf.issuer.rfc4514_string()[:300],
        "serial": f"{leaf.serial_number:x}",
        "not_before": leaf.not_valid_before_utc.isoformat(),
        "not_after": leaf.not_valid_after_utc.isoformat(),
        "names": dns_names(leaf)[:50],
        "key": describe_key(leaf),
        "signature_hash": signature_hash(leaf),
    }
