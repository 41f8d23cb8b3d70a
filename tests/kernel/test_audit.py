import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from enamad_portal.kernel import audit, guards, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.lifecycle import record

pytestmark = pytest.mark.django_db


def write(count, subject="case:1"):
    for number in range(count):
        record(subject, f"did_{number}", actor=SYSTEM, number=number)


def test_aud_3_rows_chain_in_order():
    use_cases.run(write, 3)
    use_cases.run(write, 2)

    rows = list(audit.AuditEntry.objects.all())

    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous_hash for row in rows] == [audit.GENESIS, *(row.hash for row in rows[:-1])]
    assert audit.first_break() is None


def test_aud_2_a_row_cannot_be_changed_or_deleted():
    use_cases.run(write, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        audit.AuditEntry.objects.update(action="something else")
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.AuditEntry.objects.all()._raw_delete("default")


TAMPERINGS = {
    "note changed": ("UPDATE kernel_auditentry SET note = 'x' WHERE seq = 3", 3),
    "actor changed": ("UPDATE kernel_auditentry SET actor = 'user:9' WHERE seq = 2", 2),
    "first row deleted": ("DELETE FROM kernel_auditentry WHERE seq = 1", 1),
    "row deleted": ("DELETE FROM kernel_auditentry WHERE seq = 4", 4),
    "tail cut": ("DELETE FROM kernel_auditentry WHERE seq >= 5", 5),
    "hash changed": ("UPDATE kernel_auditentry SET hash = previous_hash WHERE seq = 2", 2),
    "head changed": ("UPDATE kernel_audithead SET seq = 9", 7),
}


@pytest.mark.parametrize(("sql", "first_bad"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_aud_3_verify_names_the_first_bad_row(sql, first_bad):
    use_cases.run(write, 6)
    guards.lift("kernel_auditentry")
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        guards.install()

    assert audit.first_break().seq == first_bad
    with pytest.raises(CommandError, match=f"audit row {first_bad}"):
        call_command("verify_audit")


def test_a_refused_use_case_leaves_no_row():
    def half():
        write(2)
        raise ValueError

    with pytest.raises(ValueError):
        use_cases.run(half)

    assert audit.AuditEntry.objects.count() == 0
