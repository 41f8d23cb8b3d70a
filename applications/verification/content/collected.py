"""What a look at the site brings home beside its finding; kept by `services/site_evidence.py`."""

from dataclasses import dataclass, field

from applications.verification.content.observations import Observation
from applications.verification.content.pages import SeenPage
from enamad_portal.kernel.steps import Finding


@dataclass(frozen=True, slots=True)
class Collected(Finding):
    """A finding with the pages it rests on and what was seen for each item of the checklist."""

    pages: tuple[SeenPage, ...] = ()
    observations: dict[str, list[Observation]] = field(default_factory=dict)
