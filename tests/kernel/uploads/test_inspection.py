"""UPL-2, UPL-4, UPL-5: what is kept of a good file, how a page is drawn, and what the child may not do."""

import hashlib
import io
import os
import resource
from pathlib import Path

import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.uploads import Accepted, Kind, confinement, inspect, quota_refusal, render_page, verdicts
from enamad_portal.kernel.uploads.limits import MIB
from tests.kernel.uploads import corpus as made


def opened(png_or_jpeg):
    picture = Image.open(io.BytesIO(png_or_jpeg))
    picture.load()
    return picture


def accepted(name, data):
    answer = inspect(name, data)
    assert isinstance(answer, Accepted)
    return opened(answer.clean_bytes)


def saved(picture, form, **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def test_upl_5_the_hash_of_the_original_is_kept():
    data = made.jpeg()
    assert inspect("a.jpg", data).original_sha256 == hashlib.sha256(data).hexdigest()


def test_pii_1_an_accepted_file_does_not_show_its_bytes_when_logged():
    answer = Accepted(Kind.PNG, made.CANARY, "0" * 64, 1, "a.png")
    assert made.CANARY.decode() not in repr(answer)


def test_upl_4_a_turned_photo_is_stored_upright():
    photo, exif = Image.new("RGB", (60, 40), "white"), Image.Exif()
    ImageDraw.Draw(photo).rectangle((0, 0, 20, 40), fill="black")
    exif[0x0112] = 6
    upright = accepted("a.jpg", saved(photo, "JPEG", exif=exif))
    assert upright.size == (40, 60)
    assert upright.getpixel((20, 5))[0] < 60
    assert upright.getpixel((20, 55))[0] > 200


def test_upl_4_transparency_survives():
    sheet = Image.new("RGBA", (9, 9), (255, 0, 0, 0))
    palette = Image.new("P", (9, 9), 3)
    palette.putpalette(range(256))
    assert accepted("a.png", saved(sheet, "PNG")).getpixel((4, 4))[3] == 0
    assert accepted("a.png", saved(palette, "PNG", transparency=3)).getpixel((4, 4))[3] == 0


@pytest.mark.parametrize(("grey", "shown"), [(0, 0), (30_000, 117), (65_535, 255)])
def test_upl_4_a_scan_of_16_bits_keeps_its_greys(grey, shown):
    assert accepted("a.png", saved(Image.new("I;16", (9, 9), grey), "PNG")).getpixel((4, 4)) == shown


def test_upl_5_what_was_filled_into_a_form_stays_visible():
    def filled(document):
        ink = document.make_stream(
            b"0 0 0 rg 0 0 100 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100])
        )
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("f"),
            V=String("v"),
            F=4,
            Rect=Array([0, 0, 100, 100]),
            AP=Dictionary(N=ink),
        )
        made_field = document.make_indirect(field)
        document.pages[0].obj.Annots = Array([made_field])
        document.Root.AcroForm = Dictionary(Fields=Array([made_field]))

    answer = inspect("a.pdf", made.pdf(filled))
    assert b"/AcroForm" not in answer.clean_bytes
    page = opened(render_page(answer.clean_bytes, 1, 200))
    assert page.size == (200, 300)
    assert page.getpixel((50, 250))[:3] == (0, 0, 0)
    assert page.getpixel((150, 50))[:3] == (255, 255, 255)


def test_upl_5_a_resource_named_like_an_action_key_is_kept():
    def named(document):
        inks = Dictionary(
            A=document.make_stream(
                b"0 0 200 300 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 300])
            )
        )
        document.pages[0].obj.Resources = Dictionary(XObject=document.make_indirect(inks))
        document.pages[0].obj.Contents = document.make_stream(b"/A Do")

    answer = inspect("a.pdf", made.pdf(named))
    assert opened(render_page(answer.clean_bytes, 1, 50)).getpixel((20, 20))[:3] == (0, 0, 0)


