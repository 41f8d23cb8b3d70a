"""What a person may upload, in numbers (UPL-1, UPL-2, UPL-4, UPL-5)."""

from enum import StrEnum

MIB = 1024 * 1024

MAX_NAME_CHARS = 100
MAX_PIXELS = 40_000_000
MAX_PDF_PAGES = 50
MAX_PDF_OBJECTS = 200_000
MAX_FILES_PER_USER = 100
MAX_BYTES_PER_USER = 200 * MIB

CHILD_MEMORY_BYTES = 768 * MIB
CHILD_SECONDS = 10
CHILD_OUTPUT_BYTES = 32 * MIB
MAX_DRAWN_PIXELS = 8_000_000
"""A page is drawn smaller than asked rather than above this."""


class Kind(StrEnum):
    """The allow list; everything else, SVG and office files included, is refused."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def max_bytes(self) -> int:
        return 10 * MIB if self is Kind.PDF else 5 * MIB

    @property
    def content_type(self) -> str:
        """The one type this kind is ever served with (UPL-7)."""
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"


BY_EXTENSION = {"pdf": Kind.PDF, "jpg": Kind.JPEG, "jpeg": Kind.JPEG, "png": Kind.PNG}


def kind_by_magic(data: bytes) -> Kind | None:
    """The kind by the very first bytes; a signature further in is a polyglot and counts as none."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith((b"%PDF-1.", b"%PDF-2.")):
        return Kind.PDF
    return None
