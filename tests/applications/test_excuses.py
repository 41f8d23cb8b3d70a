"""What must pass: no row of the requirements, no officer and no raw SQL excuses anybody from it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications.models import Requirement, VerificationStep
from enamad_portal.kernel.actors import Role
from tests.accounts.staff_member import member, sign_in
from tests.applications.factories import NOON
from tests.applications.review_case import on_the_desk, reviewed_requirement

pytestmark = pytest.mark.django_db
MUST_PASS = ("identity", "company", "domain", "landline", "postal", "police", "commitment", "fee")


def star_row(**changes):
    row = Requirement.objects.filter(person_type="natural", mode="normal", activity=None).get()
    row.pk, row._state.adding, row.premises = None, True, "office"
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize("key", MUST_PASS)
@pytest.mark.parametrize("column", ["waivable", "optional_steps"])
def test_issue_2_3_no_row_excuses_from_what_must_pass(key, column):
    row = star_row(**{column: ["ssl", key]})
    with pytest.raises(ValidationError) as said:
        row.full_clean()
    assert key in said.value.message_dict[column][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_issue_2_3_other_steps_may_be_waived_where_the_row_says_so():
    row = star_row(waivable=["ssl", "email", "postal_code", "mobile"])
    row.full_clean()
    row.save()
    assert Requirement.objects.get(pk=row.pk).waivable == ["ssl", "email", "postal_code", "mobile"]


@pytest.mark.parametrize("missing", ["landline", "postal"])
def test_dcv_1_a_star_row_without_letter_or_landline_is_refused(missing):
    row = star_row()
    row.steps = [key for key in row.steps if key != missing]
    with pytest.raises(ValidationError) as said:
        row.full_clean()
    assert missing in said.value.message_dict["steps"][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("key", MUST_PASS)
def test_issue_2_3_not_even_raw_sql_waives_what_must_pass(key):
    case = on_the_desk(requirement=reviewed_requirement(steps=("email",)))
    rows = [VerificationStep.objects.create(application=case, key=name) for name in ("ssl", key)]
    waive = f"UPDATE {VerificationStep._meta.db_table} SET state='waived', version=version+1 WHERE id=%s"
    with connection.cursor() as cursor:
        cursor.execute(waive, [rows[0].pk])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(waive, [rows[1].pk])


def test_issue_2_3_the_administrator_reads_why(client, at):
    at(NOON)
    member("boss", Role.ADMINISTRATOR)
    sign_in(client, "boss")
    row = {
        "person_type": "natural",
        "mode": "normal",
        "sections": ["shop"],
        "steps": ["domain", "landline"],
        "waivable": ["landline"],
        "optional_steps": ["domain"],
        "documents": "",
        "fee_kind": "normal",
        "stars": "1",
        "validity_limit": "validity_months_1_star",
        "valid_from": "۱۴۰۶/۰۱/۱۵",
        "clause": "مصوبه",
    }
    said = client.post(reverse("admin:applications_requirement_add"), row).content.decode()
    assert "نماد ستاره‌دار بی این گام‌ها صادر نمی‌شود: postal." in said
    assert [
        label for label in ("معافیت", "مانع صدور نیست") if f"{label} باید یکی از گزینه‌های همین فهرست باشد" not in said
    ] == []
    assert not Requirement.objects.filter(clause="مصوبه").exists()
