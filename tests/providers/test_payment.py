"""Both gateways against the sandbox's money: the same Protocol, the same outcomes."""

from urllib.parse import parse_qs, urlsplit

import pytest

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.providers import registry
from enamad_portal.providers.payment import Mismatch, NotPaid, PaymentState, Verified, returned_authority

AMOUNT = 1_750_000
CALLBACK = "http://127.0.0.1:9/payments/return/?invoice=7"


@pytest.fixture(params=["sandbox", "zarinpal"])
def gateway(request, world, settings):
    if request.param == "zarinpal":
        settings.PROVIDERS = {
            "payment": {
                "backend": "enamad_portal.providers.zarinpal.ZarinpalGateway",
                "url": f"{world.url}/zarinpal",
                "merchant_id": "1344b5d4-0048-11e8-94db-005056a205be",
            }
        }
    return registry.payment()


def start(gateway, reference):
    return gateway.request(
        amount_rial=AMOUNT, reference=reference, callback_url=CALLBACK, description="تعرفه نماد", mobile="09121234567"
    )


def verify(gateway, started, amount_rial=AMOUNT):
    return gateway.verify(authority=started.authority, amount_rial=amount_rial)


def outcome(verdict):
    return f"{type(verdict).__name__}{' already' if getattr(verdict, 'already', False) else ''}"


@pytest.mark.parametrize(
    ("action", "status", "verdicts", "state"),
    [
        ("pay", "OK", ["Verified", "Verified already"], PaymentState.CAPTURED),
        ("cancel", "NOK", ["NotPaid", "NotPaid"], PaymentState.FAILED),
        ("forged_ok", "OK", ["NotPaid", "NotPaid"], PaymentState.FAILED),
        ("nok_but_captured", "NOK", ["Verified", "Verified already"], PaymentState.CAPTURED),
        ("already_first", "OK", ["Verified already", "Verified already"], PaymentState.CAPTURED),
        ("amount_differs", "OK", ["Mismatch", "Mismatch"], PaymentState.CAPTURED),
        ("callback_never", None, ["Verified", "Verified already"], PaymentState.CAPTURED),
        ("callback_post", "OK", ["Verified", "Verified already"], PaymentState.CAPTURED),
    ],
)
def test_pay_2_only_verify_knows_what_was_paid(world, gateway, action, status, verdicts, state):
    started = start(gateway, f"{gateway.name}-{action}")
    assert gateway.inquire(authority=started.authority) == PaymentState.PENDING
    assert verify(gateway, started) == NotPaid({"sandbox": "not_paid", "zarinpal": "-51"}[gateway.name])
    url = world.press(started.authority, action)["return_url"]
    assert (parse_qs(urlsplit(url).query).get("Status") if url else [None]) == [status]
    assert gateway.inquire(authority=started.authority) == state
    assert [outcome(verify(gateway, started)) for _ in range(2)] == verdicts


def test_the_payer_is_sent_to_the_gateway_and_back(world, gateway):
    started = start(gateway, f"{gateway.name}-browser")
    path = started.redirect_url.removeprefix(world.url)
    status, headers, _ = world.call("GET", path)
    assert (status, headers["Location"]) in {(200, None), (303, f"/pay/{started.authority}")}
    status, headers, _ = world.call("POST", f"/pay/{started.authority}")
    returned = {name: values[0] for name, values in parse_qs(urlsplit(headers["Location"]).query).items()}
    assert status == 303
    assert returned == {"invoice": "7", "Authority": started.authority, "Status": "OK"}
    assert returned_authority(returned) == started.authority
    assert isinstance(verify(gateway, started), Verified)


@pytest.mark.parametrize("difference", [-1, 1])
def test_pay_6_another_amount_than_ours_is_a_mismatch_and_confirms_nothing(world, gateway, difference):
    started = start(gateway, f"{gateway.name}-amount{difference}")
    world.press(started.authority)
    assert isinstance(verify(gateway, started, AMOUNT + difference), Mismatch)
    assert outcome(verify(gateway, started)) == "Verified"


def test_captured_then_dead_is_unknown_until_the_gateway_lives_again(world, gateway, until):
    world.behave(payment={"dead_s": 0.5})
    started = start(gateway, f"{gateway.name}-dead")
    assert world.press(started.authority, "captured_then_dead") == {"state": "captured", "return_url": None}
    for ask in (lambda: verify(gateway, started), lambda: gateway.inquire(authority=started.authority)):
        with pytest.raises(ProviderDown) as caught:
            ask()
        assert caught.value.transient

    def once_more():
        try:
            return outcome(verify(gateway, started))
        except ProviderDown:
            return "down"

    assert until(once_more, "Verified") == "Verified"


