"""The store and its rows: what nobody refers to goes after a day, what is lost is told, all of it takes a new key."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enamad_portal.kernel import crypto, documents, stored_files, uploads
from enamad_portal.kernel.documents import Document, path_of
from enamad_portal.kernel.management.commands import doctor

pytestmark = pytest.mark.django_db
OLD, NEW = "k1:" + "11" * 32, "k2:" + "55" * 32
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "documents"


def kept(content=b"%PDF-1.7 lease", owner=1):
    file = uploads.Accepted(uploads.Kind.PDF, content, sha256(content).hexdigest(), 1, "اجاره‌نامه.pdf")
    return documents.keep(documents.lay_down(file), owner_id=owner, subject="applications.application:1", kind="lease")


def age(path, days):
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def picture_of(document, page=1):
    path = path_of(f"{document.stored_name}.{page}x1200")
    documents.write_whole(
        path, crypto.seal(b"picture", aad=crypto.place("file", f"page-{page}-1200", document.seal_id))
    )
    return path


def test_a_file_without_a_row_goes_after_a_day_and_no_other():
    document = kept()
    lost_upload = documents.lay_down(uploads.Accepted(uploads.Kind.PDF, b"%PDF-1.7", "0" * 64, 1, "a.pdf"))
    orphan, picture = path_of(lost_upload.stored_name), picture_of(document)
    torn = picture.with_name(f"{document.stored_name}.abcd1234.part")
    torn.write_bytes(b"half")
    foreign = orphan.with_name(f"{orphan.name}.1x1200")
    foreign.write_bytes(b"picture of nothing")
    everything = (path_of(document.stored_name), orphan, picture, torn, foreign)
    for path in everything:
        age(path, 1)
    assert stored_files.orphans(NOW) == []
    for path in everything:
        age(path, 1.01)
    assert sorted(stored_files.orphans(NOW)) == sorted([orphan, torn, foreign])

    assert stored_files.sweep() == 3
    assert [path.exists() for path in everything] == [True, False, True, False, False]
    assert documents.read(document) == b"%PDF-1.7 lease"


def test_doctor_names_a_document_whose_file_is_gone(capsys):
    there, gone = kept(), kept()
    path_of(gone.stored_name).unlink()
    assert stored_files.lost() == [gone.pk]
    found = doctor.stored_files()
    assert (found.ok, found.needed, found.seen) == (False, True, f"1 without their file: {gone.pk}")
    out = StringIO()
    with pytest.raises(CommandError, match="1 needed"):
        call_command("doctor", stdout=out)
    assert f"MISSING  stored documents: 1 without their file: {gone.pk}" in out.getvalue()
    assert documents.read(there)


def rotate():
    out, trouble = StringIO(), StringIO()
    try:
        call_command("rotate_keys", stdout=out, stderr=trouble)
    except CommandError as error:
        return out.getvalue(), trouble.getvalue(), str(error)
    return out.getvalue(), trouble.getvalue(), ""


def test_pii_2_files_and_names_take_the_newest_key(settings):
    documents_ = [kept(b"%PDF-1.7 " + bytes([number])) for number in range(3)]
    picture = picture_of(documents_[0])
    settings.FIELD_KEYS = [NEW, OLD]
    fresh = kept(b"%PDF-1.7 new")
    told, _, error = rotate()
    assert error == ""
    assert "kernel.Document: 4 looked at, 3 renewed" in told
    assert "kernel.Document files: 4 looked at, 3 renewed" in told
    assert not picture.exists()

    settings.FIELD_KEYS = [NEW]
    for number, document in enumerate(documents_):
        row = Document.objects.get(pk=document.pk)
        assert (row.name, documents.read(row)) == ("اجاره‌نامه.pdf", b"%PDF-1.7 " + bytes([number]))
    assert documents.read(Document.objects.get(pk=fresh.pk)) == b"%PDF-1.7 new"
    assert "0 renewed now" in rotate()[0]


def test_pii_2_a_file_that_does_not_open_is_named_and_stops_nobody(settings):
    good, bad, gone = kept(), kept(), kept()
    path_of(bad.stored_name).write_bytes(crypto.seal(b"x", aad=crypto.place("file", "content", uuid.uuid4())))
    path_of(gone.stored_name).unlink()
    settings.FIELD_KEYS = [NEW, OLD]
    _, trouble, error = rotate()
    assert trouble.strip() == f"kernel.Document files: does not open, left alone: {bad.pk}, {gone.pk}"
    assert error.startswith("2 value(s) are not under k2")
    settings.FIELD_KEYS = [NEW]
    assert documents.read(Document.objects.get(pk=good.pk)) == b"%PDF-1.7 lease"


def test_pii_2_a_file_erased_while_it_is_renewed_stays_erased(settings, monkeypatch):
    document = kept()
    settings.FIELD_KEYS = [NEW, OLD]
    write = documents.write_whole

    def erased_meanwhile(path, content):
        Document.objects.all().delete()
        path.unlink()
        write(path, content)

    monkeypatch.setattr(stored_files, "write_whole", erased_meanwhile)
    done = stored_files.reseal(lambda _: None)
    assert (done.broken, path_of(document.stored_name).exists()) == ([], False)
