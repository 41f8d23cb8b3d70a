"""How much of our time and memory one fetch may take (FET-1, FET-2, FET-7, FET-8, DCV-3, DCV-7)."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB

HTML_TYPES = ("text/html", "application/xhtml+xml")
PLAIN_TYPES = ("text/plain",)
ANY_TYPE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and counts; `content_types` empty means any."""

    content_types: tuple[str, ...] = HTML_TYPES
    total_s: float = 20.0
    hop_s: float = 10.0
    dns_s: float = 5.0
    ipv6_connect_s: float = 3.0
    rate_bytes_per_s: int = KIB
    rate_after_s: float = 3.0
    header_bytes: int = 16 * KIB
    header_count: int = 100
    informational: int = 5
    wire_bytes: int = 1 * MIB
    decoded_bytes: int = 2 * MIB
    ratio: int = 50
    ratio_after_bytes: int = 64 * KIB
    redirects: int = 5


PAGE = Limits()
TOKEN_FILE = Limits(content_types=PLAIN_TYPES, wire_bytes=1 * KIB, decoded_bytes=1 * KIB)
ANY_ANSWER = Limits(content_types=ANY_TYPE)