def test_pay_4_a_verify_that_timed_out_after_capture_is_found_as_already(world, gateway):
    started = start(gateway, f"{gateway.name}-timeout")
    world.press(started.authority, "verify_timeout")
    with pytest.raises(ProviderDown) as caught:
        verify(gateway, started)
    assert caught.value.transient
    assert outcome(verify(gateway, started)) == "Verified already"
    assert gateway.inquire(authority=started.authority) == PaymentState.VERIFIED


def test_pay_5_money_that_nobody_verified_goes_back(world, gateway):
    started = start(gateway, f"{gateway.name}-late")
    world.press(started.authority)
    world.behave(payment={"return_after_s": 0})
    assert isinstance(verify(gateway, started), NotPaid)
    assert gateway.inquire(authority=started.authority) == PaymentState.RETURNED


def test_pay_3_a_gateway_may_reuse_a_receipt(world, gateway):
    first, second = (start(gateway, f"{gateway.name}-ref{n}") for n in range(2))
    world.press(first.authority)
    world.press(second.authority, "same_ref")
    assert verify(gateway, first).ref_id == verify(gateway, second).ref_id


def test_a_tampered_return_names_a_payment_that_does_not_exist(world, gateway):
    started = start(gateway, f"{gateway.name}-tampered")
    url = world.press(started.authority, "tampered")["return_url"]
    brought = returned_authority({"Authority": parse_qs(urlsplit(url).query)["Authority"][0]})
    assert brought != started.authority
    assert gateway.inquire(authority=brought) == PaymentState.UNKNOWN


def test_another_merchant_is_a_mismatch(world, gateway, settings):
    started = start(gateway, f"{gateway.name}-merchant")
    world.press(started.authority)
    other, url = "9" * 36, f"{world.url}/zarinpal"
    settings.PROVIDERS = {
        "payment": {
            "backend": "enamad_portal.providers.zarinpal.ZarinpalGateway",
            "url": url,
            "merchant_id": other,
        }
    }
    assert verify(registry.payment(), started) == Mismatch("-53")


def test_a_finished_payment_is_not_paid_again(world, gateway):
    started = start(gateway, f"{gateway.name}-twice")
    world.press(started.authority, "cancel")
    assert world.press(started.authority, "pay")["state"] == "failed"
    assert isinstance(verify(gateway, started), NotPaid)


def test_the_behaviour_of_the_pay_button_can_be_set(world, gateway):
    world.behave(payment={"action": "nok_but_captured"})
    started = start(gateway, f"{gateway.name}-behave")
    assert world.press(started.authority)["return_url"].endswith("Status=NOK")


def test_rel_8_one_reference_opens_one_payment(world):
    gateway = registry.payment()
    assert start(gateway, "same-invoice") == start(gateway, "same-invoice")


@pytest.mark.parametrize(("status", "transient"), [(500, True), (403, True), (429, True)])
def test_zarinpal_trouble(world, settings, status, transient):
    settings.PROVIDERS = {
        "payment": {
            "backend": "enamad_portal.providers.zarinpal.ZarinpalGateway",
            "url": f"{world.url}/zarinpal",
            "merchant_id": "m" * 36,
        }
    }
    world.behave(zarinpal={"status": status})
    with pytest.raises(ProviderDown) as caught:
        start(registry.payment(), "z")
    assert caught.value.transient is transient


def test_zarinpal_refuses_a_wrong_merchant_id(world, settings):
    settings.PROVIDERS = {
        "payment": {
            "backend": "enamad_portal.providers.zarinpal.ZarinpalGateway",
            "url": f"{world.url}/zarinpal",
            "merchant_id": "short",
        }
    }
    with pytest.raises(ProviderDown, match="code -9") as caught:
        start(registry.payment(), "z")
    assert not caught.value.transient


@pytest.mark.parametrize("given", ["", "short", "A" * 65, "A" * 20 + "/", "A" * 20 + "\n", "ا" * 20])
def test_an_authority_that_is_none_is_not_asked_about(given):
    assert returned_authority({"Authority": given}) is None
