"""Errors as values: what the portal refuses, and the few things it raises."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not happen now: the same value greys a button, answers 409 and passes a test."""

    code: str
    """Stable English identifier; part of the API."""
    message: str
    """Persian sentence: what is missing and how to mend it."""
    detail: dict[str, str] = field(default_factory=dict)


class DomainError(Exception):
    """Anything the portal says no to; the edges translate it, services never catch it."""


class Refused(DomainError):
    """A move or a use case that its guards do not allow."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


class Conflict(DomainError):
    """Somebody else changed the row since it was read (REL-12)."""


class NotFound(DomainError):
    """No such object for this actor; a foreign object answers the same (AUTHZ-1)."""


class ProviderDown(DomainError):
    """An outside service gave no usable answer."""

    def __init__(self, provider: str, detail: str, *, transient: bool = True) -> None:
        super().__init__(f"{provider}: {detail}")
        self.provider = provider
        self.transient = transient
        """True when asking again later can help (time-out, 5xx); False when the request itself was refused."""
