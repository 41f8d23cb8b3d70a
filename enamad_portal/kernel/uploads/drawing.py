"""A page of a PDF as a picture, so that staff need not open the file itself (UPL-5). Runs in the child process only."""

import io
import math

import pypdfium2

from enamad_portal.kernel.uploads.limits import MAX_DRAWN_PIXELS
from enamad_portal.kernel.uploads.verdicts import Denied, Made


def draw_page(data: bytes, page: int, width: int) -> Made | Denied:
    """PNG of the page (counted from 1), `width` pixels wide, or smaller when the page is very tall."""
    try:
        document = pypdfium2.PdfDocument(data)
        if not 1 <= page <= len(document):
            return Denied("upload_no_such_page", {"page": page, "pages": len(document)})
        leaf = document[page - 1]
        across, down = leaf.get_size()
        scale = min(width / across, math.sqrt(MAX_DRAWN_PIXELS / (across * down)))
        out = io.BytesIO()
        leaf.render(scale=scale, may_draw_forms=False).to_pil().save(out, "PNG")
        return Made(out.getvalue(), pages=len(document))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (pdfium answers hostile data in many ways)
        return Denied("upload_pdf_broken")
