"""The pages of documents: hostile files through the view, foreign owners, headers of what is handed out (UPL-7)."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.lifecycle import DocumentState, State
from applications.models import ApplicationDocument, VerificationStep
from applications.services.documents import judge_document
from enamad_portal.accounts.models import User
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.documents import Document, read
from enamad_portal.kernel.steps import StepState
from enamad_portal.kernel.uploads.refusals import MESSAGES
from tests.applications import factories
from tests.kernel.uploads import corpus, test_corpus

pytestmark = pytest.mark.django_db

UNOPENED = [
    name for name, (_, _, code) in test_corpus.REFUSED.items() if code in {"upload_kind", "upload_content_differs"}
]
OPENED = ("image_over_5_mib", "pdf_over_10_mib", "png_cut", "png_50000_squared", "pdf_page_tree_loop", "pdf_xfa")
"""A sample of those that only the decoder can tell; all of them are tried in tests/kernel/uploads."""


@pytest.fixture(autouse=True)
def _own_disk(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def case(client):
    application = factories.application(factories.business(mode="normal"), state=State.IN_VERIFICATION)
    for key in ("documents", "email"):
        VerificationStep.objects.create(application=application, key=key, state=StepState.WAITING)
    client.force_login(application.business.owner.user)
    return application


def page(case, *parts):
    return "/".join([f"/panel/{case.reference}/documents", *parts, ""])


def send(client, case, name, data, key="national_card"):
    return client.post(page(case, key), {"file": SimpleUploadedFile(name, data)})


def files_on_disk():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_upl_1_to_5_no_hostile_file_of_the_corpus_is_stored(client, case):
    for name in (*UNOPENED, *OPENED):
        shown, data, code = test_corpus.REFUSED[name]
        response = send(client, case, shown, data)
        told = response.context["form"].errors["file"] if response.status_code == 400 else ""
        assert (name, response.status_code, bool(told)) == (name, 400, True)
        if code in {"upload_kind", "upload_content_differs"}:
            assert MESSAGES[code].partition("{")[0] in told[0]
    assert (files_on_disk(), Document.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gps.jpg", corpus.jpeg(exif=corpus.exif_with_position())),
        ("text.png", corpus.png_with_text()),
        ("tail.png", corpus.png() + b"<?php system('id'); ?>" + corpus.CANARY),
        ("script.pdf", corpus.pdf(corpus.document_scripts)),
        ("attachment.pdf", corpus.pdf(corpus.attachment)),
        ("../../etc/passwd.png", corpus.png()),
    ],
)
def test_upl_3_what_is_taken_is_stored_cleaned_never_as_it_came(client, case, name, data):
    assert send(client, case, name, data).status_code == 302
    document = ApplicationDocument.objects.get().document
    content = read(document)
    assert document.original_sha256 == hashlib.sha256(data).hexdigest()
    for file in files_on_disk():
        assert file.is_relative_to(settings.MEDIA_ROOT)
        assert corpus.CANARY not in file.read_bytes()
        assert file.read_bytes() != data
    for active in (corpus.CANARY, b"<?php", b"/JavaScript", b"/EmbeddedFile", b"app.alert"):
        assert active not in content


def test_upl_7_headers_of_a_download(client, case):
    send(client, case, "کارت من.png", corpus.png())
    response = client.get(page(case, "national_card", "file"))
    headers = {
        name: response.headers[name]
        for name in (
            "Content-Type",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cross-Origin-Resource-Policy",
        )
    }
    assert headers == {
        "Content-Type": "image/png",
        "Content-Disposition": "attachment; filename*=UTF-8''%DA%A9%D8%A7%D8%B1%D8%AA%20%D9%85%D9%86.png",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    assert response.content.startswith(b"\x89PNG")


def test_authz_1_foreign_owners_and_strangers_see_nothing(client, case):
    send(client, case, "card.png", corpus.png())
    client.force_login(factories.applicant("+989121110000", national_code="0499370899").user)
    for path in (page(case), page(case, "national_card"), page(case, "national_card", "file")):
        assert (path, client.get(path).status_code) == (path, 404)
    assert send(client, case, "card.png", corpus.png()).status_code == 404
    client.logout()
    assert client.get(page(case, "national_card", "file")).status_code == 302
    assert len(files_on_disk()) == 1


def test_a_document_nobody_asks_for_is_not_found(client, case):
    assert client.get(page(case, "passport")).status_code == 404
    assert send(client, case, "card.png", corpus.png(), key="passport").status_code == 404


def test_the_list_leads_from_one_missing_document_to_the_next(client, case):
    response = client.get(page(case))
    assert response.context["following"].need.key == "national_card"
    assert send(client, case, "card.png", corpus.png()).headers["Location"] == page(case)
    response = client.get(page(case))
    assert response.context["following"].need.key == "birth_certificate"
    assert "«کارت ملی» رسید." in response.content.decode()
    send(client, case, "card.png", corpus.png(), key="birth_certificate")
    assert "همه مدارک لازم رسیده است" in client.get(page(case)).content.decode()


def test_why_a_document_was_refused_stands_on_both_pages(client, case):
    send(client, case, "card.png", corpus.png())
    officer = User.objects.create_staff("officer", "a long password of the test", Role.REVIEWER).actor()
    row = ApplicationDocument.objects.get()
    use_cases.run(judge_document, row.pk, accepted=False, reasons=("expired",), note="کارت باطل شده", actor=officer)
    for path in (page(case), page(case, "national_card")):
        shown = client.get(path).content.decode()
        assert "اعتبار این سند گذشته است؛ سند معتبر را بفرستید." in shown
        assert "کارت باطل شده" in shown
    assert send(client, case, "new.png", corpus.png()).status_code == 302
    row.refresh_from_db()
    assert row.state == DocumentState.PENDING
    assert "کارت باطل شده" not in client.get(page(case)).content.decode()


def test_a_missing_file_is_named(client, case):
    response = client.post(page(case, "national_card"), {})
    assert response.context["form"].errors["file"] == ["پروندهٔ «کارت ملی» را برگزینید."]


def test_the_list_costs_the_same_queries_for_one_and_for_all_documents(client, case):
    counts = []
    for key in ("national_card", "birth_certificate", "activity_permit"):
        send(client, case, "card.png", corpus.png(), key=key)
        client.get(page(case))
        with CaptureQueriesContext(connection) as queries:
            client.get(page(case))
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_the_logo_section_takes_a_picture_or_nothing(client, case):
    path = f"/panel/{case.reference}/form/logo/"
    assert client.post(path, {"logo": SimpleUploadedFile("logo.svg", test_corpus.SVG)}).status_code == 400
    assert client.post(path, {"logo": SimpleUploadedFile("logo.pdf", corpus.pdf())}).status_code == 400
    assert files_on_disk() == []
    assert client.post(path, {}).status_code == 302
    assert client.post(path, {"logo": SimpleUploadedFile("logo.png", corpus.png())}).status_code == 302
    assert client.get(path).status_code == 200
    shown = client.get(f"{path}file/")
    assert (shown.status_code, shown.headers["Content-Security-Policy"]) == (200, "sandbox; default-src 'none'")
