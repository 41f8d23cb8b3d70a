"""The one door to WeasyPrint: HTML of our own templates in, a tagged PDF out, nothing fetched but our static files.

WeasyPrint is imported when the first PDF is asked for (0.9 s), and only where its shared libraries are: without Pango
the pages stay print-ready HTML and say so. One PDF is drawn at a time in a process; whoever waits too long is told.
"""

import atexit
import ctypes
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Semaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join

from enamad_portal.kernel.errors import DomainError

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")
PRINT_CSS = "portal/css/print.css"
WAIT_S = 8.0
"""How long somebody waits for the PDF before him; drawing one page takes well under a second."""
_OUR_HOST = "https://portal.invalid"
_one_at_a_time = Semaphore(1)


class PdfUnavailable(DomainError):
    """No PDF now: the libraries are missing, or too many are asked for at once (`busy`)."""

    def __init__(self, *, busy: bool) -> None:
        super().__init__("busy" if busy else "libraries missing")
        self.busy = busy


@lru_cache(maxsize=1)
def available() -> bool:
    """Whether WeasyPrint's shared libraries can be opened; asks the loader alone."""
    return all(_opens(name) for name in LIBRARIES)


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Drawn:
    """A PDF and the number of its pages."""

    content: bytes
    pages: int


def render(html: str, *, stylesheet: str = PRINT_CSS) -> Drawn:
    """The PDF/UA of one HTML text with a static stylesheet. Raises PdfUnavailable."""
    if not available():
        raise PdfUnavailable(busy=False)
    if not _one_at_a_time.acquire(timeout=WAIT_S):
        raise PdfUnavailable(busy=True)
    try:
        return _drawn(html, stylesheet)
    finally:
        _one_at_a_time.release()


def _drawn(html: str, stylesheet: str) -> Drawn:
    from weasyprint import HTML  # noqa: PLC0415 - lazily: see above

    logging.getLogger("weasyprint").setLevel(logging.WARNING)  # it tells each step of each paper
    css, fonts = _styles(stylesheet)
    options: dict[str, Any] = {"stylesheets": [css], "pdf_variant": "pdf/ua-1"}
    paper = HTML(string=html, base_url=_OUR_HOST, url_fetcher=fetcher()).render(font_config=fonts, **options)
    return Drawn(paper.write_pdf(**options), len(paper.pages))


@lru_cache(maxsize=8)
def _styles(stylesheet: str) -> "tuple[CSS, FontConfiguration]":
    """Parsed once per process: the fonts of a stylesheet are registered with the text engine each time."""
    from weasyprint import CSS  # noqa: PLC0415 - lazily: see above
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts = FontConfiguration()
    url = f"{_OUR_HOST}{settings.STATIC_URL}{stylesheet}"
    css = CSS(string=static_file(url).read_text(), base_url=url, font_config=fonts, url_fetcher=fetcher())
    return css, fonts


atexit.register(_styles.cache_clear)  # a font engine let go by a half-gone interpreter fails noisily


def fetcher() -> Any:
    """Serves our static files by their URL and nothing else: no network, no other file of the machine."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class StaticOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ARG002
            try:
                return URLFetcherResponse(url, body=static_file(url).read_bytes())
            except PermissionError as refused:
                raise FatalURLFetchingError(str(refused)) from refused

    return StaticOnly()


def static_file(url: str) -> Path:
    """The file behind a URL of ours. Raises PermissionError for anything else."""
    parts = urlsplit(urljoin(_OUR_HOST, url))
    prefix = urlsplit(settings.STATIC_URL).path
    if f"{parts.scheme}://{parts.netloc}" != _OUR_HOST or not parts.path.startswith(prefix):
        raise PermissionError(f"not a static file of ours: {parts.scheme}://{parts.netloc}")
    return _found(unquote(parts.path.removeprefix(prefix)))


def _found(name: str) -> Path:
    try:
        source = finders.find(name) or safe_join(settings.STATIC_ROOT, name)
    except SuspiciousFileOperation as error:
        raise PermissionError("outside the static files") from error
    path = Path(str(source))
    if not path.is_file():
        raise PermissionError(f"no static file {name}")
    return path
