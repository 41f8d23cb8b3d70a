"""How often one address may ask without a key: fairness among askers, not security (API-3)."""

import logging

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.cache.backends.locmem import LocMemCache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from enamad_portal.kernel.visitors import address_of

logger = logging.getLogger(__name__)

PER_MINUTE = 120
WINDOW_S = 60
_own = LocMemCache("api-limits", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


def _cache() -> BaseCache:
    """Redis where it is there; else this process's memory, because a written row per read would slow every writer."""
    return caches["default"] if settings.REDIS_URL else _own


class AnonymousThrottle(BaseThrottle):
    """120 reads in the minute that begins with the first; the address is forgotten with the minute (BDG-12)."""

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the signature of DRF
        try:
            return self._count(f"api-anonymous:{address_of(request)}") <= PER_MINUTE
        except Exception as error:  # noqa: BLE001 - whatever ails the counter, fairness is not worth an answer
            logger.warning("limits are off: %s", type(error).__name__)
            return True

    def _count(self, key: str) -> int:
        if _cache().add(key, 1, WINDOW_S):
            return 1
        try:
            return _cache().incr(key)
        except ValueError:  # its minute ended between the two
            return 1

    def wait(self) -> float:
        return WINDOW_S


def forget() -> None:
    """Tests begin with nobody counted."""
    _cache().clear()