def test_upl_5_a_page_that_is_not_there_is_a_refusal():
    for page in (0, 3):
        answer = render_page(made.pdf(pages=2), page, 100)
        assert answer.code == "upload_no_such_page"
        assert "۲ صفحه" in answer.message


def test_upl_5_a_very_tall_page_is_drawn_within_bounds():
    document = made.pikepdf.new()
    document.add_blank_page(page_size=(10, 14_000))
    page = opened(render_page(made.written(document), 1, 2000))
    assert page.width * page.height <= 8_100_000


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", made.png(), made.encrypted("o", "u")], ids=["empty", "head", "png", "locked"]
)
def test_upl_5_what_is_no_readable_pdf_is_not_drawn(data):
    assert render_page(data, 1, 100).code == "upload_pdf_broken"


def test_upl_5_a_page_that_takes_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(confinement, "CHILD_SECONDS", 1.5)
    assert render_page(made.pdf(made.endless_drawing), 1, 100).code == "upload_too_heavy"


def test_upl_5_a_picture_of_ten_gigabytes_in_a_page_harms_nobody():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = render_page(made.pdf(made.picture_bomb), 1, 100)
    assert isinstance(answer, (bytes, Refusal))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.parametrize(
    "ending",
    [
        "os.abort()",
        "os.kill(os.getpid(), 11)",
        "sys.exit(3)",
        "bytearray(2 * 1024 ** 3)",
        "sys.stdout.buffer.write(b'x' * 40 * 1024 ** 2)",
        "print('not a verdict')",
        'print(\'{"code": "made_up", "facts": {}}\')',
        'print(\'{"code": "upload_kind", "facts": {}}\')',
        "print('[]')",
        "print('{\"pages\": 1}')",
        "None",
    ],
)
def test_upl_4_however_the_child_ends_the_parent_has_a_refusal(monkeypatch, ending):
    monkeypatch.setattr(
        confinement,
        "_START",
        f"import os, sys; sys.path.insert(0, {str(confinement._ROOT)!r})\n"
        f"from enamad_portal.kernel.uploads.child import _confine; _confine()\n{ending}",
    )
    answer = inspect("a.png", made.png())
    assert answer.code == "upload_too_heavy"
    assert "سند" in answer.message


def test_upl_4_the_child_sees_no_environment_and_no_open_file(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    show = """
import json, os
seen = {"page": len(os.listdir("/proc/self/fd")), "pages": len(set(os.environ) - {"LC_CTYPE"})}
print(json.dumps({"code": "upload_no_such_page", "facts": seen}))
"""
    monkeypatch.setattr(confinement, "_START", show)
    with Path(os.devnull).open() as kept_open:
        os.set_inheritable(kept_open.fileno(), True)
        verdict = confinement.decode({}, b"")
    assert verdict == verdicts.Denied("upload_no_such_page", {"page": 4, "pages": 0})


@pytest.mark.parametrize(
    ("files", "stored", "new", "code"),
    [
        (99, 0, 1, None),
        (100, 0, 1, "upload_too_many_files"),
        (5, 199 * MIB, MIB, None),
        (5, 199 * MIB, MIB + 1, "upload_quota"),
    ],
)
def test_upl_2_the_quota_of_a_person(files, stored, new, code):
    answer = quota_refusal(files=files, stored_bytes=stored, new_bytes=new, max_files=100, max_bytes=200 * MIB)
    assert (answer and answer.code) == code


def test_upl_2_messages_tell_limit_and_size_in_persian_digits():
    answer = inspect("a.png", made.png() + b"\0" * (6 * MIB + 100_000))
    assert answer.message == "حجم پرونده باید حداکثر ۵ مگابایت باشد؛ حجم این پرونده ۶٫۱ مگابایت است."
    quota = quota_refusal(files=1, stored_bytes=200 * MIB, new_bytes=1, max_files=100, max_bytes=200 * MIB)
    assert "۲۰۰٫۱ مگابایت" in quota.message
