"""Tokens that show control of a domain, and what has been shown by which method (DCV-1, DCV-2, DCV-6, DCV-8).

Meta tag, file and DNS record are enough alone. An e-mail code is never alone: mail may be read by people who cannot
touch the site. A title is enough for the step but weak, so it is looked for again after issue, unless an e-mail code or
a stronger method stands beside it.
"""

import secrets
from datetime import timedelta

from applications import policy
from applications.models import Application, DomainLook, DomainToken
from applications.models.choices import DomainMethod
from applications.verification.domain_tokens import derive, token_hash
from applications.verification.facts import DomainProof
from enamad_portal.kernel import clock
from enamad_portal.kernel.steps import Finding, Verdict

STRONG = (DomainMethod.META, DomainMethod.FILE, DomainMethod.DNS)
SITE_METHODS = (*STRONG, DomainMethod.TITLE)


def is_whole(methods: frozenset[str]) -> bool:
    """Whether these methods together leave nothing to be asked for again."""
    return not methods.isdisjoint(STRONG) or methods.issuperset((DomainMethod.TITLE, DomainMethod.EMAIL))


def proved_by(application: Application) -> frozenset[str]:
    """The methods that have shown control of the case's domain and are not too old to be relied on."""
    since = clock.now() - timedelta(days=policy.limit("domain_proof_days", clock.today()))
    looks = application.domain_looks.filter(domain=application.domain, verdict=Verdict.PASSED, at__gt=since)
    return frozenset(looks.values_list("method", flat=True))


def rests_on_title(application: Application) -> bool:
    """Whether the title alone has shown it: such a proof is looked for again after issue (DCV-6)."""
    methods = proved_by(application)
    return DomainMethod.TITLE in methods and not is_whole(methods)


def keep_look(application: Application, finding: Finding) -> None:
    """Writes down what one look or one returned code has shown."""
    DomainLook.objects.create(
        application=application,
        method=finding.evidence["method"],
        domain=application.domain,
        at=clock.now(),
        verdict=finding.verdict,
        code=finding.code,
        evidence=finding.evidence,
    )


def token_for(application: Application, method: str) -> DomainToken:
    """The token row of this method, renewed when it ran out (DCV-1)."""
    now, domain = clock.now(), application.domain or application.business.domain
    row = DomainToken.objects.filter(application=application, method=method, domain=domain).first()
    if row and row.expires_at > now:
        return row
    nonce = secrets.token_hex(16)
    token = derive(nonce, application=application.reference, domain=domain, method=method)
    values = {
        "nonce": nonce,
        "challenge_id": secrets.token_hex(13),
        "token_hash": token_hash(token),
        "expires_at": now + policy.domain_token_life(clock.today()),
    }
    row, _ = DomainToken.objects.update_or_create(
        application=application, method=method, domain=domain, defaults=values
    )
    return row


def live_proof(application: Application, method: str) -> DomainProof | None:
    """What must be seen for this method; a method whose token was never shown for this domain has nothing."""
    rows = DomainToken.objects.filter(application=application, method=method, domain=application.domain)
    return proof_of(application, row) if (row := rows.first()) else None


def proof_of(application: Application, row: DomainToken) -> DomainProof:
    """What must be seen on the site for the token of this row."""
    token = derive(row.nonce, application=application.reference, domain=row.domain, method=row.method)
    return DomainProof(row.method, token, row.challenge_id)
