import socket

import pytest

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline, MinimumRate
from enamad_portal.kernel.fetch.trouble import FetchTrouble


class Hand:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_fet_1_the_whole_deadline_rules_the_hops():
    hand = Hand()
    whole = Deadline(20, hand)
    assert whole.within(10).left() == 10
    hand.now += 15
    hop = whole.within(10)
    assert hop.left() == 5
    hand.now += 6
    assert hop.left() == 0
    with pytest.raises(FetchTrouble) as trouble:
        hop.need()
    assert trouble.value.code == FailureCode.UNREACHABLE


def test_fet_1_every_operation_is_armed_with_what_is_left():
    hand = Hand()
    deadline = Deadline(20, hand)
    with socket.socket() as sock:
        deadline.arm(sock)
        assert sock.gettimeout() == 20
        hand.now += 12
        deadline.arm(sock)
        assert sock.gettimeout() == 8
        deadline.arm(sock, 3)
        assert sock.gettimeout() == 3


def test_fet_1_the_minimum_rate_counts_from_the_first_byte():
    hand = Hand()
    rate = MinimumRate(1024, 3, hand)
    hand.now += 9
    assert rate.patience() is None
    rate.hold()
    rate.add(2048)
    assert rate.patience() == 5
    hand.now += 4.9
    rate.hold()
    hand.now += 0.1
    with pytest.raises(FetchTrouble) as trouble:
        rate.hold()
    assert trouble.value.code == FailureCode.TOO_SLOW
