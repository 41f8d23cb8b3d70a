"""UPL-1..6 against hostile files: none is stored as it came, none brings the portal down."""

import io

import pikepdf
import pytest
from PIL import Image

from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.uploads import Accepted, Kind, inspect
from enamad_portal.kernel.uploads.limits import MIB
from enamad_portal.kernel.uploads.refusals import MESSAGES
from tests.kernel.uploads import corpus as made

HTML = b"<html><script>alert(1)</script></html>"
PHP = b"<?php system($_GET['c']); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

MILLION = b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>"
LOST = b"<</Type/Pages/Kids[3 0 R 99 0 R]/Count 2>>"

REFUSED = {
    "empty_png": ("a.png", b"", "upload_empty"),
    "empty_pdf": ("a.pdf", b"", "upload_empty"),
    "svg": ("a.svg", SVG, "upload_kind"),
    "html": ("a.html", HTML, "upload_kind"),
    "xml": ("a.xml", b"<?xml version='1.0'?>", "upload_kind"),
    "zip": ("a.zip", b"PK\x03\x04" + b"\0" * 30, "upload_kind"),
    "office": ("a.docx", b"PK\x03\x04" + b"\0" * 30, "upload_kind"),
    "gif": ("a.gif", made.picture("GIF", mode="P"), "upload_kind"),
    "webp": ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "upload_kind"),
    "tiff_4_gigabytes": ("a.tiff", made.tiff_of_four_gigabytes(), "upload_kind"),
    "no_extension": ("a", made.png(), "upload_no_extension"),
    "name_of_dots": ("...", made.png(), "upload_no_extension"),
    "rlo_name": ("x\u202egpj.exe", made.png(), "upload_kind"),
    "double_extension": ("a.png.php", made.png(), "upload_kind"),
    "svg_as_png": ("a.png", SVG, "upload_content_differs"),
    "html_as_pdf": ("a.pdf", HTML, "upload_content_differs"),
    "zip_as_pdf": ("a.pdf", b"PK\x03\x04" + made.pdf(), "upload_content_differs"),
    "html_before_pdf": ("a.pdf", HTML + made.pdf(), "upload_content_differs"),
    "gif_script_as_png": ("a.png", b"GIF89a/*" + b"\0" * 9 + b"*/=1;alert(1)", "upload_content_differs"),
    "gif_as_jpeg": ("a.jpg", made.picture("GIF", mode="P"), "upload_content_differs"),
    "bmp_as_png": ("a.png", made.picture("BMP"), "upload_content_differs"),
    "tiff_as_jpeg": ("a.jpg", made.tiff_of_four_gigabytes(), "upload_content_differs"),
    "png_as_jpeg": ("a.jpg", made.png(), "upload_content_differs"),
    "jpeg_as_png": ("a.png", made.jpeg(), "upload_content_differs"),
    "png_as_pdf": ("a.pdf", made.png(), "upload_content_differs"),
    "pdf_as_png": ("a.png", made.pdf(), "upload_content_differs"),
    "postscript_as_pdf": ("a.pdf", b"%!PS-Adobe-3.0\n(%stdin) run", "upload_content_differs"),
    "image_over_5_mib": ("a.png", made.png() + b"\0" * 5 * MIB, "upload_too_large"),
    "pdf_over_10_mib": ("a.pdf", made.pdf() + b"\0" * 10 * MIB, "upload_too_large"),
    "png_head_alone": ("a.png", made.png()[:8], "upload_image_broken"),
    "png_cut": ("a.png", made.png((300, 300), "RGB")[:-40], "upload_image_broken"),
    "png_bad_checksum": ("a.png", made.png().replace(b"IDAT", b"IDAU"), "upload_image_broken"),
    "png_too_few_pixels": ("a.png", made.png_of_claimed_size(3000, 3000), "upload_image_broken"),
    "png_zero_wide": ("a.png", made.png_of_claimed_size(0, 10), "upload_image_broken"),
    "png_50000_squared": ("a.png", made.png_of_claimed_size(50_000, 50_000), "upload_image_too_many_pixels"),
    "png_just_over_40_megapixels": ("a.png", made.png_of_claimed_size(8001, 5000), "upload_image_too_many_pixels"),
    "png_4_billion_wide": ("a.png", made.png_of_claimed_size(2**31 - 1, 2**31 - 1), "upload_image_too_many_pixels"),
    "png_animated": ("a.png", made.animated_png(), "upload_image_animated"),
    "png_profile_bomb": ("a.png", made.png_with_bomb(b"iCCP"), "upload_image_broken"),
    "png_text_bomb": ("a.png", made.png_with_bomb(b"zTXt"), "upload_image_broken"),
    "jpeg_head_alone": ("a.jpg", b"\xff\xd8\xff\xe0", "upload_image_broken"),
    "jpeg_cut": ("a.jpeg", made.jpeg((300, 300))[:900], "upload_image_broken"),
    "jpeg_60000_squared": ("a.jpg", made.jpeg_of_claimed_size(60_000, 60_000), "upload_image_too_many_pixels"),
    "jpeg_of_noise": ("a.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 20, "upload_image_broken"),
    "pdf_head_alone": ("a.pdf", b"%PDF-1.7\n", "upload_pdf_broken"),
    "pdf_cut": ("a.pdf", made.pdf()[:-60], "upload_pdf_broken"),
    "pdf_of_noise": ("a.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 20, "upload_pdf_broken"),
    "pdf_page_tree_loop": ("a.pdf", made.pdf(made.page_tree_loop), "upload_pdf_broken"),
    "pdf_page_count_of_a_million": ("a.pdf", made.raw_pdf(tree=MILLION), "upload_pdf_broken"),
    "pdf_one_of_two_pages_lost": ("a.pdf", made.raw_pdf(tree=LOST), "upload_pdf_broken"),
    "pdf_without_pages": ("a.pdf", made.pdf(made.no_pages), "upload_pdf_no_pages"),
    "pdf_51_pages": ("a.pdf", made.pdf(pages=51), "upload_pdf_too_many_pages"),
    "pdf_200001_objects": ("a.pdf", made.too_many_objects(), "upload_pdf_too_complex"),
    "pdf_claims_300000_objects": ("a.pdf", made.raw_pdf(size=300_000), "upload_pdf_too_complex"),
    "pdf_nested_100000_deep": ("a.pdf", made.deeply_nested(), "upload_pdf_broken"),
    "pdf_object_stream_bomb": ("a.pdf", made.object_stream_bomb(), "upload_pdf_broken"),
    "pdf_xfa": ("a.pdf", made.pdf(made.xfa), "upload_pdf_form"),
    "pdf_password": ("a.pdf", made.encrypted("o", "u"), "upload_pdf_encrypted"),
    "pdf_restricted": ("a.pdf", made.encrypted("o", ""), "upload_pdf_encrypted"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_upl_3_hostile_files_are_refused_with_a_reason(case):
    name, data, code = REFUSED[case]
    answer = inspect(name, data)
    assert isinstance(answer, Refusal)
    assert answer.code == code
    assert "{" not in answer.message
    assert len(answer.message) > 30


CLEANED_PICTURES = {
    "exif_with_position": ("a.jpg", made.jpeg(exif=made.exif_with_position())),
    "exif_in_png": ("a.png", made.png(exif=made.exif_with_position())),
    "comment": ("a.jpg", made.jpeg(comment=made.CANARY)),
    "profile": ("a.jpg", made.jpeg(icc_profile=made.CANARY * 10)),
    "profile_in_png": ("a.png", made.png(icc_profile=made.CANARY * 10)),
    "xmp": ("a.jpg", made.jpeg(xmp=made.CANARY)),
    "texts": ("a.png", made.png_with_text()),
    "private_chunk": ("a.png", made.png_with_chunk(b"prIv", made.CANARY)),
    "png_then_php": ("a.png", made.png() + made.CANARY + PHP),
    "jpeg_then_html": ("a.jpg", made.jpeg() + made.CANARY + HTML),
    "jpeg_then_zip": ("a.jpg", made.jpeg() + made.CANARY + b"PK\x05\x06" + b"\0" * 18),
}


@pytest.mark.parametrize("case", CLEANED_PICTURES)
def test_upl_4_nothing_but_the_pixels_is_stored(case):
    name, data = CLEANED_PICTURES[case]
    answer = inspect(name, data)
    assert isinstance(answer, Accepted)
    assert answer.clean_bytes != data
    for left in (
        made.CANARY,
        b"Exif",
        b"ICC_PROFILE",
        b"iCCP",
        b"eXIf",
        b"tEXt",
        b"zTXt",
        b"<?php",
        b"<script",
        b"PK\x05\x06",
    ):
        assert left not in answer.clean_bytes
    with Image.open(io.BytesIO(answer.clean_bytes)) as picture:
        picture.load()
        assert picture.size == (60, 40)
        assert dict(picture.getexif()) == {}


CLEANED_PDFS = {
    change.__name__: change
    for change in (
        made.open_action,
        made.document_scripts,
        made.script_in_a_stream,
        made.additional_actions,
        made.action_on_the_page_tree,
        made.launch,
        made.script_address,
        made.submit_form,
        made.remote_go_to,
        made.chained_actions,
        made.attachment,
        made.file_annotation,
        made.associated_file,
        made.outline_script,
        made.field_script,
        made.hidden_in_an_unknown_key,
        made.movie,
        made.metadata,
        made.portfolio,
    )
}
ACTIVE = (
    b"/JS",
    b"/JavaScript",
    b"/OpenAction",
    b"/AA",
    b"/Launch",
    b"/EmbeddedFile",
    b"/Filespec",
    b"/EF",
    b"/URI",
    b"/SubmitForm",
    b"/GoToR",
    b"/RichMedia",
    b"/XFA",
    b"/Annots",
    b"/Metadata",
    b"/Collection",
    b"evil",
    b"alert",
    made.CANARY,
)


def plain_text(pdf_bytes):
    """The file with every stream and object stream unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        pdf.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


@pytest.mark.parametrize("case", CLEANED_PDFS)
def test_upl_5_the_stored_pdf_holds_nothing_that_acts(case):
    packed = pikepdf.ObjectStreamMode.generate if case < "m" else pikepdf.ObjectStreamMode.disable
    data = made.pdf(CLEANED_PDFS[case], object_stream_mode=packed)
    before = plain_text(data)
    assert any(active in before for active in ACTIVE)
    answer = inspect("a.pdf", data)
    assert isinstance(answer, Accepted)
    assert answer.pages == 1
    after = plain_text(answer.clean_bytes)
    assert [active for active in ACTIVE if active in after] == []


def test_upl_3_the_corpus_is_large_enough_and_meets_every_refusal():
    assert len(REFUSED) + len(CLEANED_PICTURES) + len(CLEANED_PDFS) >= 80
    met = {code for _, _, code in REFUSED.values()}
    elsewhere = {"upload_too_heavy", "upload_no_such_page", "upload_too_many_files", "upload_quota"}
    elsewhere |= {"upload_infected", "upload_scan_down"}
    assert met | elsewhere == set(MESSAGES)


def test_upl_1_what_people_really_send_is_accepted():
    for name, data, kind in (
        ("کارت ملی.png", made.png(), Kind.PNG),
        ("عکس.JPG", made.jpeg(), Kind.JPEG),
        ("a.jpeg", made.jpeg(mode="L"), Kind.JPEG),
        ("a.jpg", made.jpeg(mode="CMYK"), Kind.JPEG),
        ("a.jpg", made.jpeg(progressive=True), Kind.JPEG),
        ("a.png", made.png(mode="RGBA"), Kind.PNG),
        ("a.png", made.png(mode="1"), Kind.PNG),
        ("a.png", made.png(mode="P"), Kind.PNG),
        ("a.pdf", made.pdf(pages=50), Kind.PDF),
        ("a.pdf", made.pdf(linearize=True), Kind.PDF),
        ("a.pdf", made.picture("PDF"), Kind.PDF),
    ):
        answer = inspect(name, data)
        assert isinstance(answer, Accepted), (name, answer)
        assert (answer.kind, answer.safe_name) == (kind, name)
