"""What every endpoint of the sandbox may touch, handed to it as one value."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enamad_portal.sandbox.behaviour import Behaviours
from enamad_portal.sandbox.events import Events
from enamad_portal.sandbox.store import Document, Store

if TYPE_CHECKING:
    from pathlib import Path

    from enamad_portal.sandbox.shop_server import ShopServer


@dataclass
class Box:
    store: Store
    behaviours: Behaviours
    secret: str
    folder: "Path"
    url: str
    """The sandbox's own address, without a slash at the end."""
    portal_url: str
    shop_server: "ShopServer | None" = None
    events: Events = field(init=False)

    def __post_init__(self) -> None:
        self.events = Events(self)

    def callback(self, service: str, body: dict[str, Any]) -> None:
        """Sends a signed callback to the portal soon, unless this service loses them."""
        fault = self.behaviours.of(service)
        self.events.after(fault.callback_delay_s, "callback", {"service": service, "body": body, "attempt": 1})

    def callback_base(self) -> str:
        return self.behaviours.portal_url or self.portal_url

    def document(self, kind: str, key: str) -> Document:
        """The document, empty when there is none."""
        return self.store.get(kind, key) or {}
