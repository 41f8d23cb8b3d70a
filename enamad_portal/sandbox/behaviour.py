"""How each service behaves at the moment, set by `POST /behaviour` and kept over restarts."""

from dataclasses import asdict, dataclass
from typing import Any

from enamad_portal.sandbox.store import Store

SERVICES = (
    *("identity", "company_registry", "domain_registry", "post", "telephony", "police", "tax"),
    *("payment", "zarinpal", "sms", "mail", "dns", "malware"),
)


class BadBehaviour(Exception):
    """A name or a value that no service has."""


@dataclass
class Fault:
    """One service's behaviour; the default is a prompt and honest one."""

    delay_s: float = 0.0
    """Waits this long before it answers."""
    status: int = 0
    """Answers with this HTTP status and does nothing."""
    bad_json: bool = False
    """Answers 200 with something that is not JSON, and does nothing."""
    drop: bool = False
    """Does the work, then closes the connection without an answer."""
    times: int = 0
    """The four faults above hold for so many calls; 0 means until changed."""
    deduplicate: bool = True
    """A repeated reference gets the first answer and has no second effect."""
    lost_callbacks: bool = False
    callback_delay_s: float = 0.1
    answer_after_s: float = 0.4
    """Police answers, letters and calls take this long."""
    action: str = ""
    """Payment only: what pressing "pay" does (see gateway.ACTIONS)."""
    dead_s: float = 3.0
    """Payment only: how long the gateway is silent after `captured_then_dead`."""
    return_after_s: float = 900.0
    """Payment only: captured money that nobody verified goes back after this."""


_KINDS: dict[str, type] = {name: type(value) for name, value in asdict(Fault()).items()}


class Behaviours:
    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def portal_url(self) -> str:
        """Where callbacks go, when changed at run time."""
        return str((self._store.get("behaviour", "portal") or {}).get("url", ""))

    def of(self, service: str) -> Fault:
        return Fault(**(self._store.get("behaviour", service) or {}))

    def take(self, service: str) -> Fault:
        """The behaviour for one call; counts `times` down and clears the faults at zero."""
        with self._store.transaction():
            fault = self.of(service)
            if fault.times == 1:
                self._save(service, Fault(**asdict(fault) | asdict(Fault()) | _lasting(fault)))
            elif fault.times > 1:
                self._save(service, Fault(**asdict(fault) | {"times": fault.times - 1}))
        return fault

    def change(self, wanted: dict[str, Any]) -> None:
        """Merges `{service: {name: value}}`; `portal_url` beside the services. Raises BadBehaviour."""
        with self._store.transaction():
            for service, changes in wanted.items():
                if service == "portal_url":
                    self._store.put("behaviour", "portal", {"url": str(changes).rstrip("/")})
                elif service in SERVICES and isinstance(changes, dict):
                    self._save(service, Fault(**asdict(self.of(service)) | _checked(changes)))
                else:
                    raise BadBehaviour(f"no service {service}; there are: {', '.join(SERVICES)}")

    def reset(self) -> None:
        """Everything is prompt and honest again; where callbacks go stays."""
        for service in SERVICES:
            self._store.remove("behaviour", service)

    def as_json(self) -> dict[str, Any]:
        return {service: asdict(self.of(service)) for service in SERVICES} | {"portal_url": self.portal_url}

    def _save(self, service: str, fault: Fault) -> None:
        self._store.put("behaviour", service, asdict(fault))


def _lasting(fault: Fault) -> dict[str, Any]:
    passing = {"delay_s", "status", "bad_json", "drop", "times"}
    return {name: value for name, value in asdict(fault).items() if name not in passing}


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    checked = {}
    for name, value in changes.items():
        if name not in _KINDS:
            raise BadBehaviour(f"no behaviour {name}; there are: {', '.join(_KINDS)}")
        kind = _KINDS[name]
        if isinstance(value, bool) != (kind is bool) or isinstance(value, str) != (kind is str):
            raise BadBehaviour(f"{name} must be a {kind.__name__}")
        checked[name] = kind(value)
    return checked
