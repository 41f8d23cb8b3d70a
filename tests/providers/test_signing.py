import pytest
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.providers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, WINDOW_S, BadSignature, sign, verify

NOW = 1_800_000_000
MESSAGE = ("secret", "POST", "/api/sms/send?x=1", b'{"to":"0912"}')


@given(st.text(min_size=1), st.sampled_from(["GET", "POST"]), st.text(), st.binary(), st.integers(-WINDOW_S, WINDOW_S))
def test_a_signed_message_is_believed_inside_the_window(secret, method, path, body, age):
    headers = sign(secret, method, path, body, at=NOW)
    verify(secret, method, path, body, headers, at=NOW + age)


@pytest.mark.parametrize("place", range(4))
def test_a_message_changed_in_any_part_is_refused(place):
    changed = [*MESSAGE]
    changed[place] = [b"other", "other"][place != 3]
    with pytest.raises(BadSignature):
        verify(*changed, sign(*MESSAGE, at=NOW), at=NOW)


@pytest.mark.parametrize("age", [-WINDOW_S - 1, WINDOW_S + 1])
def test_a_signature_older_or_newer_than_five_minutes_is_refused(age):
    with pytest.raises(BadSignature):
        verify(*MESSAGE, sign(*MESSAGE, at=NOW), at=NOW + age)


def test_the_timestamp_is_part_of_what_is_signed():
    headers = sign(*MESSAGE, at=NOW - WINDOW_S - 60) | {TIMESTAMP_HEADER: str(NOW)}
    with pytest.raises(BadSignature):
        verify(*MESSAGE, headers, at=NOW)


@pytest.mark.parametrize(
    "headers",
    [{}, {TIMESTAMP_HEADER: "", SIGNATURE_HEADER: ""}, {TIMESTAMP_HEADER: "۱۲", SIGNATURE_HEADER: "v1=é"}],
)
def test_missing_or_odd_headers_are_refused(headers):
    with pytest.raises(BadSignature):
        verify(*MESSAGE, headers, at=NOW)
