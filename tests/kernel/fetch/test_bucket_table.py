"""The buckets that all processes share: rows, moved by compare-and-swap, on both databases."""

import threading

import pytest
from django.db import connection

from enamad_portal.kernel.fetch.bucket_table import DatabaseBuckets, FetchBucket
from enamad_portal.kernel.fetch.politeness import PER_DOMAIN, Bucket, Politeness


@pytest.mark.django_db
def test_fet_13_a_bucket_is_moved_only_from_what_was_read():
    store = DatabaseBuckets()
    full, one_less = Bucket(40_000, 1_000), Bucket(39_000, 1_000)
    assert store.load("domain:shop.ir") is None
    assert store.swap("domain:shop.ir", None, full)
    assert not store.swap("domain:shop.ir", None, one_less)
    assert store.swap("domain:shop.ir", full, one_less)
    assert not store.swap("domain:shop.ir", full, one_less)
    assert store.load("domain:shop.ir") == one_less


@pytest.mark.django_db
def test_fet_13_two_processes_share_one_bucket():
    first, second = (Politeness(DatabaseBuckets(), lambda: 1_000_000) for _ in range(2))
    granted = [polite.wait_s("domain:shop.ir", PER_DOMAIN) == 0 for _ in range(30) for polite in (first, second)]
    assert granted == [True] * 40 + [False] * 20


@pytest.mark.django_db(transaction=True)
def test_fet_13_parallel_workers_get_no_more_than_the_bucket_holds():
    FetchBucket.objects.create(key="domain:shop.ir", milli=10_000, at_ms=1_000_000)
    granted = []

    def work():
        try:
            polite = Politeness(DatabaseBuckets(), lambda: 1_000_000)
            granted.extend(polite.wait_s("domain:shop.ir", PER_DOMAIN) == 0 for _ in range(5))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(granted) == 30
    assert granted.count(True) == 10
    assert FetchBucket.objects.get().milli == 0
