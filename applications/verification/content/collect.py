"""Which collector looks for which item of the checklist; an item without one is for a person's eyes alone."""

from collections.abc import Callable

from applications.verification.content import duties, selling
from applications.verification.content.contact import contact_us
from applications.verification.content.observations import Observation
from applications.verification.content.pages import Site
from applications.verification.facts import CaseFacts

Collector = Callable[[Site, CaseFacts], list[Observation]]

COLLECTORS: dict[str, Collector] = {
    "state_emblems": duties.state_emblems,
    "product_facts": selling.product_facts,
    "prices": selling.prices,
    "all_costs": selling.all_costs,
    "online_order": selling.online_order,
    "pre_invoice": selling.pre_invoice,
    "tracking_code": selling.tracking_code,
    "about_us": duties.about_us,
    "contact_us": contact_us,
    "rules_page": duties.rules_page,
    "complaints": duties.complaints,
    "consumer_law": duties.consumer_law,
    "secure_pages": duties.secure_pages,
}


def collect(site: Site, facts: CaseFacts) -> dict[str, list[Observation]]:
    """What was seen, by item."""
    return {item: collector(site, facts) for item, collector in COLLECTORS.items()}
