"""One server per row; each row says the exact (verdict, code) it must give."""

import ssl
import warnings
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from enamad_portal.kernel.fetch import tls
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import canonical_host
from enamad_portal.kernel.fetch.tls_findings import TlsCheck, TlsCode, TlsPolicy, TlsReport, TlsVerdict
from enamad_portal.kernel.fetch.tls_leaf import judge_leaf, read_certificate
from tests.kernel.fetch import certs
from tests.kernel.fetch.rig import AGENT, World, answer, drips, redirect, resets, says

K, V, C = TlsCheck, TlsVerdict, TlsCode
HSTS = "Strict-Transport-Security: max-age=31536000; includeSubDomains"
V10, V11, V12, V13 = (
    ssl.TLSVersion.TLSv1,
    ssl.TLSVersion.TLSv1_1,
    ssl.TLSVersion.TLSv1_2,
    ssl.TLSVersion.TLSv1_3,
)


@pytest.fixture(scope="module")
def root() -> certs.Signed:
    return certs.authority("root")


@pytest.fixture(scope="module")
def middle(root) -> certs.Signed:
    return certs.authority("middle", root)


@pytest.fixture(scope="module")
def stranger() -> certs.Signed:
    return certs.authority("stranger")


@dataclass(frozen=True)
class Authorities:
    root: certs.Signed
    middle: certs.Signed
    stranger: certs.Signed


@pytest.fixture(scope="module")
def authorities(root, middle, stranger) -> Authorities:
    return Authorities(root, middle, stranger)


def between(context: ssl.SSLContext, low: ssl.TLSVersion, high: ssl.TLSVersion) -> ssl.SSLContext:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = low, high
    return context


def probe(
    world: World,
    root: certs.Signed,
    context: ssl.SSLContext | None,
    *,
    host: str = "shop.ir",
    http=None,
    https=None,
    policy: TlsPolicy | None = None,
    within_s: float = 6,
) -> TlsReport:
    named = canonical_host(host)
    world.name(named.a_label, "192.0.32.10")
    world.serve(http or says(redirect(f"https://{named.a_label}/", "301 Moved Permanently")))
    if context:
        world.serve(https or says(answer(b"x", "200 OK", "text/html", HSTS)), port=443, context=context)
    door = Door(world.resolver, world, root.pem.decode(), AGENT)
    return tls.probe_tls(door, named, now=certs.NOW, policy=policy, within_s=within_s)


def told(report: TlsReport, check: TlsCheck) -> set[tuple[TlsVerdict, TlsCode]]:
    return {(finding.verdict, finding.code) for finding in report.of(check)}


def test_tls_1_to_6_a_good_site_passes_every_question(world: World, root, middle):
    context = certs.server_context(certs.leaf(middle, "shop.ir"), middle)
    report = probe(world, root, between(context, V12, V13))
    assert report.verdict == V.PASS
    for check in (K.CHAIN, K.LEAF, K.VALIDITY, K.VERSIONS, K.HTTPS_REDIRECT, K.HSTS):
        assert told(report, check) == {(V.PASS, C.FINE)}
    assert told(report, K.REVOCATION) == {(V.UNKNOWN, C.NOT_TESTED)}
    assert report.certificate["names"] == ["shop.ir"]
    assert report.of(K.VERSIONS)[0].evidence == {
        "TLSv1.3": "offered",
        "TLSv1.2": "offered",
        "TLSv1.1": "not_offered",
        "TLSv1": "not_offered",
        "SSLv3": "not_tested",
    }
    assert report.as_evidence()["findings"][0]["verdict"] == "pass"


