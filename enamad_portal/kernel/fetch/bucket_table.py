"""The buckets of all processes: a row each, moved by one conditional UPDATE (docs/adr/0010)."""

from django.db import models

from enamad_portal.kernel.fetch.politeness import Bucket


class FetchBucket(models.Model):
    """What may still be asked of one domain or address; a key without a row is a full bucket."""

    key = models.CharField(max_length=300, primary_key=True)
    milli = models.PositiveIntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        app_label = "kernel"


class DatabaseBuckets:
    """The store shared by processes. Each call is a short statement of its own: a job holds no transaction here."""

    def load(self, key: str) -> Bucket | None:
        row = FetchBucket.objects.filter(key=key).values_list("milli", "at_ms").first()
        return Bucket(*row) if row else None

    def swap(self, key: str, before: Bucket | None, after: Bucket) -> bool:
        if before is None:
            values = {"milli": after.milli, "at_ms": after.at_ms}
            return FetchBucket.objects.get_or_create(key=key, defaults=values)[1]
        same = FetchBucket.objects.filter(key=key, milli=before.milli, at_ms=before.at_ms)
        return bool(same.update(milli=after.milli, at_ms=after.at_ms))
