"""The domain page as it looks: each tab, the code by e-mail, and the second look after issue."""

from datetime import timedelta

import pytest

from applications.lifecycle import State
from applications.models import Badge, DomainRecheck
from applications.services.domain import answer_domain_code, send_domain_code
from applications.services.submit import submit
from enamad_portal.kernel import clock, use_cases
from tests.applications import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_domain_page_from_the_first_tab_to_the_second_look(sandbox, run_jobs, looks):
    domain = "xn--mgbp6dk53c.test"
    sandbox.shop(domain)
    done = ["shop", "activity", "contact", "turnover"]
    case = factories.application(
        factories.business(domain=domain), State.DRAFT, submitted_at=None, issued_at=None, done_sections=done
    )
    actor = case.business.owner.user.actor()
    use_cases.run(submit, case.reference, actor=actor)
    run_jobs()
    for method in ("meta", "title", "email"):
        looks(case, "domain", f"domain-{method}", query=f"?method={method}")
    use_cases.run(send_domain_code, case.reference, "admin", actor=actor)
    run_jobs()
    looks(case, "domain", "domain-mailed", query="?method=email")
    use_cases.run(answer_domain_code, case.reference, sandbox.code("email", f"admin@{domain}"), actor=actor)
    looks(case, "domain", "domain-mail-not-alone")

    badge = factories.issued_badge(shop=factories.business(case.business.owner, domain="issued.test"))
    now = clock.now()
    Badge.objects.filter(pk=badge.pk).update(valid_to=now + timedelta(days=300))
    recheck = {"badge": badge, "nonce": "0" * 32, "due_at": now + timedelta(hours=20), "created_at": now}
    row = DomainRecheck.objects.create(**recheck)
    looks(badge.application, "badge", "badge-title-stays")
    row.delete()
    DomainRecheck.objects.create(**recheck | {"state": "asked", "grace_until": now + timedelta(days=6), "misses": 4})
    looks(badge.application, "domain", "domain-again")
    looks(badge.application, "case", "case-domain-again")
