from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enamad_portal.kernel.fetch.politeness import (
    PER_ADDRESS,
    PER_DOMAIN,
    WHOLE_LOOK,
    Bucket,
    MemoryBuckets,
    Politeness,
    Rate,
    take,
)
from enamad_portal.kernel.fetch.results import Fetched
from enamad_portal.kernel.fetch.trouble import AskedTooOften
from tests.kernel.fetch.rig import QUICK_PAGE, World, answer, says


class Hand:
    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


def granted(polite: Politeness, key: str, rate: Rate, tries: int) -> int:
    return sum(polite.wait_s(key, rate) == 0 for _ in range(tries))


@pytest.mark.parametrize(("rate", "at_once", "per_minute"), [(PER_DOMAIN, 40, 6), (PER_ADDRESS, 120, 60)])
def test_fet_13_so_many_at_once_and_so_many_a_minute(rate: Rate, at_once: int, per_minute: int):
    hand = Hand()
    polite = Politeness(MemoryBuckets(), hand)
    assert granted(polite, "a", rate, 200) == at_once
    hand.now_ms += 60_000
    assert granted(polite, "a", rate, 200) == per_minute
    assert granted(polite, "b", rate, 200) == at_once


def test_fet_13_who_is_refused_waits_until_a_whole_look_fits():
    hand = Hand()
    polite = Politeness(MemoryBuckets(), hand)
    granted(polite, "a", PER_DOMAIN, 40)
    wait_s = polite.wait_s("a", PER_DOMAIN)
    assert wait_s == WHOLE_LOOK * 60 / 6
    hand.now_ms += round(wait_s * 1000)
    assert granted(polite, "a", PER_DOMAIN, 40) == WHOLE_LOOK


def test_fet_13_a_clock_set_back_neither_grants_nor_locks_for_ever():
    before = Bucket(0, 10_000_000)
    after, wait = take(before, PER_DOMAIN, 1_000_000)
    assert (after, wait) == (Bucket(0, 1_000_000), 200_000)


@given(st.lists(st.integers(0, 30_000), min_size=1, max_size=80))
@settings(max_examples=100, deadline=None, database=None)
def test_fet_13_many_quick_looks_neither_lose_nor_gain(steps: list[int]):
    rate = Rate(capacity=5, per_minute=7)
    bucket: Bucket | None = None
    now = start = 1_000_000
    grants = 0
    for step in steps:
        now += step
        bucket, wait = take(bucket, rate, now)
        grants += wait == 0
    assert grants <= 5 + (now - start) * 7 / 60_000 + 1e-9
    assert 0 <= bucket.milli <= 5000


def test_fet_13_a_lost_race_is_tried_again():
    class Racing(MemoryBuckets):
        lost = 0

        def swap(self, key: str, before: Bucket | None, after: Bucket) -> bool:
            if self.lost < 3:
                self.lost += 1
                return False
            return super().swap(key, before, after)

    store = Racing()
    assert Politeness(store, Hand()).wait_s("a", PER_DOMAIN) == 0
    assert store.load("a") == Bucket(39_000, 1_000_000)


def test_fet_13_one_customer_holds_a_whole_ipv6_network():
    polite = Politeness(MemoryBuckets(), Hand())
    for last in range(120):
        polite.ask_address(ip_address(f"2a00:1:2:{last:x}::1"))
    with pytest.raises(AskedTooOften) as refused:
        polite.ask_address(ip_address("2a00:1:2:ff::9"))
    assert refused.value.key == "address:2a00:1:2::/56"
    assert WHOLE_LOOK <= refused.value.wait_s <= 1.5 * WHOLE_LOOK
    polite.ask_address(ip_address("2a00:1:2:100::1"))


def test_fet_13_the_door_counts_each_hop_before_it_looks_the_name_up(world: World):
    world.shop(says(answer()))
    door = world.door(politeness=Politeness(MemoryBuckets(), Hand()))
    results = [door.get("http://shop.ir/", limits=QUICK_PAGE) for _ in range(40)]
    assert [isinstance(result, Fetched) for result in results] == [True] * 40
    with pytest.raises(AskedTooOften):
        door.get("http://shop.ir/", limits=QUICK_PAGE)
    assert len(world.resolver.asked) == 40
