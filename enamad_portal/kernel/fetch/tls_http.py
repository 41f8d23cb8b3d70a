"""From http to https (TLS-5) and the promise to stay there (TLS-6)."""

import re
from dataclasses import dataclass, replace

from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import CanonicalHost
from enamad_portal.kernel.fetch.limits import ANY_ANSWER, Limits
from enamad_portal.kernel.fetch.results import Failure, Fetched
from enamad_portal.kernel.fetch.tls_findings import (
    TlsCheck,
    TlsCode,
    TlsFinding,
    TlsPolicy,
    failed,
    passed,
    unknown,
    warned,
)

_DIRECTIVE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s\";]*)))?\s*", re.IGNORECASE)


def _limits(deadline: Deadline) -> Limits:
    return replace(ANY_ANSWER, total_s=min(ANY_ANSWER.hop_s, deadline.left()))


def look_at_redirect(door: Door, host: CanonicalHost, deadline: Deadline, policy: TlsPolicy) -> TlsFinding:
    """`http://host/` must lead to https of the same domain by 301 or 308, in at most two steps, before any content."""
    result = door.get(f"http://{host.a_label}/", limits=_limits(deadline))
    return judge_redirect(result, policy)


def judge_redirect(result: Fetched | Failure, policy: TlsPolicy) -> TlsFinding:
    steps = [(hop.url, hop.status) for hop in result.hops]
    evidence = {"steps": steps}
    first = next((place for place, (url, _) in enumerate(steps) if url.startswith("https://")), None)
    if first is None:
        if isinstance(result, Failure) and result.passing:
            return unknown(TlsCheck.HTTPS_REDIRECT, **evidence)
        return failed(TlsCheck.HTTPS_REDIRECT, TlsCode.NO_HTTPS_REDIRECT, **evidence)
    if first > policy.redirect_hops:
        return failed(TlsCheck.HTTPS_REDIRECT, TlsCode.LATE_HTTPS_REDIRECT, **evidence)
    if any(status not in {301, 308} for _, status in steps[:first]):
        return warned(TlsCheck.HTTPS_REDIRECT, TlsCode.TEMPORARY_REDIRECT, **evidence)
    return passed(TlsCheck.HTTPS_REDIRECT, **evidence)


@dataclass(frozen=True, slots=True)
class Hsts:
    """A Strict-Transport-Security header; `max_age` in seconds."""

    max_age: int
    include_subdomains: bool


def parse_hsts(value: str) -> Hsts | None:
    """RFC 6797 section 6.1: directives in any order and case, none twice, `max-age` required; else None."""
    directives: dict[str, str] = {}
    for part in value.split(";"):
        if not part.strip():
            continue
        match = _DIRECTIVE.fullmatch(part)
        if match is None or match[1].lower() in directives:
            return None
        directives[match[1].lower()] = match[2] if match[2] is not None else match[3] or ""
    age = directives.get("max-age", "")
    if not re.fullmatch(r"[0-9]{1,18}", age):
        return None
    return Hsts(int(age), "includesubdomains" in directives)


def look_at_hsts(door: Door, host: CanonicalHost, deadline: Deadline, policy: TlsPolicy) -> TlsFinding:
    """The header of the host's own https answer, whatever its status."""
    result = door.get(f"https://{host.a_label}/", limits=_limits(deadline), follow=False)
    if isinstance(result, Failure):
        return unknown(TlsCheck.HSTS, detail=result.code.value)
    return judge_hsts(result.header("strict-transport-security"), policy)


def judge_hsts(header: str | None, policy: TlsPolicy) -> TlsFinding:
    """Of several headers only the first counts (RFC 6797 section 8.1)."""
    if header is None:
        return TlsFinding(TlsCheck.HSTS, policy.no_hsts, TlsCode.HSTS_MISSING)
    hsts = parse_hsts(header)
    if hsts is None:
        return TlsFinding(TlsCheck.HSTS, policy.no_hsts, TlsCode.HSTS_INVALID, {"header": header[:200]})
    if hsts.max_age < policy.hsts_max_age_s:
        return TlsFinding(TlsCheck.HSTS, policy.no_hsts, TlsCode.HSTS_SHORT, {"max_age": hsts.max_age})
    return passed(TlsCheck.HSTS, max_age=hsts.max_age, include_subdomains=hsts.include_subdomains)
