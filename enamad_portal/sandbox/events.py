"""Things that happen a little later: answers, deliveries, callbacks. They wait in the store and survive a restart."""

import http.client
import json
import logging
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from enamad_portal.providers.signing import sign
from enamad_portal.sandbox.store import Document, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from enamad_portal.sandbox.box import Box

logger = logging.getLogger(__name__)
HANDLERS: "dict[str, Callable[[Box, Document], None]]" = {}
_PAUSES_S = {1: 1.0, 2: 4.0}
_CALLBACK_TIMEOUT_S = 15.0
_LONGEST_WAIT_S = 3600.0


def handles(kind: str) -> "Callable[[Callable[[Box, Document], None]], Callable[[Box, Document], None]]":
    """Registers what is done when an event of this kind is due."""

    def register(handler: "Callable[[Box, Document], None]") -> "Callable[[Box, Document], None]":
        HANDLERS[kind] = handler
        return handler

    return register


class Events:
    """One thread that sleeps until the next event is due."""

    def __init__(self, box: "Box") -> None:
        self._box = box
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()
        self._thread.join(timeout=5)

    def after(self, seconds: float, kind: str, data: Document) -> None:
        self._box.store.add_event(seconds, kind, data)
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped:
            self._wake.clear()  # before the look, so that an event added meanwhile wakes us again
            event = self._box.store.next_event()
            wait = _LONGEST_WAIT_S if event is None else event[1] - time.time()
            if wait > 0 or event is None:
                self._wake.wait(wait)
            else:
                self._handle(event[0], event[2], event[3])

    def _handle(self, event_id: int, kind: str, data: Document) -> None:
        try:
            with self._box.store.transaction():
                HANDLERS[kind](self._box, data)
                self._box.store.drop_event(event_id)
        except Exception:
            logger.exception("event %s failed and is dropped", kind)
            self._box.store.drop_event(event_id)


@handles("callback")
def _send_later(box: "Box", data: Document) -> None:
    """In a thread of its own: a portal that hangs must not hold up the world."""
    if box.behaviours.of(data["service"]).lost_callbacks:
        box.store.put("callback", _key(data), data | {"result": "lost", "at": stamp()})
        return
    threading.Thread(target=_send, args=(box, data), daemon=True).start()


def _send(box: "Box", data: Document) -> None:
    result = _post(box, data["service"], data["body"])
    box.store.put("callback", _key(data), data | {"result": result, "at": stamp()})
    if not result.startswith("2") and data["attempt"] in _PAUSES_S:
        box.events.after(_PAUSES_S[data["attempt"]], "callback", data | {"attempt": data["attempt"] + 1})


def _key(data: Document) -> str:
    return f"{data['service']}:{data['body'].get('reference')}:{data['body'].get('state', '')}:{data['attempt']}"


def _post(box: "Box", service: str, body: Document) -> str:
    """The HTTP status as text, or the kind of failure."""
    base = urlsplit(box.callback_base())
    path = f"{base.path}/providers/callbacks/{service}/"
    raw = json.dumps(body, ensure_ascii=False).encode()
    headers = sign(box.secret, "POST", path, raw, at=int(time.time())) | {"Content-Type": "application/json"}
    kind = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
    connection = kind(base.hostname or "", base.port, timeout=_CALLBACK_TIMEOUT_S)  # SSL_CERT_FILE says whom it trusts
    try:
        connection.request("POST", path, raw, headers)
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
