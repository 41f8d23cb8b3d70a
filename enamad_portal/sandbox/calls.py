"""The signed door `/api/<service>/<operation>`: proves the caller, plays the behaviour, answers a reference once."""

import json
import time
from collections.abc import Callable
from typing import Any

from enamad_portal.providers.signing import BadSignature, verify
from enamad_portal.sandbox import asked as asked_for
from enamad_portal.sandbox import gateway, services
from enamad_portal.sandbox.behaviour import Fault
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Document
from enamad_portal.sandbox.web import Dropped, Failed, Request, Response, as_json


def api(box: Box, request: Request, service: str, operation: str) -> Response:
    work = services.OPERATIONS.get((service, operation))
    if work is None:
        raise Failed(404, "no_such_operation")
    try:
        verify(box.secret, request.method, request.target, request.body, request.headers, at=int(time.time()))
    except BadSignature:
        raise Failed(401, "bad_signature") from None
    return play(box, service, lambda: _answer_once(box, service, operation, request.json()))


def play(box: Box, service: str, work: Callable[[], Document]) -> Response:
    """Runs the work under the service's behaviour of the moment."""
    fault = box.behaviours.take(service)
    time.sleep(fault.delay_s)
    if refused := _refused(fault):
        return refused
    with box.store.transaction():
        answer = work()
    if answer.pop(gateway.DROP, False) or fault.drop:
        raise Dropped
    return as_json(answer)


def _refused(fault: Fault) -> Response | None:
    if fault.status:
        return as_json({"code": "behaviour"}, fault.status)
    return Response(200, "<h1>۲۰۰</h1>".encode()) if fault.bad_json else None


def _answer_once(box: Box, service: str, operation: str, asked: dict[str, Any]) -> Document:
    """The first answer again for a repeated reference; 409 when the repetition asks for something else."""
    work, has_effect = services.OPERATIONS[service, operation]
    if not has_effect:
        return work(box, asked)
    reference, canonical = asked_for.text(asked, "reference"), json.dumps(asked, sort_keys=True)
    box.store.count(service, reference, requests=1)
    before = box.store.answered(f"{service}/{operation}", reference)
    if before and box.behaviours.of(service).deduplicate:
        if before[0] != canonical:
            raise Failed(409, "reference_used_for_another_request")
        return before[1]
    answer = work(box, asked)
    box.store.count(service, reference, effects=1)
    box.store.remember_answer(f"{service}/{operation}", reference, canonical, answer)
    return answer