CHAINS = {
    "good EC": (lambda a: (certs.leaf(a.middle, "shop.ir"), a.middle), V.PASS, C.FINE),
    "good P-384": (
        lambda a: (certs.leaf(a.middle, "shop.ir", key=ec.generate_private_key(ec.SECP384R1())), a.middle),
        V.PASS,
        C.FINE,
    ),
    "good RSA 2048": (lambda a: (certs.leaf(a.middle, "shop.ir", key=certs.rsa_key(2048)), a.middle), V.PASS, C.FINE),
    "directly under the root": (lambda a: (certs.leaf(a.root, "shop.ir"),), V.PASS, C.FINE),
    "chain with a stranger after it": (
        lambda a: (certs.leaf(a.middle, "shop.ir"), a.stranger, a.middle),
        V.PASS,
        C.FINE,
    ),
    "wrong host": (lambda a: (certs.leaf(a.middle, "other.ir"), a.middle), V.FAIL, C.NAME_MISMATCH),
    "only www": (lambda a: (certs.leaf(a.middle, "www.shop.ir"), a.middle), V.FAIL, C.NAME_MISMATCH),
    "wildcard of the parent": (lambda a: (certs.leaf(a.middle, "*.ir"), a.middle), V.FAIL, C.NAME_MISMATCH),
    "common name only": (lambda a: (certs.leaf(a.middle, common_name="shop.ir"), a.middle), V.FAIL, C.NAME_MISMATCH),
    "address only": (
        lambda a: (certs.leaf(a.middle, addresses=(ip_address("192.0.32.10"),)), a.middle),
        V.FAIL,
        C.NAME_MISMATCH,
    ),
    "expired": (
        lambda a: (certs.leaf(a.middle, "shop.ir", before=-timedelta(days=90), after=-timedelta(days=1)), a.middle),
        V.FAIL,
        C.EXPIRED,
    ),
    "not yet valid": (
        lambda a: (certs.leaf(a.middle, "shop.ir", before=timedelta(days=2)), a.middle),
        V.FAIL,
        C.NOT_YET_VALID,
    ),
    "self signed": (lambda _: (certs.leaf(None, "shop.ir"),), V.FAIL, C.SELF_SIGNED),
    "unknown authority, sent whole": (lambda a: (certs.leaf(a.stranger, "shop.ir"), a.stranger), V.FAIL, C.UNKNOWN_CA),
    "unknown authority, no way to it": (lambda a: (certs.leaf(a.stranger, "shop.ir", aia=None),), V.FAIL, C.UNKNOWN_CA),
    "missing intermediate": (lambda a: (certs.leaf(a.middle, "shop.ir"),), V.FAIL, C.INCOMPLETE_CHAIN),
    "RSA 1024": (lambda a: (certs.leaf(a.middle, "shop.ir", key=certs.rsa_key(1024)), a.middle), V.FAIL, C.WEAK_KEY),
    "client certificate": (
        lambda a: (certs.leaf(a.middle, "shop.ir", purpose=ExtendedKeyUsageOID.CLIENT_AUTH), a.middle),
        V.FAIL,
        C.WRONG_PURPOSE,
    ),
}


@pytest.mark.parametrize(("make", "verdict", "code"), CHAINS.values(), ids=CHAINS.keys())
def test_tls_1_chain(world: World, authorities, make, verdict: TlsVerdict, code: TlsCode):
    report = probe(world, authorities.root, certs.server_context(*make(authorities)))
    assert told(report, K.CHAIN) == {(verdict, code)}
    assert (report.verdict == V.FAIL) == (verdict == V.FAIL)
    if verdict == V.FAIL:
        assert told(report, K.LEAF) | told(report, K.VALIDITY)


def test_tls_1_wildcard_one_level_but_not_two(world: World, root, middle):
    context = certs.server_context(certs.leaf(middle, "*.shop.ir"), middle)
    assert told(probe(world, root, context, host="www.shop.ir"), K.CHAIN) == {(V.PASS, C.FINE)}
    deep = probe(world, root, context, host="a.www.shop.ir")
    assert told(deep, K.CHAIN) == {(V.FAIL, C.NAME_MISMATCH)}
    assert told(deep, K.LEAF) == {(V.FAIL, C.NAME_MISMATCH)}


def test_tls_1_a_persian_host_is_checked_by_its_a_label(world: World, root, middle):
    host = "نامه\u200cای.com"
    context = certs.server_context(certs.leaf(middle, "xn--mgba3gch31f060k.com"), middle)
    report = probe(world, root, context, host=host)
    assert told(report, K.CHAIN) | told(report, K.LEAF) == {(V.PASS, C.FINE)}
    context = certs.server_context(certs.leaf(middle, "xn--mgba3gch31f.com"), middle)
    assert told(probe(world, root, context, host=host), K.CHAIN) == {(V.FAIL, C.NAME_MISMATCH)}


