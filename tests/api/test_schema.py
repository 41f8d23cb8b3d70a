from pathlib import Path

import pytest
import yaml
from drf_spectacular.validation import validate_schema

from enamad_portal.api import throttles
from enamad_portal.api.schema import openapi

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db


def test_the_schema_is_valid_openapi_3_1(client):
    throttles.forget()
    schema = client.get("/api/v1/schema/").json()
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_the_committed_copy_is_fresh():
    """`manage.py spectacular --file docs/openapi.yaml` after a change of the API."""
    assert yaml.safe_load((ROOT / "docs/openapi.yaml").read_text(encoding="utf-8")) == openapi()


def test_every_call_tells_its_problems():
    calls = [call for entry in openapi()["paths"].values() for name, call in entry.items() if name != "parameters"]
    told = {
        call["operationId"]: {"application/problem+json"} == {kind for status, answer in call["responses"].items()
                                                              if status >= "400" for kind in answer["content"]}
        for call in calls
    }  # fmt: skip
    assert told == dict.fromkeys(told, True)
    assert len(told) >= 2


def test_the_page_for_people_shows_every_call_without_inline_script(client):
    response = client.get("/api/v1/docs/")
    html = response.content.decode()
    assert response.status_code == 200
    assert [path for path in openapi()["paths"] if path not in html] == []
    assert (html.count("<script"), html.count("<script src=")) == (2, 2)
    assert ("<style" in html, " style=" in html) == (False, False)
    assert 'id="problem-throttled"' in html
    assert "checks[].checked_at_jalali" in html
