"""Nothing a buyer types may leave over plain http (TLS-7)."""

from collections.abc import Iterator, Sequence

from enamad_portal.kernel.fetch.html import PageFacts
from enamad_portal.kernel.fetch.tls_findings import TlsCheck, TlsCode, TlsFinding, failed, passed, unknown

MAX_EVIDENCE = 50


def judge_forms(pages: Sequence[PageFacts]) -> TlsFinding:
    """Over the crawled pages of one site; each fault names the page, the element and where it leads."""
    if not pages:
        return unknown(TlsCheck.FORMS)
    faults = [fault for page in pages for fault in _faults(page)]
    partly = [page.url for page in pages if not page.whole]
    if faults:
        evidence = {"faults": faults[:MAX_EVIDENCE], "pages": len(pages), "read_partly": partly}
        return failed(TlsCheck.FORMS, TlsCode.PLAIN_HTTP_ELEMENT, **evidence)
    return passed(TlsCheck.FORMS, pages=len(pages), read_partly=partly)


def _faults(page: PageFacts) -> Iterator[dict[str, str]]:
    if page.password_fields and not page.url.lower().startswith("https:"):
        yield {"page": page.url, "element": "input[type=password]", "url": page.url}
    for element, urls in (
        ("form[action]", tuple(form.url for form in page.forms)),
        ("button[formaction]", page.form_actions),
        ("iframe[src]", page.iframes),
        ("script[src]", page.scripts),
    ):
        for url in urls:
            if url.lower().startswith("http:"):
                yield {"page": page.url, "element": element, "url": url}