LEAVES = {
    "common name only": (lambda m: certs.leaf(m, common_name="shop.ir"), {C.NO_SAN}),
    "RSA 1024": (lambda m: certs.leaf(m, "shop.ir", key=certs.rsa_key(1024)), {C.WEAK_KEY}),
    "authority as leaf": (lambda m: certs.leaf(m, "shop.ir", ca=True), {C.CA_AS_LEAF}),
    "client certificate": (
        lambda m: certs.leaf(m, "shop.ir", purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
        {C.WRONG_PURPOSE},
    ),
    "no purpose": (lambda m: certs.leaf(m, "shop.ir", purpose=None), {C.WRONG_PURPOSE}),
    "several faults": (
        lambda m: certs.leaf(m, "other.ir", key=certs.rsa_key(1024), purpose=None),
        {C.NAME_MISMATCH, C.WEAK_KEY, C.WRONG_PURPOSE},
    ),
    "none": (lambda m: certs.leaf(m, "SHOP.ir"), {C.FINE}),
}


@pytest.mark.parametrize(("make", "codes"), LEAVES.values(), ids=LEAVES.keys())
def test_tls_2_leaf(world: World, root, middle, make, codes: set[TlsCode]):
    report = probe(world, root, certs.server_context(make(middle), middle))
    assert {finding.code for finding in report.of(K.LEAF)} == codes
    assert report.verdict == (V.FAIL if codes != {C.FINE} else V.PASS)


def test_tls_2_a_curve_below_256_bits():
    small = certs.leaf(None, "shop.ir", key=ec.generate_private_key(ec.SECP224R1()))
    assert [finding.code for finding in judge_leaf(small.certificate, "shop.ir")] == [C.WEAK_KEY]


@pytest.mark.parametrize(("last", "name"), [(b"\x05", "sha1"), (b"\x04", "md5")])
def test_tls_2_an_old_signature(last: bytes, name: str):
    """No library signs with these any more, so the algorithm's number is changed in the finished certificate."""
    der = certs.leaf(None, "shop.ir", key=certs.rsa_key(2048)).certificate.public_bytes(serialization.Encoding.DER)
    prefix = bytes.fromhex("2a864886f70d0101")
    old = read_certificate(der.replace(prefix + b"\x0b", prefix + last))
    assert old is not None
    finding = judge_leaf(old, "shop.ir")[0]
    assert (finding.code, finding.evidence) == (C.WEAK_SIGNATURE, {"hash": name})


def test_tls_2_bytes_that_are_no_certificate():
    assert read_certificate(b"") is None
    assert read_certificate(b"\x30\x82" + b"x" * 500) is None


VERSIONS = [
    ((V10, V10), V.FAIL, C.NO_MODERN_VERSION),
    ((V11, V11), V.FAIL, C.NO_MODERN_VERSION),
    ((V10, V11), V.FAIL, C.NO_MODERN_VERSION),
    ((V12, V12), V.PASS, C.FINE),
    ((V13, V13), V.PASS, C.FINE),
    ((V12, V13), V.PASS, C.FINE),
    ((V10, V12), V.WARN, C.OLD_VERSION_OFFERED),
    ((V11, V13), V.WARN, C.OLD_VERSION_OFFERED),
]


@pytest.mark.parametrize(("offered", "verdict", "code"), VERSIONS)
def test_tls_3_versions(world: World, root, middle, offered, verdict: TlsVerdict, code: TlsCode):
    context = between(certs.server_context(certs.leaf(middle, "shop.ir"), middle), *offered)
    report = probe(world, root, context)
    assert told(report, K.VERSIONS) == {(verdict, code)}
    assert told(report, K.CHAIN) == {(V.PASS, C.FINE)}


def test_tls_3_old_versions_may_be_a_fail_by_policy(world: World, root, middle):
    context = between(certs.server_context(certs.leaf(middle, "shop.ir"), middle), V10, V12)
    report = probe(world, root, context, policy=TlsPolicy(old_versions=V.FAIL))
    assert told(report, K.VERSIONS) == {(V.FAIL, C.OLD_VERSION_OFFERED)}


VALIDITY = [
    (timedelta(days=7, minutes=1), V.PASS, C.FINE),
    (timedelta(days=6, hours=23), V.FAIL, C.EXPIRES_SOON),
    (timedelta(hours=1), V.FAIL, C.EXPIRES_SOON),
    (timedelta(hours=-1), V.FAIL, C.EXPIRED),
]


@pytest.mark.parametrize(("after", "verdict", "code"), VALIDITY)
def test_tls_4_days_left(world: World, root, middle, after: timedelta, verdict: TlsVerdict, code: TlsCode):
    report = probe(world, root, certs.server_context(certs.leaf(middle, "shop.ir", after=after), middle))
    assert told(report, K.VALIDITY) == {(verdict, code)}
    assert report.of(K.VALIDITY)[0].evidence["days_left"] == after // timedelta(days=1)


def steps(*plan: tuple[str, str]):
    """A script that answers each path with the next redirect of the plan, then with a page."""
    table = {f"/{place}": where for place, where in enumerate(plan)} | {"/": plan[0]} if plan else {}

    def script(conn, request) -> None:
        path = request.split(b" ")[1].decode()
        conn.sendall(redirect(table[path][1], table[path][0]) if path in table else answer())

    return script


MOVED, FOUND, KEPT, PERMANENT = "301 Moved", "302 Found", "307 Temporary", "308 Permanent"
TO = "https://shop.ir/"
REDIRECTS = {
    "301": (steps((MOVED, TO)), V.PASS, C.FINE),
    "308": (steps((PERMANENT, TO)), V.PASS, C.FINE),
    "302": (steps((FOUND, TO)), V.WARN, C.TEMPORARY_REDIRECT),
    "307": (steps((KEPT, TO)), V.WARN, C.TEMPORARY_REDIRECT),
    "two steps": (steps((MOVED, "/1"), (MOVED, TO)), V.PASS, C.FINE),
    "three steps": (steps((MOVED, "/1"), (MOVED, "/2"), (MOVED, TO)), V.FAIL, C.LATE_HTTPS_REDIRECT),
    "content first": (steps(), V.FAIL, C.NO_HTTPS_REDIRECT),
    "303": (steps(("303 See Other", TO)), V.FAIL, C.NO_HTTPS_REDIRECT),
    "another domain": (steps((MOVED, "https://other.ir/")), V.FAIL, C.NO_HTTPS_REDIRECT),
    "loop": (steps((MOVED, "/")), V.FAIL, C.NO_HTTPS_REDIRECT),
    "meta refresh": (
        says(answer(b"<meta http-equiv=refresh content='0;url=https://shop.ir/'>")),
        V.FAIL,
        C.NO_HTTPS_REDIRECT,
    ),
    "no answer": (resets(), V.UNKNOWN, C.NOT_SEEN),
}


@pytest.mark.parametrize(("http", "verdict", "code"), REDIRECTS.values(), ids=REDIRECTS.keys())
def test_tls_5_from_http_to_https(world: World, root, middle, http, verdict: TlsVerdict, code: TlsCode):
    context = certs.server_context(certs.leaf(middle, "shop.ir"), middle)
    report = probe(world, root, context, http=http)
    assert told(report, K.HTTPS_REDIRECT) == {(verdict, code)}


HEADERS = {
    "long": (["max-age=31536000; includeSubDomains; preload"], V.PASS, C.FINE),
    "just long enough, quoted, odd case": (['MAX-AGE="15552000"'], V.PASS, C.FINE),
    "unknown directive": (["max-age=31536000; x=y; z"], V.PASS, C.FINE),
    "one second short": (["max-age=15551999"], V.WARN, C.HSTS_SHORT),
    "switched off": (["max-age=0"], V.WARN, C.HSTS_SHORT),
    "missing": ([], V.WARN, C.HSTS_MISSING),
    "no number": (["max-age=year"], V.WARN, C.HSTS_INVALID),
    "negative": (["max-age=-1"], V.WARN, C.HSTS_INVALID),
    "twice in one header": (["max-age=31536000; max-age=31536000"], V.WARN, C.HSTS_INVALID),
    "no max-age": (["includeSubDomains"], V.WARN, C.HSTS_INVALID),
    "the first of two counts": (["max-age=0", "max-age=31536000"], V.WARN, C.HSTS_SHORT),
    "comma joined": (["max-age=31536000, max-age=1"], V.WARN, C.HSTS_INVALID),
}


@pytest.mark.parametrize(("headers", "verdict", "code"), HEADERS.values(), ids=HEADERS.keys())
def test_tls_6_hsts(world: World, root, middle, headers: list[str], verdict: TlsVerdict, code: TlsCode):
    lines = [f"Strict-Transport-Security: {header}" for header in headers]
    context = certs.server_context(certs.leaf(middle, "shop.ir"), middle)
    report = probe(world, root, context, https=says(answer(b"x", "404 Not Found", "text/html", *lines)))
    assert told(report, K.HSTS) == {(verdict, code)}


@pytest.mark.parametrize(
    ("revoked", "signer", "expected"),
    [
        (True, "middle", (V.WARN, C.REVOKED)),
        (False, "middle", (V.PASS, C.FINE)),
        (True, "stranger", (V.UNKNOWN, C.NOT_TESTED)),
        (None, "middle", (V.UNKNOWN, C.NOT_TESTED)),
    ],
)
def test_tls_8_revocation_is_advice(world: World, authorities, revoked, signer, expected):
    middle = authorities.middle
    own = certs.leaf(middle, "shop.ir", crl="http://crl.ca-example.com/list.crl")
    signed_by = getattr(authorities, signer)
    crl = certs.revocation_list(signed_by, *([own.certificate.serial_number] if revoked else []))
    world.name("crl.ca-example.com", "192.0.32.40")
    if revoked is not None:
        world.serve(says(answer(crl, kind="application/pkix-crl")), at="192.0.32.40")
    report = probe(world, authorities.root, between(certs.server_context(own, middle), V12, V13))
    assert told(report, K.REVOCATION) == {expected}
    assert report.verdict == V.PASS


def test_tls_8_a_revocation_list_in_the_house_is_not_fetched(world: World, root, middle):
    own = certs.leaf(middle, "shop.ir", crl="http://127.0.0.1/list.crl")
    report = probe(world, root, certs.server_context(own, middle))
    assert told(report, K.REVOCATION) == {(V.UNKNOWN, C.NOT_TESTED)}


NOBODY = {(V.UNKNOWN, C.NOT_SEEN)}


def test_tls_9_a_site_that_cannot_be_reached_is_unknown_throughout(world: World, root):
    report = probe(world, root, None)
    assert report.verdict == V.UNKNOWN
    for check in (K.CHAIN, K.LEAF, K.VALIDITY, K.VERSIONS, K.HSTS):
        assert told(report, check) == NOBODY


def test_tls_9_a_site_that_resets_or_hangs_is_unknown(world: World, root):
    world.serve(resets(), port=443, reads=False)
    assert told(probe(world, root, None), K.CHAIN) == NOBODY
    world.serve(drips(b"", b"", 9), port=443, reads=False)
    report = probe(world, root, None, within_s=1.0)
    assert (told(report, K.CHAIN), report.verdict) == (NOBODY, V.UNKNOWN)


def test_tls_1_plain_http_on_443_is_no_tls(world: World, root):
    world.serve(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), port=443, reads=False)
    report = probe(world, root, None)
    assert told(report, K.CHAIN) == {(V.FAIL, C.NO_TLS)}
    assert report.verdict == V.FAIL


@pytest.mark.parametrize("address", ["10.0.0.5", "127.0.0.1", "::1", "169.254.169.254"])
def test_tls_10_the_probe_cannot_be_pointed_into_the_house(world: World, root, address: str):
    world.name("shop.ir", address)
    report = tls.probe_tls(
        Door(world.resolver, world, root.pem.decode(), AGENT), canonical_host("shop.ir"), now=certs.NOW
    )
    assert (report.verdict, world.dialled) == (V.UNKNOWN, [])


def test_every_code_has_its_own_persian_sentence():
    sentences = [code.sentence for code in TlsCode]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
