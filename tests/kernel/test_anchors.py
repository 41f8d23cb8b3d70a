"""AUD-3: a tail that was computed anew fits itself, but not the head that was signed before."""

import json

import pytest
from django.core.management import CommandError, call_command

from enamad_portal.kernel import anchors, audit, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.work import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.AUDIT_ANCHOR_DIR = tmp_path / "anchors"
    return settings.AUDIT_ANCHOR_DIR


def write(count):
    for number in range(count):
        use_cases.run(record, "case:1", f"did_{number}", actor=SYSTEM)


def test_aud_3_an_honest_chain_goes_through_its_anchors(folder):
    write(2)
    first = anchors.drop()
    assert anchors.drop() == first
    write(1)
    anchors.drop()

    assert [path.name for path in sorted(folder.iterdir())] == ["audit-000000000002.json", "audit-000000000003.json"]
    assert list(anchors.breaks()) == []


def test_aud_3_a_rewritten_tail_is_found(folder):
    write(3)
    path = anchors.drop()
    fields = json.loads(path.read_text())
    told = anchors.Anchor(fields["seq"], "0" * 64, fields["at"])
    fields |= {"hash": told.hash, "signature": anchors._key().sign(told.text).hex()}
    path.write_text(json.dumps(fields))  # as if the row behind it had had another hash when it was signed

    assert audit.first_break() is None
    with pytest.raises(CommandError, match="audit row 3: the chain was rewritten"):
        call_command("verify_audit")


def test_aud_3_a_forged_anchor_is_found(folder):
    write(1)
    path = anchors.drop()
    path.write_text(path.read_text().replace('"seq": 1', '"seq": 7'))

    with pytest.raises(CommandError, match="does not bear our signature"):
        call_command("verify_audit")


def test_aud_3_the_day_is_anchored_by_one_job(folder, run_jobs):
    use_cases.run(anchors.ask_for_today)
    use_cases.run(anchors.ask_for_today)
    write(1)
    run_jobs()

    assert Job.objects.filter(kind="kernel.anchor_audit").count() == 1
    assert len(list(folder.glob("*.json"))) == 1


def test_aud_3_a_broken_chain_is_not_signed(folder, run_jobs):
    write(1)
    anchors.drop()
    next(folder.glob("*.json")).write_text("{}")
    write(1)
    use_cases.run(anchors.ask_for_today)
    run_jobs()

    job = Job.objects.get(kind="kernel.anchor_audit")
    assert "audit row 1" in job.last_error
    assert len(list(folder.glob("*.json"))) == 1
