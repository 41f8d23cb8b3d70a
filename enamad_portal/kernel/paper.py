"""Runs in a child process: draws one PDF with WeasyPrint, answers, ends.

WeasyPrint with its fonts holds 45 MB for good and takes a second to load; a process that lives for one paper gives both
back. It knows no Django, no settings and no key, and reads nothing but the folders of static files it was named.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

OUR_HOST = "https://portal.invalid"


def main() -> None:
    """One task from stdin, the number of pages as a JSON line and the PDF to stdout."""
    task = json.load(sys.stdin)
    content, pages = draw(task["html"], task["stylesheet"], task["prefix"], task["folders"])
    sys.stdout.buffer.write(json.dumps({"pages": pages}).encode() + b"\n" + content)


def draw(html: str, stylesheet: str, prefix: str, folders: "Sequence[str]") -> tuple[bytes, int]:
    """The PDF/UA of an HTML text with a static stylesheet, and its pages."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - slow import: this process alone pays for it
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fetch, fonts = _fetcher(prefix, folders), FontConfiguration()
    url = f"{OUR_HOST}{prefix}{stylesheet}"
    css = CSS(string=static_file(url, prefix, folders).read_text(), base_url=url, font_config=fonts, url_fetcher=fetch)
    options: dict[str, Any] = {"stylesheets": [css], "pdf_variant": "pdf/ua-1"}
    drawn = HTML(string=html, base_url=OUR_HOST, url_fetcher=fetch).render(font_config=fonts, **options)
    return drawn.write_pdf(**options), len(drawn.pages)


def _fetcher(prefix: str, folders: "Sequence[str]") -> Any:
    """Serves our static files by their URL and nothing else: no network, no other file of the machine."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class StaticOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ARG002
            try:
                return URLFetcherResponse(url, body=static_file(url, prefix, folders).read_bytes())
            except PermissionError as refused:
                raise FatalURLFetchingError(str(refused)) from refused

    return StaticOnly()


def static_file(url: str, prefix: str, folders: "Sequence[str]") -> Path:
    """The file behind a URL of ours. Raises PermissionError for anything else."""
    parts = urlsplit(urljoin(OUR_HOST, url))
    if f"{parts.scheme}://{parts.netloc}" != OUR_HOST or not parts.path.startswith(prefix):
        raise PermissionError(f"not a static file of ours: {parts.scheme}://{parts.netloc}")
    name = unquote(parts.path.removeprefix(prefix))
    for folder in map(Path, folders):
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    raise PermissionError(f"no static file {name}")
