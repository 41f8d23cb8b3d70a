"""The shipped data name only what the code and the other tables know."""

import csv
import json

import pytest
from django.conf import settings
from django.core.management import call_command

from applications import policy
from applications.models import Requirement
from applications.models.choices import BusinessMode, PersonType
from applications.sections import SECTIONS
from applications.verification.reopens import REOPENS
from applications.verification.steps import STEPS
from applications.web.person_forms import PersonForm
from enamad_portal.kernel import clock

DATA = settings.BASE_DIR / "applications" / "data"
RECORDS = json.loads((DATA / "requirements.json").read_text(encoding="utf-8"))
COMPARED_ALSO = {"province", "city"}


def column(name, key):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return {row[key] for row in csv.DictReader(file)}


@pytest.mark.parametrize("record", RECORDS, ids=lambda row: f"{row['person_type']}-{row['mode']}")
def test_a_row_of_the_requirements_names_known_steps_sections_documents_fees_and_limits(record):
    asked = {*record.get("documents", []), *record.get("optional_documents", [])}
    assert set(record["steps"]) - set(STEPS) == set()
    assert set(record.get("waivable", [])) - set(record["steps"]) == set()
    assert set(record["sections"]) - set(SECTIONS) == set()
    assert asked - column("documents.csv", "key") == set()
    assert set(record.get("activities", [])) - column("activities.csv", "code") == set()
    assert record["fee_kind"] in column("fees.csv", "kind")
    assert record["validity_limit"] in column("limits.csv", "key")
    assert ("documents" in record["steps"]) == bool(asked)


def test_every_need_of_a_step_stands_before_it_in_each_row():
    for record in RECORDS:
        for place, key in enumerate(record["steps"]):
            ahead = [need for need in STEPS[key].needs if need in record["steps"][place:]]
            assert (record["person_type"], record["mode"], key, ahead) == (
                record["person_type"],
                record["mode"],
                key,
                [],
            )


def test_what_an_answer_reopens_is_a_known_step_or_a_question_nobody_asks():
    forms = [PersonForm, *(section.form for section in SECTIONS.values())]
    questions = {name for form in forms for name in form.base_fields}
    assert {key for keys in REOPENS.values() for key in keys} - set(STEPS) == set()
    assert set(REOPENS) - questions == set()


@pytest.mark.django_db
@pytest.mark.parametrize("person_type", [PersonType.NATURAL, PersonType.LEGAL])
@pytest.mark.parametrize("mode", list(BusinessMode))
def test_every_kind_has_a_general_row_a_commitment_and_a_fee_today(person_type, mode):
    today = clock.today()
    row = policy.requirement(person_type, mode, today)
    assert (row.activity, row.premises) == (None, "")
    assert policy.fee(row.fee_kind, today).amount_rial > 0
    assert len(policy.commitment(person_type, today).clauses) == 9


@pytest.mark.django_db
def test_seeding_twice_adds_nothing():
    before = list(Requirement.objects.values_list("pk", flat=True).order_by("pk"))
    call_command("seed_reference", verbosity=0)
    assert list(Requirement.objects.values_list("pk", flat=True).order_by("pk")) == before


@pytest.mark.django_db
def test_star_rows_ask_for_place_and_landline():
    for row in Requirement.objects.filter(stars__gt=0):
        assert {"landline", "postal"} <= set(row.steps)
