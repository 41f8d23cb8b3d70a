"""What the door hands back: `Fetched` or `Failure`, both with the evidence of every hop (DCV-8)."""

from dataclasses import asdict, dataclass, field
from typing import Any

from enamad_portal.kernel.fetch.charset import text_of
from enamad_portal.kernel.fetch.codes import FailureCode

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One request as it happened; `address` is the one that was dialled, `bytes` what came over the wire."""

    url: str
    addresses: tuple[str, ...]
    address: str | None
    port: int
    status: int | None
    tls_version: str | None
    cert_sha256: str | None
    bytes: int
    ms: int


@dataclass(slots=True)
class HopTrace:
    """A hop being written down while it happens, so that a failure leaves evidence too."""

    url: str
    port: int
    addresses: tuple[str, ...] = ()
    address: str | None = None
    status: int | None = None
    tls_version: str | None = None
    cert_sha256: str | None = None
    bytes: int = 0
    ms: int = 0

    def done(self) -> Hop:
        return Hop(**asdict(self))


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of the site, of any status; `body` is already unpacked, `charset` one of the allowed (FET-9)."""

    final_url: str
    status: int
    headers: Headers
    body: bytes
    content_type: str
    charset: str
    hops: tuple[Hop, ...]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return text_of(self.body, self.charset)

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case)."""
        return next((value for key, value in self.headers if key == name), None)

    def evidence(self) -> dict[str, Any]:
        """Plain data for the evidence record, without the body."""
        return {"final_url": self.final_url, "status": self.status, "hops": [asdict(hop) for hop in self.hops]}


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer. `detail_for_staff` never reaches an applicant (FET-14)."""

    code: FailureCode
    hops: tuple[Hop, ...] = ()
    detail_for_staff: str = field(default="")

    @property
    def sentence(self) -> str:
        return self.code.sentence

    @property
    def passing(self) -> bool:
        """Whether to try again instead of counting a fail."""
        return self.code.passing

    def evidence(self) -> dict[str, Any]:
        return {
            "code": self.code.value,
            "detail": self.detail_for_staff,
            "hops": [asdict(hop) for hop in self.hops],
        }
