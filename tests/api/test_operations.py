from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from enamad_portal.kernel import clock
from enamad_portal.kernel.management.commands import doctor
from enamad_portal.kernel.work import Job
from tests.applications.factories import NOON


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen_at(NOON):
        yield


def refuse(*_args):
    raise OperationalError("no server at 10.0.0.5")


def test_healthz_asks_the_database_nothing(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_names_everything_it_looked_at(client):
    response = client.get("/readyz")
    body = response.json()
    assert (response.status_code, body["status"]) == (200, "ready")
    assert set(body["checks"]) == {"database", "broker", "disk", "pdf_engine", "oldest_due_job"}
    assert body["checks"]["oldest_due_job"] == {"state": "ok", "age_seconds": 0}


@pytest.mark.django_db
def test_readyz_is_503_without_a_database_and_names_no_host(client):
    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["database"]) == (503, {"state": "failed"})
    assert "10.0.0.5" not in response.content.decode()


@pytest.mark.django_db
def test_readyz_is_503_without_a_broker(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["broker"]) == (503, {"state": "failed"})


@pytest.mark.django_db
def test_a_missing_pdf_engine_is_a_warning(client, monkeypatch):
    monkeypatch.setattr(doctor, "absent_libraries", lambda: ["libpango-1.0.so.0"])
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["pdf_engine"]) == (200, {"state": "warning"})


@pytest.mark.django_db
def test_late_work_is_a_warning_with_its_age(client):
    late = NOON - timedelta(minutes=20)
    Job.objects.create(kind="x", queue="default", subject="s", key="k", run_at=late, created_at=late)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["oldest_due_job"]) == (
        200, {"state": "warning", "age_seconds": 1200},
    )  # fmt: skip
