"""PDF files reduced to what is printed on their pages (UPL-5). Runs in the child process only."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from pikepdf.sanitize import Sanitizer

from enamad_portal.kernel.uploads.limits import MAX_PDF_OBJECTS, MAX_PDF_PAGES, MIB
from enamad_portal.kernel.uploads.verdicts import Denied, Made

_INFLATED_BYTES = 128 * MIB
_CATALOG_KEYS = {"/Type", "/Pages", "/Version", "/OCProperties"}
_PAGE_KEYS = {
    "/Type",
    "/Parent",
    "/Contents",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Group",
}
_ACTIVE_KEYS = {
    "/A",
    "/AA",
    "/AF",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/Launch",
    "/Metadata",
    "/OPI",
    "/OpenAction",
    "/PieceInfo",
    "/Ref",
    "/URI",
    "/XFA",
}
_ACTION_TYPES = {
    "/GoToE",
    "/GoToR",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/RichMediaExecute",
    "/Sound",
    "/SubmitForm",
    "/URI",
}
_NAMED_BY_AUTHOR = {
    "/Font",
    "/XObject",
    "/ExtGState",
    "/ColorSpace",
    "/Pattern",
    "/Shading",
    "/Properties",
    "/CharProcs",
}
_SANITIZER = (
    Sanitizer()
    .remove_javascript()
    .remove_external_access()
    .remove_attachments()
    .remove_multimedia()
    .remove_web_capture()
    .remove_private_app_data()
    .remove_collection()
    .remove_thumbnails()
    .remove_search_index()
)


def clean_pdf(data: bytes) -> Made | Denied:
    """The same pages with form entries and stamps drawn in, and nothing that acts, hides or points elsewhere.

    A damaged file is refused, not repaired: the repaired one may show less than its owner believes to have sent.
    """
    pikepdf.settings.set_qpdf_limits(flate_max_memory=_INFLATED_BYTES, run_length_max_memory=_INFLATED_BYTES)
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, inherit_page_attributes=False) as pdf:
            return _refused(pdf) or Made(_cleaned(pdf), pages=len(pdf.pages))
    except pikepdf.PasswordError:
        return Denied("upload_pdf_encrypted")
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 (qpdf and its bindings raise many kinds on hostile data)
        return Denied("upload_pdf_broken")


def _refused(pdf: Pdf) -> Denied | None:
    if pdf.is_encrypted:
        return Denied("upload_pdf_encrypted")
    if int(pdf.trailer.get(Name.Size, 0)) > MAX_PDF_OBJECTS or len(pdf.objects) > MAX_PDF_OBJECTS:
        return Denied("upload_pdf_too_complex")
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.XFA in form:
        return Denied("upload_pdf_form")
    return _refused_pages(pdf)


def _refused_pages(pdf: Pdf) -> Denied | None:
    claimed = int(pdf.Root.Pages.Count)  # first: `pdf.pages` drops pages it cannot read and corrects the count
    pages = len(pdf.pages)
    if claimed != pages:
        return Denied("upload_pdf_broken")
    if not pages:
        return Denied("upload_pdf_no_pages")
    if pages > MAX_PDF_PAGES:
        return Denied("upload_pdf_too_many_pages", {"limit": MAX_PDF_PAGES, "pages": pages})
    return None


def _cleaned(pdf: Pdf) -> bytes:
    _SANITIZER.apply(pdf)
    pdf.flatten_annotations("all")
    _keep_only(pdf.Root, _CATALOG_KEYS)
    for page in pdf.pages:
        _keep_only(page.obj, _PAGE_KEYS)
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size", "/ID"}:
        del pdf.trailer[key]
    _strip_active_keys(pdf.Root)
    out = io.BytesIO()
    pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, deterministic_id=True)
    return out.getvalue()


def _keep_only(holder: Object, keys: set[str]) -> None:
    for key in set(holder.keys()) - keys:
        del holder[key]


def _strip(holder: Object) -> None:
    for key in _ACTIVE_KEYS.intersection(holder.keys()):
        del holder[key]
    if str(holder.get(Name.S)) in _ACTION_TYPES:
        del holder[Name.S]


def _strip_active_keys(root: Object) -> None:
    """Take the keys that act or point out of every reachable dictionary: a net under the sanitiser's known places.

    Names inside resource dictionaries are the author's own (a font may be called /A) and stay.
    """
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        node, named_by_author = stack.pop()
        if not isinstance(node, (Array, Dictionary, Stream)) or node.objgen in seen:
            continue
        if node.is_indirect:
            seen.add(node.objgen)
        if isinstance(node, Array):
            stack.extend((value, False) for value in list(node))
            continue
        if not named_by_author:
            _strip(node)
        stack.extend((value, key in _NAMED_BY_AUTHOR and not named_by_author) for key, value in node.items())
