"""AUD-1: an audit row names the request or job it came from, and the visitor's address as a keyed hash only."""

import pytest

from enamad_portal.kernel import audit, use_cases, visitors
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.visitors import Visit

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/sign-in/"


def test_aud_1_rows_of_one_request_share_its_number(client):
    answer = client.post(SIGN_IN, {"mobile": "09121234567"}, REMOTE_ADDR="192.0.2.7")
    rows = audit.AuditEntry.objects.filter(request_id=answer.headers["X-Request-ID"])

    assert rows
    assert all(len(row.visitor) >= 32 and "192.0.2.7" not in row.visitor for row in rows)
    again = client.get(SIGN_IN)
    assert again.headers["X-Request-ID"] != answer.headers["X-Request-ID"]
    assert visitors.visit() == Visit()


def test_aud_3_rows_of_requests_and_commands_make_one_chain():
    with visitors.during(Visit("r1", "192.0.2.7")):
        use_cases.run(lambda: record("case:1", "did", actor=SYSTEM))
    use_cases.run(lambda: record("case:1", "did", actor=SYSTEM))

    first, second = audit.AuditEntry.objects.order_by("seq")
    assert (first.request_id, second.request_id, second.visitor) == ("r1", "", "")
    assert audit.first_break() is None
    first.visitor = "0" * 64
    assert audit.digest(first) != first.hash


def test_aud_1_a_job_is_named(run_jobs, client):
    client.post(SIGN_IN, {"mobile": "09121234567"})
    run_jobs()
    assert not audit.AuditEntry.objects.filter(request_id="").exists()
