"""Providers as the kernel's messaging wants them: one carrier for each channel."""

from enamad_portal.kernel import messaging
from enamad_portal.kernel.iran.phones import dialled_landline
from enamad_portal.kernel.messaging import Channel
from enamad_portal.providers import registry
from enamad_portal.providers.sms import SmsState
from enamad_portal.providers.telephony import CallState


class SmsCarrier:
    def deliver(self, *, to: str, title: str, body: str, reference: str) -> str:  # noqa: ARG002 - an SMS has no title
        return registry.sms().send(to=to, text=body, reference=reference).provider_id

    def knows(self, reference: str) -> str | None:
        return None if registry.sms().status(reference=reference) is SmsState.UNKNOWN else reference


class EmailCarrier:
    def deliver(self, *, to: str, title: str, body: str, reference: str) -> str:
        registry.mail().send(to=to, subject=title, text=body, message_id=reference)
        return reference

    def knows(self, reference: str) -> str | None:  # noqa: ARG002 - an e-mail may be repeated under its id
        return None


class CallCarrier:
    """A call carries nothing but its code: the exchange speaks the sentence around it."""

    def deliver(self, *, to: str, title: str, body: str, reference: str) -> str:  # noqa: ARG002 - a call has no title
        landline = dialled_landline(to)
        return registry.telephony().speak_code(landline=landline, code=body, reference=reference).call_id

    def knows(self, reference: str) -> str | None:
        return None if registry.telephony().call_state(reference=reference) is CallState.UNKNOWN else reference


def register() -> None:
    messaging.register_carrier(Channel.SMS, SmsCarrier)
    messaging.register_carrier(Channel.EMAIL, EmailCarrier)
    messaging.register_carrier(Channel.CALL, CallCarrier)
