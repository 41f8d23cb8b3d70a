"""Where providers report: `POST /providers/callbacks/<service>/`, proven by their signature before a word is read.

A callback is a hint that comes early. Whatever it says is taken by a use case that says no twice as well as once, so
replays and repeated deliveries change nothing, and a lost one costs only time.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from applications.services import answers, landline, letters
from enamad_portal.kernel import clock, use_cases, work
from enamad_portal.kernel.errors import Conflict
from enamad_portal.providers.callbacks import Callback, read_callback
from enamad_portal.providers.telephony import IncomingCall


@csrf_exempt
@never_cache
@require_POST
def provider_callback(request: HttpRequest, service: str) -> HttpResponse:
    """204 when taken, also when it says nothing of ours; 403 unproven, 400 unreadable, 409 to be sent again."""
    callback = read_callback(request, service)
    try:
        _TAKES[service](callback)
    except Conflict:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


def _telephony(callback: Callback) -> None:
    body = callback.body
    if body.get("event") == "call_finished":
        use_cases.run(landline.call_ended, callback.reference, body.get("state", ""))
    elif body.get("event") == "incoming_call":
        at = parse_datetime(body.get("at", "")) or clock.now()
        call = IncomingCall(callback.reference, body.get("caller", ""), body.get("digits", ""), at)
        use_cases.run(landline.take_call, call)


def _post(callback: Callback) -> None:
    body = callback.body
    received_by, barcode = body.get("received_by", ""), body.get("barcode", "")
    use_cases.run(letters.report, callback.reference, body.get("state", ""), received_by=received_by, barcode=barcode)


def _police(callback: Callback) -> None:
    work.wake(use_cases.run(answers.hasten, "police", callback.body.get("police_reference", "")))


_TAKES: dict[str, Callable[[Callback], None]] = {"telephony": _telephony, "post": _post, "police": _police}
